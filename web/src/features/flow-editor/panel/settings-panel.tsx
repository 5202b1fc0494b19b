import { Settings2 } from "lucide-react";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { Icon } from "../../../components/ui/icon.tsx";
import { isObject } from "#kernel/json.ts";
import { setAt } from "../document/edits.ts";
import { settingsPlace } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";
import { ChoiceField } from "./fields/choice-field.tsx";
import { DurationField } from "./fields/duration-field.tsx";
import { problemsAt } from "./fields/problems.ts";
import { SwitchField } from "./fields/switch-field.tsx";
import { TextField } from "./fields/text-field.tsx";
import { ZoneField } from "./fields/zone-field.tsx";
import { LeftToDo } from "./left-to-do.tsx";
import { MessageException } from "./message-exception.tsx";
import { PanelFrame } from "./panel-frame.tsx";
import { usePlace } from "./use-place.ts";

interface SettingsPanelProps {
  flow: FlowDetail;
  definition: FlowDefinition;
  onClose: () => void;
}

const outcomes = [
  [undefined, "Stop and ask me"],
  ["hold", "Stop and ask me, always"],
  ["retry", "Write again"],
] as const;
const lanes = [
  [undefined, "Live: at once"],
  ["live", "Live: at once, always"],
  ["sync", "Sync: after what is live"],
  ["backfill", "Backfill: when nothing else waits"],
] as const;

type Settings = NonNullable<FlowDefinition["settings"]>;

/** A part of the settings' form. */
interface SettingsProps {
  settings: Settings;
  errors: ReadonlyMap<string, string>;
  set: (member: readonly string[], value: unknown) => void;
}

/** The settings of the whole flow. */
export function SettingsPanel({ flow, definition, onClose }: SettingsPanelProps) {
  const set = useSettings();
  const settings = isObject(definition.settings) ? (definition.settings as Settings) : {};
  const errors = problemsAt(flow.problems, settingsPlace);
  const form = { settings, errors, set };
  return (
    <PanelFrame
      mark={
        <span className="grid size-7 place-items-center rounded-md bg-neutral-soft text-ink-2">
          <Icon of={Settings2} />
        </span>
      }
      kicker="The whole flow"
      title="Settings"
      onClose={onClose}
      tab="setup"
      onTab={() => {}}
      tabs={[
        {
          value: "setup",
          title: "Settings",
          content: (
            <>
              <Purpose definition={definition} errors={problemsAt(flow.problems, [])} />
              <Region {...form} />
              <Records {...form} />
              <Failures {...form} retryErrors={problemsAt(flow.problems, [...settingsPlace, "retry"])} />
              <ChoiceField
                label="When the account's requests run short"
                hint="Which runs go first."
                value={settings.lane}
                choices={lanes.filter(([value]) => value !== "live" || settings.lane === "live")}
                error={errors.get("lane")}
                onChange={(value) => set(["lane"], value)}
              />
              <MessageException
                of="this flow"
                value={settings.messages}
                errors={problemsAt(flow.problems, [...settingsPlace, "messages"])}
                onChange={(value) => set(["messages"], value)}
              />
            </>
          ),
        },
      ]}
    />
  );
}

/** Changes a setting. A group that is left empty goes with its last member. */
function useSettings() {
  const draft = useDraft();
  return (member: readonly string[], value: unknown) =>
    draft.edit((now) => withoutEmpty(withoutEmpty(setAt(now, [...settingsPlace, ...member], value), ["retry"]), []), {
      key: ["settings", ...member].join("."),
    });
}

function withoutEmpty(definition: FlowDefinition, member: readonly ["retry"] | readonly []): FlowDefinition {
  const group = member.length === 0 ? definition.settings : definition.settings?.retry;
  return isObject(group) && Object.keys(group).length === 0 ? setAt(definition, [...settingsPlace, ...member], undefined) : definition;
}

function Purpose({ definition, errors }: { definition: FlowDefinition; errors: SettingsProps["errors"] }) {
  const setFlow = usePlace([]);
  return (
    <>
      <LeftToDo todo={definition.todo} onDone={() => setFlow(["todo"], undefined)} />
      <TextField
        label="Name"
        value={definition.name}
        required
        maxLength={120}
        error={errors.get("name")}
        onChange={(value) => setFlow(["name"], value ?? "")}
      />
      <TextField
        label="What it is for"
        hint="For whoever maintains the flow later."
        long
        value={definition.description}
        maxLength={2000}
        error={errors.get("description")}
        onChange={(value) => setFlow(["description"], value)}
      />
    </>
  );
}

function Region({ settings, errors, set }: SettingsProps) {
  return (
    <>
      <ZoneField
        label="Time zone"
        usual="UTC; in fields the sub-account's own"
        hint="For dates and times without a zone. Empty: UTC in conditions and waits, the sub-account's own in fields."
        value={settings.zone}
        error={errors.get("zone")}
        onChange={(value) => set(["zone"], value)}
      />
      <TextField
        label="Country"
        hint={countryHint(settings.country)}
        value={settings.country}
        maxLength={2}
        error={errors.get("country")}
        onChange={(value) => set(["country"], value)}
      />
    </>
  );
}

function Records({ settings, errors, set }: SettingsProps) {
  return (
    <>
      <SwitchField
        label="Keep the order of each record"
        hint="Runs of one record go one after another, in the order of its events."
        checked={settings.order === "record"}
        onChange={(on) => set(["order"], on ? "record" : undefined)}
      />
      <SwitchField
        label="Wait until a record is quiet"
        hint="Changes that follow each other closely become one run, with the newest values."
        checked={settings.settle !== undefined}
        onChange={(on) => set(["settle"], on ? "10s" : undefined)}
      />
      {settings.settle !== undefined && (
        <DurationField
          label="Quiet for"
          value={settings.settle}
          of={["s", "m", "h"]}
          error={errors.get("settle")}
          onChange={(value) => set(["settle"], value ?? "")}
        />
      )}
    </>
  );
}

function Failures({ settings, errors, set, retryErrors }: SettingsProps & { retryErrors: SettingsProps["errors"] }) {
  const retry = isObject(settings.retry) ? settings.retry : {};
  return (
    <>
      <ChoiceField
        label="If it is unclear whether a write took effect"
        hint="The connection broke in the middle, and the app has no way to look."
        value={settings.unknownOutcome}
        choices={outcomes.filter(([value]) => value !== "hold" || settings.unknownOutcome === "hold")}
        error={errors.get("unknownOutcome")}
        onChange={(value) => set(["unknownOutcome"], value)}
      />
      <TextField
        label="Attempts at most"
        hint="When an app does not answer. 200 by default."
        value={retry.maxAttempts === undefined ? undefined : String(retry.maxAttempts)}
        error={retryErrors.get("maxAttempts")}
        onChange={(value) => set(["retry", "maxAttempts"], value === undefined ? undefined : /^\d+$/.test(value) ? Number(value) : value)}
      />
      <DurationField
        label="Tried again for at most"
        hint="24 hours by default, 30 days at most."
        value={retry.maxElapsed}
        of={["m", "h", "d"]}
        error={retryErrors.get("maxElapsed")}
        onChange={(value) => set(["retry", "maxElapsed"], value)}
      />
    </>
  );
}

/** What two letters stand for. */
function countryHint(country: unknown): string {
  const hint = "Two letters, for phone numbers written without a country.";
  if (typeof country !== "string" || !/^[a-z]{2}$/i.test(country)) return hint;
  const name = new Intl.DisplayNames("en", { type: "region" }).of(country.toUpperCase());
  return name === undefined || name.toUpperCase() === country.toUpperCase() ? hint : name;
}
