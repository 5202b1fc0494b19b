import { useState } from "react";
import type { JsonSchema } from "#catalog/types.ts";
import { DateInput, isCalendarDate } from "../../../../components/ui/date-input.tsx";
import { type ControlIds, Input, Select } from "../../../../components/ui/field.tsx";
import { readRelative, type RelativeUnit, relativeUnits, writeRelative } from "../../../../lib/relative-date.ts";

/** Whether a value is one that the controls of dates can show: none yet, a day of the calendar, or some time from now. */
export const isChosenDate = (value: unknown, schema: JsonSchema): boolean =>
  value === undefined ||
  value === "" ||
  readRelative(value) !== null ||
  (typeof value === "string" && isCalendarDate(value, hasTime(schema)));

/** A date of birth comes from data; a due date is nearly always counted from now. */
export const isUsuallyData = (schema: JsonSchema): boolean => !hasTime(schema);

const hasTime = ({ format }: JsonSchema): boolean => format === "date-time";

interface DateBoxProps {
  ids: ControlIds;
  label: string;
  schema: JsonSchema;
  value: unknown;
  onChange: (value: string | undefined) => void;
  /** In which a time of the calendar is meant. */
  zone: string;
}

/** How a date is given. */
const ways = { after: "In", before: "Before now by", at: "On" } as const;
type Way = keyof typeof ways;

/** A date that is chosen: some time after or before the step runs, or one of the calendar. */
export function DateBox({ ids, label, schema, value, onChange, zone }: DateBoxProps) {
  const relative = readRelative(value);
  const text = typeof value === "string" && relative === null ? value : "";
  const [unit, setUnit] = useState<RelativeUnit>(relative?.unit ?? "days");
  const [chosen, setChosen] = useState<Way>(hasTime(schema) ? "after" : "at");
  const way: Way = relative !== null ? (relative.isPast ? "before" : "after") : text !== "" ? "at" : chosen;
  const isPast = way === "before";
  return (
    <div className="flex flex-col gap-1">
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <Select
          aria-label={`How ${label} is given`}
          value={way}
          onChange={(event) => {
            const next = event.target.value as Way;
            setChosen(next);
            onChange(relative === null || next === "at" ? undefined : writeRelative({ ...relative, isPast: next === "before" }));
          }}
        >
          {Object.entries(ways).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </Select>
        {way === "at" ? (
          <DateInput ids={ids} value={text} withTime={hasTime(schema)} onChange={onChange} />
        ) : (
          <span className="flex items-center gap-2">
            <Input
              {...ids}
              type="number"
              min={0}
              step={1}
              inputMode="numeric"
              className="!w-20"
              value={relative === null ? "" : String(relative.count)}
              onChange={({ target }) =>
                onChange(/^\d{1,6}$/.test(target.value) ? writeRelative({ unit, count: Number(target.value), isPast }) : undefined)
              }
            />
            <Select
              aria-label={`Unit of ${label}`}
              value={relative?.unit ?? unit}
              onChange={(event) => {
                const next = event.target.value as RelativeUnit;
                setUnit(next);
                if (relative !== null) onChange(writeRelative({ ...relative, unit: next }));
              }}
            >
              {Object.entries(relativeUnits).map(([name, words]) => (
                <option key={name} value={name}>
                  {words}
                </option>
              ))}
            </Select>
          </span>
        )}
      </div>
      <p className="text-meta text-ink-3">
        {way === "at"
          ? hasTime(schema)
            ? `In the time zone ${zone}.`
            : "The same day for every run."
          : "Counted from when the step runs."}
      </p>
    </div>
  );
}
