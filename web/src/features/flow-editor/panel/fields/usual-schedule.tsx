import { useId } from "react";
import { type UsualSchedule, weekdays } from "#kernel/cron-words.ts";
import { Field, Input, Select } from "../../../../components/ui/field.tsx";

/** The schedules that people usually choose, in words. */
export const usualKinds: readonly (readonly [UsualSchedule["kind"], string])[] = [
  ["day", "Every day"],
  ["weekdays", "Monday to Friday"],
  ["week", "Every week"],
  ["month", "Every month"],
  ["hour", "Every hour"],
];
/** What a schedule begins with. */
export const morning: UsualSchedule = { kind: "day", at: "09:00", weekday: 1, day: 1 };

/** The day and the time of a usual schedule. */
export function ScheduleTimes({ schedule, onChange }: { schedule: UsualSchedule; onChange: (schedule: UsualSchedule) => void }) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-end gap-3">
      {schedule.kind === "week" && (
        <Field label="On">
          {(ids) => (
            <Select {...ids} value={schedule.weekday} onChange={(event) => onChange({ ...schedule, weekday: Number(event.target.value) })}>
              {weekdays.map((day, index) => (
                <option key={day} value={index}>
                  {day}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {schedule.kind === "month" && (
        <Field label="On day">
          {(ids) => (
            <Input
              {...ids}
              type="number"
              min={1}
              max={31}
              className="!w-20"
              value={schedule.day}
              onChange={(event) =>
                event.target.value !== "" && onChange({ ...schedule, day: Math.min(31, Math.max(1, Number(event.target.value))) })
              }
            />
          )}
        </Field>
      )}
      {schedule.kind === "hour" ? (
        <Field label="Minutes past">
          {(ids) => (
            <Input
              {...ids}
              type="number"
              min={0}
              max={59}
              className="!w-20"
              value={Number(schedule.at.slice(3))}
              onChange={(event) => onChange({ ...schedule, at: `00:${String(Math.min(59, Number(event.target.value))).padStart(2, "0")}` })}
            />
          )}
        </Field>
      ) : (
        <div className="flex flex-col gap-1.5">
          <label htmlFor={id} className="font-medium">
            At
          </label>
          <Input
            id={id}
            type="time"
            className="!w-32"
            value={schedule.at}
            onChange={(event) => event.target.value !== "" && onChange({ ...schedule, at: event.target.value })}
          />
        </div>
      )}
    </div>
  );
}
