import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { readCron, type UsualSchedule, weekdays, writeCron } from "#kernel/cron-words.ts";
import type { TemplateChoice } from "#api/schemas.ts";
import { NamePicker } from "../../../components/name-picker.tsx";
import { NoNames } from "../../../components/no-names.tsx";
import { type ControlIds, Field, Input, Select, Textarea } from "../../../components/ui/field.tsx";
import { rulesOfPartsQuery } from "../../../lib/queries.ts";
import { RuleSelect } from "../../flow-editor/mapping/rule-select.tsx";
import { type NameSource, useNamesFor } from "./names.ts";

interface QuestionFieldProps {
  choice: TemplateChoice;
  value: string | number | undefined;
  /** Where its names are looked up; null where it is typed. */
  source: NameSource | null;
  error: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** One question of a template, with the control of its kind. */
export function QuestionField({ choice, value, source, error, onChange }: QuestionFieldProps) {
  const text = value === undefined ? "" : String(value);
  const put = (next: string) => onChange(next === "" ? undefined : next);
  return (
    <Field label={<bdi>{choice.label}</bdi>} required={choice.required === true} hint={choice.help} error={error}>
      {(ids) => <Control ids={ids} choice={choice} text={text} source={source} put={put} onChange={onChange} />}
    </Field>
  );
}

interface ControlProps {
  ids: ControlIds;
  choice: TemplateChoice;
  text: string;
  source: NameSource | null;
  put: (text: string) => void;
  onChange: QuestionFieldProps["onChange"];
}

function Control(props: ControlProps): ReactNode {
  const { ids, choice, text, source, put } = props;
  switch (choice.kind) {
    case "longtext":
      return <Textarea {...ids} value={text} onChange={(event) => put(event.target.value)} />;
    case "number":
      return <Input {...ids} type="number" step="any" value={text} onChange={(event) => put(event.target.value)} className="!w-32" />;
    case "choice":
      return (
        <Select {...ids} value={text} onChange={(event) => put(event.target.value)}>
          {choice.required !== true && <option value="">Any</option>}
          {choice.options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      );
    case "address":
      return (
        <Input {...ids} type="url" inputMode="url" placeholder="https://" value={text} onChange={(event) => put(event.target.value)} />
      );
    case "duration":
      return <Duration ids={ids} text={text} put={put} />;
    case "schedule":
      return <Times ids={ids} text={text} put={put} />;
    case "segment":
      return <Segment ids={ids} text={text} put={put} />;
    case "zone":
      return <Zone ids={ids} text={text} put={put} />;
    default:
      return source === null ? (
        <Input {...ids} value={text} onChange={(event) => put(event.target.value)} />
      ) : (
        <Named {...props} source={source} />
      );
  }
}

const words: Partial<Record<TemplateChoice["kind"], string>> = {
  tag: "tag",
  pipeline: "pipeline",
  stage: "stage",
  calendar: "calendar",
  user: "person",
  customField: "custom field",
  workflow: "workflow",
};

function Named({ ids, choice, text, source, onChange }: ControlProps & { source: NameSource }) {
  const names = useNamesFor(source);
  const what = words[choice.kind] ?? "name";
  return (
    <NamePicker
      ids={ids}
      value={text}
      names={names.data ?? (names.isError ? [] : undefined)}
      what={what}
      free={choice.kind === "tag" || names.isError}
      problem={names.isError ? <NoNames error={names.error} connection={source.connection} what={what} /> : undefined}
      onChange={onChange}
    />
  );
}

const units = [
  ["m", "minutes"],
  ["h", "hours"],
  ["d", "days"],
] as const;

/** `2h` as a number and a unit; any other text as it is. */
function Duration({ ids, text, put }: { ids: ControlIds; text: string; put: (text: string) => void }) {
  const [, amount, unit] = /^(\d+)\s*([mhd])$/.exec(text.trim()) ?? [];
  if (amount === undefined && text !== "") return <Input {...ids} value={text} onChange={(event) => put(event.target.value)} />;
  const write = (n: string, of: string) => put(n === "" ? "" : `${n}${of}`);
  return (
    <span className="flex gap-2">
      <Input
        {...ids}
        type="number"
        min={1}
        value={amount ?? ""}
        onChange={(event) => write(event.target.value, unit ?? "h")}
        className="!w-24"
      />
      <Select aria-label="Unit" value={unit ?? "h"} onChange={(event) => write(amount ?? "", event.target.value)}>
        {units.map(([short, long]) => (
          <option key={short} value={short}>
            {long}
          </option>
        ))}
      </Select>
    </span>
  );
}

const everyMorning: UsualSchedule = { kind: "day", at: "07:00", weekday: 1, day: 1 };

/** A schedule as days and a time; one that is neither usual nor empty as it is written. */
function Times({ ids, text, put }: { ids: ControlIds; text: string; put: (text: string) => void }) {
  const schedule = text === "" ? everyMorning : readCron(text);
  if (schedule === null || schedule.kind === "hour")
    return <Input {...ids} value={text} onChange={(event) => put(event.target.value)} className="font-mono" />;
  const change = (next: Partial<UsualSchedule>) => put(writeCron({ ...schedule, ...next }));
  return (
    <span className="flex flex-wrap gap-2">
      <Select {...ids} value={schedule.kind} onChange={(event) => change({ kind: event.target.value as UsualSchedule["kind"] })}>
        <option value="day">Every day</option>
        <option value="weekdays">Monday to Friday</option>
        <option value="week">Every week</option>
        <option value="month">Every month</option>
      </Select>
      {schedule.kind === "week" && (
        <Select aria-label="Day" value={schedule.weekday} onChange={(event) => change({ weekday: Number(event.target.value) })}>
          {weekdays.map((day, i) => (
            <option key={day} value={i}>
              on {day}
            </option>
          ))}
        </Select>
      )}
      {schedule.kind === "month" && (
        <Select aria-label="Day" value={schedule.day} onChange={(event) => change({ day: Number(event.target.value) })}>
          {Array.from({ length: 31 }, (_, i) => (
            <option key={i} value={i + 1}>
              on day {i + 1}
            </option>
          ))}
        </Select>
      )}
      <Input
        type="time"
        aria-label="Time"
        value={schedule.at}
        onChange={(event) => event.target.value !== "" && change({ at: event.target.value })}
        className="!w-28"
      />
    </span>
  );
}

/** One of the workspace's segments. */
function Segment({ ids, text, put }: { ids: ControlIds; text: string; put: (text: string) => void }) {
  const rules = useQuery(rulesOfPartsQuery()).data;
  return <RuleSelect ids={ids} word="segment" value={text} rules={rules ?? {}} onChange={put} />;
}

/** Every zone the browser knows. */
function Zone({ ids, text, put }: { ids: ControlIds; text: string; put: (text: string) => void }) {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  return (
    <Select {...ids} value={text} onChange={(event) => put(event.target.value)}>
      <option value="">UTC</option>
      {zones
        .filter((zone) => zone !== "UTC" || text === "UTC")
        .map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
    </Select>
  );
}
