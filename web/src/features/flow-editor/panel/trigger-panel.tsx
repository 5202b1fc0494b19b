import { useQuery } from "@tanstack/react-query";
import { Zap } from "lucide-react";
import { useState } from "react";
import type { CatalogEntry, FlowDefinition, FlowDetail, LintFinding } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { isObject } from "#kernel/json.ts";
import { useApps } from "../../../lib/apps.ts";
import { connectionsQuery, inboxesQuery } from "../../../lib/queries.ts";
import { Arrivals } from "../../flows/arrivals.tsx";
import { useUsualZone } from "../../flows/usual-zone.ts";
import { useConnectionsOfFlow } from "../draft/use-connections.ts";
import { canReconcile, newTrigger, usualConnection } from "../../flows/starter.ts";
import { StepFindings } from "../../flows/step-findings.tsx";
import { TriggerStatus } from "../../flows/trigger-status.tsx";
import { setAt } from "../document/edits.ts";
import { triggerPlace } from "../document/place.ts";
import { isNeeded, missingFields, withMissing, withoutMissing } from "../document/missing-fields.ts";
import { useDraft } from "../draft/context.tsx";
import type { StepNames } from "../words/step-names.ts";
import { triggerWords } from "../words/trigger-words.ts";
import { ConnectionField, connectionOf, OperationLine } from "./action-set-up.tsx";
import { ChoiceField } from "./fields/choice-field.tsx";
import { DurationField } from "./fields/duration-field.tsx";
import { InputForm } from "./fields/input-form.tsx";
import { NeededLine, wrongIn } from "./fields/needed-line.tsx";
import { problemsAt, sentence } from "./fields/problems.ts";
import { SwitchField } from "./fields/switch-field.tsx";
import { ValueField } from "./fields/value-field.tsx";
import { PanelFrame, type PanelTab } from "./panel-frame.tsx";
import { PlaceDataProvider } from "./place-data.tsx";
import { PollForm } from "./poll-form.tsx";
import { ScheduleForm } from "./schedule-form.tsx";
import { TestTrigger } from "./test-trigger.tsx";
import { usePlace } from "./use-place.ts";

interface TriggerPanelProps {
  flow: FlowDetail;
  trigger: FlowDefinition["trigger"];
  names: StepNames;
  findings: readonly LintFinding[];
  onClose: () => void;
}

/** The panel of the trigger. */
export function TriggerPanel({ flow, trigger, names, findings, onClose }: TriggerPanelProps) {
  const [tab, setTab] = useState<PanelTab>("setup");
  const entry = names.entry(trigger.app, trigger.operation);
  const errors = problemsAt(flow.problems, triggerPlace);
  const values = valuesOf(trigger);
  const fields = fieldsOf(entry, values);
  const missing = missingFields(fields?.inputs ?? [], values);
  const own = withoutMissing(
    findings.filter(({ step }) => step === null),
    missing,
  );
  const inputErrors = withMissing(problemsAt(flow.problems, [...triggerPlace, "input"]), missing);
  return (
    <PlaceDataProvider place={triggerPlace} names={names}>
      <PanelFrame
        mark={trigger.app === "" ? <Icon of={Zap} /> : <AppMark app={trigger.app} size={28} />}
        kicker="What starts the flow"
        title={triggerWords(trigger, names)}
        onClose={onClose}
        tab={tab}
        onTab={setTab}
        tabs={[
          {
            value: "setup",
            title: "Set up",
            content: (
              <>
                {errors.has("") && <p className="rounded-md bg-warning-soft px-3 py-2">{errors.get("")}</p>}
                {own.length > 0 && <StepFindings flowId={flow.id} findings={own} />}
                <SetUp trigger={trigger} entry={entry} errors={errors} />
                {entry?.kind === "schedule" && <ScheduleForm trigger={trigger} errors={errors} inputErrors={inputErrors} />}
                {trigger.app !== "" && <Arrivals flow={flow} hideAddress />}
                {trigger.app !== "" && <TriggerStatus flow={flow} findings={own} />}
                <More trigger={trigger} entry={entry} errors={errors} />
              </>
            ),
          },
          ...(fields === null
            ? []
            : [
                {
                  value: "fields" as const,
                  title: "Fields",
                  content: <Fields trigger={trigger} entry={entry} fields={fields} missing={missing} errors={inputErrors} />,
                },
              ]),
          { value: "test", title: "Test", content: <TestTrigger flow={flow} /> },
        ]}
      />
    </PlaceDataProvider>
  );
}

