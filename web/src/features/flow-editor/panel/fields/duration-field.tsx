import { useState } from "react";
import { Field, Input, Select } from "../../../../components/ui/field.tsx";

const units = { s: "seconds", m: "minutes", h: "hours", d: "days", w: "weeks" } as const;
type Unit = keyof typeof units;

interface DurationFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: unknown;
  onChange: (value: string | undefined) => void;
  /** The units that make sense here. */
  of?: readonly Unit[];
  required?: boolean;
}

/** A length of time: a number and its unit. One that is written otherwise is shown as it is written. */
export function DurationField({ label, hint, error, value, onChange, of = ["s", "m", "h", "d"], required = false }: DurationFieldProps) {
  const text = typeof value === "string" ? value : "";
  const [, amount = "", unit] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w)\s*$/.exec(text) ?? [];
  const [chosen, setChosen] = useState<Unit>(of[1] ?? of[0] ?? "m");
  const shown = (unit as Unit | undefined) ?? chosen;
  const isOther = text.trim() !== "" && unit === undefined;
  return (
    <Field label={label} hint={hint} error={error} required={required}>
      {(ids) =>
        isOther ? (
          <Input {...ids} value={text} onChange={(event) => onChange(event.target.value || undefined)} />
        ) : (
          <span className="flex gap-2">
            <Input
              {...ids}
              type="number"
              min={0}
              step="any"
              inputMode="decimal"
              className="!w-24"
              value={amount}
              onChange={(event) => onChange(event.target.value === "" ? undefined : `${event.target.value}${shown}`)}
            />
            <Select
              aria-label={`Unit of: ${label}`}
              value={shown}
              onChange={(event) => {
                setChosen(event.target.value as Unit);
                if (amount !== "") onChange(`${amount}${event.target.value}`);
              }}
            >
              {[...new Set([...of, shown])].map((one) => (
                <option key={one} value={one}>
                  {units[one]}
                </option>
              ))}
            </Select>
          </span>
        )
      }
    </Field>
  );
}
