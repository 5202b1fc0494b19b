import { type ControlIds, Input } from "./field.tsx";

interface DateInputProps {
  ids: ControlIds;
  /** `2026-01-31`, or `2026-01-31T09:00` where it has a time. */
  value: string;
  withTime: boolean;
  onChange: (value: string | undefined) => void;
}

/** A date, or a date and a time, by the browser's own calendar: it is the best one on a phone and for a screen reader. */
export const DateInput = ({ ids, value, withTime, onChange }: DateInputProps) => (
  <Input
    {...ids}
    type={withTime ? "datetime-local" : "date"}
    value={value}
    max={withTime ? "9999-12-31T23:59" : "9999-12-31"} // a year has four digits: who types one goes on to the hours
    onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
    className="!w-auto min-w-0"
  />
);

/** Whether the calendar can show a text whole: one with an offset or seconds it would cut. */
export const isCalendarDate = (text: string, withTime: boolean): boolean =>
  (withTime ? /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/ : /^\d{4}-\d{2}-\d{2}$/).test(text);
