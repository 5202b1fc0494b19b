import { useState } from "react";
import type { FlowDefinition } from "#api/schemas.ts";
import { cronWords, readCron, type UsualSchedule, writeCron } from "#kernel/cron-words.ts";
import { capital } from "#kernel/words.ts";
import { isObject } from "#kernel/json.ts";
import { setAt } from "../document/edits.ts";
import { triggerPlace } from "../document/place.ts";
import { useNow } from "../../../lib/clock.ts";
import { useDraft, useDraftPart } from "../draft/context.tsx";
import { useConnectionsOfFlow } from "../draft/use-connections.ts";
import { type UsualZone, useUsualZone } from "../../flows/usual-zone.ts";
import { nextRunWords } from "../words/next-run.ts";
import { ChoiceField } from "./fields/choice-field.tsx";
import { DurationField } from "./fields/duration-field.tsx";
import { SwitchField } from "./fields/switch-field.tsx";
import { TextField } from "./fields/text-field.tsx";
import { morning, ScheduleTimes, usualKinds } from "./fields/usual-schedule.tsx";
import { usePlace } from "./use-place.ts";
import { ZoneField } from "./fields/zone-field.tsx";

interface ScheduleFormProps {
  trigger: FlowDefinition["trigger"];
  errors: ReadonlyMap<string, string>;
  inputErrors: ReadonlyMap<string, string>;
}

type Kind = UsualSchedule["kind"] | "interval" | "cron";
const kinds: readonly (readonly [Kind, string])[] = [
  ...usualKinds,
  ["interval", "Every few minutes or hours"],
  ["cron", "At the times of a cron expression"],
];

/** When a schedule starts the flow. */
export function ScheduleForm({ trigger, errors, inputErrors }: ScheduleFormProps) {
  const set = usePlace(triggerPlace);
  const draft = useDraft();
  const input = isObject(trigger.input) ? trigger.input : {};
  const cron = typeof input["cron"] === "string" ? input["cron"] : null;
  const schedule = cron === null ? null : readCron(cron);
  /** The form of the cron stays while one types in it, also where the cron becomes a usual one. */
  const [writesCron, setWritesCron] = useState(cron !== null && schedule === null);
  const kind: Kind = cron === null ? "interval" : writesCron ? "cron" : (schedule?.kind ?? "cron");
  const flowZone = useDraftPart(({ definition }) => definition.settings?.zone) ?? "UTC";
  const zone = typeof input["zone"] === "string" ? input["zone"] : flowZone;
  const usual = useUsualZone(useConnectionsOfFlow());
  const isOfFlow = input["zone"] === undefined;
  const nextRun = nextRunWords(cron ?? "", zone, useNow());
  const put = (next: UsualSchedule) => set(["input", "cron"], writeCron(next));
  const choose = (next: Kind) => {
    setWritesCron(next === "cron");
    draft.edit((definition) => {
      if (next === "interval")
        return setAt(setAt(definition, ["trigger", "input", "cron"], undefined), ["trigger", "every"], trigger.every ?? "1h");
      const written = next === "cron" ? (cron ?? "0 9 * * *") : writeCron({ ...(schedule ?? morning), kind: next });
      const without = setAt(setAt(definition, ["trigger", "every"], undefined), ["trigger", "input", "every"], undefined);
      return setAt(without, ["trigger", "input", "cron"], written);
    });
  };
  return (
    <>
      <ChoiceField label="When" value={kind} choices={kinds} onChange={(value) => value !== undefined && choose(value as Kind)} />
      {kind === "interval" && (
        <DurationField
          label="Every"
          value={trigger.every ?? input["every"]}
          of={["m", "h", "d"]}
          error={errors.get("every") ?? inputErrors.get("every")}
          onChange={(value) => set(input["every"] === undefined ? ["every"] : ["input", "every"], value)}
        />
      )}
      {schedule !== null && kind !== "cron" && <ScheduleTimes schedule={schedule} onChange={put} />}
      {kind === "cron" && (
        <TextField
          label="Cron"
          hint="Minute, hour, day, month, weekday: 0 9 * * 1-5."
          mono
          value={cron ?? ""}
          error={inputErrors.get("cron") ?? errors.get("input")}
          onChange={(value) => set(["input", "cron"], value ?? "")}
        />
      )}
      {cron !== null && (
        <>
          <ZoneField
            label="Time zone"
            usual={flowZone}
            hint={`${capital(cronWords(cron) ?? "its times")} ${whoseZone(zone, usual, isOfFlow)}.`}
            value={input["zone"]}
            error={inputErrors.get("zone")}
            onChange={(value) => set(["input", "zone"], value)}
          />
          {zone !== usual.zone && (
            <p className="-mt-2 text-meta text-ink-2">
              {capital(usual.of)} is in {usual.zone.replaceAll("_", " ")}.{" "}
              <button
                type="button"
                onClick={() => set(["input", "zone"], usual.zone)}
                className="rounded-sm font-medium text-accent-ink hover:underline"
              >
                Use that
              </button>
            </p>
          )}
          {zone !== flowZone && <OtherDates zone={zone} flowZone={flowZone} />}
          {nextRun !== null && <p className="-mt-2 text-meta text-ink-2">Next run: {nextRun}</p>}
          <SwitchField
            label="Make up for a time that was missed"
            hint="Times missed while Millrace was stopped count as one."
            checked={input["catchUp"] !== "none"}
            onChange={(on) => set(["input", "catchUp"], on ? undefined : "none")}
          />
        </>
      )}
    </>
  );
}

/** The schedule has a zone of its own: which one the other dates of the flow are in, and the way to have one for all. */
function OtherDates({ zone, flowZone }: { zone: string; flowZone: string }) {
  const draft = useDraft();
  const useEverywhere = () => draft.edit((now) => setAt(setAt(now, ["settings", "zone"], zone), ["trigger", "input", "zone"], undefined));
  return (
    <p className="-mt-2 text-meta text-ink-2">
      Dates in conditions and waits are in {flowZone.replaceAll("_", " ")}.{" "}
      <button type="button" onClick={useEverywhere} className="rounded-sm font-medium text-accent-ink hover:underline">
        Use {zone.replaceAll("_", " ")} for the whole flow
      </button>
    </p>
  );
}

/** In whose zone the times are meant. */
function whoseZone(zone: string, usual: UsualZone, isOfFlow: boolean): string {
  const name = zone.replaceAll("_", " ");
  if (isOfFlow) return `in ${name}, the zone of the flow's settings`;
  return zone === usual.zone ? `in ${name}, the zone of ${usual.of}` : `in ${name}`;
}
