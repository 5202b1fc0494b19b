import { Field, Select } from "../../../../components/ui/field.tsx";

interface ChoiceFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: unknown;
  /** What the member may be, with its words. The one that is `undefined` is what it is when nobody says. */
  choices: readonly (readonly [value: string | undefined, words: string])[];
  onChange: (value: string | undefined) => void;
}

/** A choice among a few words. What is written and is none of them is offered as it is. */
export function ChoiceField({ label, hint, error, value, choices, onChange }: ChoiceFieldProps) {
  const isKnown = choices.some(([one]) => one === value);
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Select
          {...ids}
          className="w-full"
          value={isKnown ? String(value ?? "") : "written"}
          onChange={(event) => event.target.value !== "written" && onChange(event.target.value || undefined)}
        >
          {!isKnown && <option value="written">{typeof value === "string" ? value : JSON.stringify(value)}</option>}
          {choices.map(([one, words]) => (
            <option key={one ?? ""} value={one ?? ""}>
              {words}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
