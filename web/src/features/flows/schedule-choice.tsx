import { cronWords, type UsualSchedule, writeCron } from "#kernel/cron-words.ts";
import { capital } from "#kernel/words.ts";
import { Field, Select } from "../../components/ui/field.tsx";
import { ScheduleTimes, usualKinds } from "../flow-editor/panel/fields/usual-schedule.tsx";
import { ZoneField } from "../flow-editor/panel/fields/zone-field.tsx";
import type { UsualZone } from "./usual-zone.ts";

interface ScheduleChoiceProps {
  schedule: UsualSchedule;
  onSchedule: (schedule: UsualSchedule) => void;
  /** Undefined: the usual one. */
  zone: string | undefined;
  onZone: (zone: string | undefined) => void;
  usual: UsualZone;
}

/** When a new flow starts by the clock, and in whose time. Other schedules are written on the flow's page. */
export function ScheduleChoice({ schedule, onSchedule, zone, onZone, usual }: ScheduleChoiceProps) {
  const cron = writeCron(schedule);
  const meant = zone ?? usual.zone;
  const whose = meant === usual.zone ? `, the zone of ${usual.of}` : "";
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <Field label="How often">
          {(ids) => (
            <Select
              {...ids}
              value={schedule.kind}
              onChange={({ target }) => onSchedule({ ...schedule, kind: target.value as UsualSchedule["kind"] })}
            >
              {usualKinds.map(([kind, words]) => (
                <option key={kind} value={kind}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <ScheduleTimes schedule={schedule} onChange={onSchedule} />
      </div>
      <ZoneField
        label="Time zone"
        usual={usual.zone}
        hint={`${capital(cronWords(cron) ?? "")} in ${meant.replaceAll("_", " ")}${whose}. Other schedules can be set on the flow's page.`}
        value={meant}
        onChange={onZone}
      />
    </>
  );
}