const valuesOf = ({ input }: FlowDefinition["trigger"]) => (isObject(input) ? input : {});

interface FieldsProps {
  trigger: FlowDefinition["trigger"];
  entry: CatalogEntry | undefined;
  /** What is asked. */
  fields: CatalogEntry;
  missing: ReturnType<typeof missingFields>;
  errors: ReadonlyMap<string, string>;
}

/** What the trigger is narrowed to. */
function Fields({ trigger, entry, fields, missing, errors }: FieldsProps) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const set = usePlace(triggerPlace);
  const values = valuesOf(trigger);
  const setInput = (name: string, value: unknown) => set(["input", name], value);
  return (
    <>
      {errors.has("") && <p className="rounded-md bg-warning-soft px-3 py-2">{sentence(errors.get("") ?? "")}</p>}
      {fields.inputs.some(isNeeded) && <NeededLine missing={missing.length} wrong={wrongIn(fields, missing, errors)} />}
      <InputForm
        key={`${trigger.app} ${trigger.operation}`}
        entry={fields}
        connection={connectionOf(connections, trigger.connection)}
        values={values}
        onChange={setInput}
        errors={errors}
        missing={missing}
        fixed
      />
      {entry?.inputs.some(({ name }) => name === "list") === true && <PollForm values={values} onChange={setInput} errors={errors} />}
    </>
  );
}

/** Parts of the form that have a control of their own. */
const elsewhere = new Set(["signature", "list", "id", "changed", "paging"]);

/** What is asked of the trigger in its form; null: nothing. A schedule has its own. */
function fieldsOf(entry: CatalogEntry | undefined, values: Readonly<Record<string, unknown>>): CatalogEntry | null {
  if (entry === undefined || entry.kind === "schedule" || entry.kind === "manual") return null;
  const isList = entry.inputs.some(({ name }) => name === "list");
  const wanted = entry.kind === "webhook" ? reconcileInputs(entry) : entry.inputs;
  const names = new Set(wanted.map(({ name }) => name));
  const written = Object.keys(values).filter((name) => !names.has(name) && !(elsewhere.has(name) && (isList || name === "signature")));
  const inputs = wanted.filter(({ name }) => !(isList && elsewhere.has(name)));
  if (inputs.length === 0 && written.length === 0) return null;
  return { ...entry, inputs, example: undefined };
}

/** The settings of the list that recovers lost webhooks. */
const reconcileInputs = ({ reconcile = [] }: CatalogEntry): CatalogEntry["inputs"] =>
  reconcile.flatMap((need) => need.split("|")).map((name) => ({ name, in: "query" as const, schema: { type: "string" as const } }));

interface PartProps {
  trigger: FlowDefinition["trigger"];
  entry: CatalogEntry | undefined;
  errors: ReadonlyMap<string, string>;
}

/** The event, its account, and how often it is looked for. */
function SetUp({ trigger, entry, errors }: PartProps) {
  const set = usePlace(triggerPlace);
  const draft = useDraft();
  const connections = useQuery(connectionsQuery()).data ?? [];
  const { zone } = useUsualZone(useConnectionsOfFlow());
  const choose = (next: CatalogEntry) => {
    const login = next.app === trigger.app && trigger.connection !== undefined ? trigger.connection : usualConnection(next, connections);
    const made = newTrigger(next, { connection: login, reconcile: canReconcile(next) && login !== null, zone });
    draft.edit((definition) => setAt(definition, triggerPlace, made));
  };
  const isPolled = entry?.kind === "trigger" || entry?.kind === "change" || trigger.every !== undefined;
  const isWebhook = entry?.kind === "webhook" || trigger.reconcile !== undefined;
  const appHasInbox = useHasInbox(trigger.app);
  const hasInbox = entry?.kind === "webhook" && appHasInbox;
  return (
    <>
      <OperationLine
        app={trigger.app}
        operation={trigger.operation}
        entry={entry}
        of="trigger"
        error={errors.get("operation") ?? errors.get("app")}
        onChoose={choose}
      />
      <ConnectionField
        app={trigger.app}
        entry={entry}
        value={trigger.connection}
        error={errors.get("connection")}
        onChange={(value) => set(["connection"], value)}
        {...(isWebhook && { none: hasInbox ? "Every sub-account" : "None" })}
      />
      {isPolled && entry?.kind !== "schedule" && (
        <DurationField
          label="Check every"
          hint={`${entry?.kind === "change" ? "For what no webhook reported. " : ""}5 minutes by default. 1 minute is the shortest.`}
          value={trigger.every}
          of={["m", "h", "d"]}
          error={errors.get("every")}
          onChange={(value) => set(["every"], value)}
        />
      )}
      {(entry?.kind === "trigger" || trigger.emit !== undefined) && (
        <ChoiceField
          label="What counts"
          value={trigger.emit}
          choices={emits}
          error={errors.get("emit")}
          onChange={(value) => set(["emit"], value)}
        />
      )}
      {isWebhook && (canReconcile(entry ?? null) || (entry?.reconcile?.length ?? 0) > 0 || trigger.reconcile !== undefined) && (
        <LostWebhooks trigger={trigger} error={errors.get("reconcile")} />
      )}
    </>
  );
}

function LostWebhooks({ trigger, error }: { trigger: FlowDefinition["trigger"]; error: string | undefined }) {
  const set = usePlace(triggerPlace);
  return (
    <>
      <SwitchField
        label="Look for lost webhooks"
        hint="Events whose webhook never arrived are found in the list, and run all the same. This costs a few requests."
        checked={trigger.reconcile !== undefined}
        onChange={(on) => set(["reconcile"], on ? "15m" : undefined)}
      />
      {trigger.reconcile !== undefined && (
        <DurationField
          label="Every"
          value={trigger.reconcile}
          of={["m", "h", "d"]}
          error={error}
          onChange={(value) => set(["reconcile"], value ?? "")}
        />
      )}
    </>
  );
}

const emits = [
  [undefined, "New records"],
  ["new", "New records only"],
  ["changed", "New and changed records"],
  ["all", "New, changed and deleted records"],
] as const;

/** Whether the webhooks of an app come to an inbox. */
const useHasInbox = (app: string): boolean => (useApps().of(app)?.inbox ?? null) !== null;

/** Settings that are seldom needed. */
function More({ trigger, entry, errors }: PartProps) {
  const set = usePlace(triggerPlace);
  const inboxes = useQuery(inboxesQuery()).data ?? [];
  const isWebhook = entry?.kind === "webhook";
  const appHasInbox = useHasInbox(trigger.app);
  const takesInbox = (isWebhook && appHasInbox) || entry?.kind === "change" || trigger.inbox !== undefined;
  const own = inboxes.filter(({ app }) => app === trigger.app);
  if (entry === undefined || entry.kind === "schedule" || entry.kind === "manual") return null;
  const isUsed = [trigger.key, trigger.record, trigger.previous, trigger.inbox].some((value) => value !== undefined);
  return (
    <Disclosure
      summary={<span className="text-ink-2">More</span>}
      open={isUsed || ["key", "record", "previous", "inbox"].some((name) => errors.has(name))}
    >
      <div className="flex flex-col gap-4 pt-2">
        {takesInbox && (own.length > 1 || trigger.inbox !== undefined) && (
          <ChoiceField
            label="Inbox"
            hint="The inbox at which its events arrive."
            value={trigger.inbox}
            choices={[[undefined, "Every inbox that takes them"], ...own.map(({ name }) => [name, name] as const)]}
            error={errors.get("inbox")}
            onChange={(value) => set(["inbox"], value)}
          />
        )}
        {(isWebhook || trigger.key !== undefined) && (
          <ValueField
            field={{
              name: "key",
              label: "What tells two events apart",
              help: "Of two events with the same key only the first runs. By default, the app decides.",
            }}
            value={trigger.key}
            error={errors.get("key")}
            onChange={(value) => set(["key"], value)}
          />
        )}
        {(entry.kind !== "change" || trigger.record !== undefined) && (
          <ValueField
            field={{
              name: "record",
              label: "The record it is about",
              help: "For bursts, order and old values. By default, the app decides.",
            }}
            value={trigger.record}
            error={errors.get("record")}
            onChange={(value) => set(["record"], value)}
          />
        )}
        {(entry.kind !== "change" || trigger.previous !== undefined) && (
          <SwitchField
            label="Keep what records were before"
            hint="Steps can then read old and new values."
            checked={trigger.previous === true}
            onChange={(on) => set(["previous"], on ? true : undefined)}
          />
        )}
      </div>
    </Disclosure>
  );
}
