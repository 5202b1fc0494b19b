import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { FileUp, LayoutTemplate, type LucideIcon } from "lucide-react";
import { useId, useState } from "react";
import type { CatalogEntry, ConnectionView, FlowDefinition } from "#api/schemas.ts";
import { OperationPicker } from "../../components/operation-picker.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { Switch } from "../../components/ui/switch.tsx";
import { api } from "../../lib/api.ts";
import { catalogQuery, connectionsQuery, flowQuery, flowsQuery } from "../../lib/queries.ts";
import { findIn } from "#surfaces/find-operations.ts";
import { inGroups } from "../../lib/operation-groups.ts";
import { messageOf } from "../../lib/query.ts";
import { triggerTitle } from "#surfaces/operation-words.ts";
import { writeCron } from "#kernel/cron-words.ts";
import { blocks } from "../flow-editor/canvas/blocks.ts";
import { morning } from "../flow-editor/panel/fields/usual-schedule.tsx";
import { ScheduleChoice } from "./schedule-choice.tsx";
import { ConnectionChoice } from "./connection-choice.tsx";
import { canReconcile, canStart, isStep, starterFlow, usualConnection } from "./starter.ts";
import { usualName } from "./usual-name.ts";
import { useUsualZone } from "./usual-zone.ts";
import { type TriggerInput, TriggerSettings } from "./trigger-settings.tsx";

interface Chosen {
  entry: CatalogEntry | null;
  /** The connection's short name; null names none. */
  connection: string | null;
  /** What a change trigger is narrowed to. */
  settings: TriggerInput;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The flow was just made: what comes next is its first step. */
    begun?: true;
  }
}

const nothing: Chosen = { entry: null, connection: null, settings: {} };

/** Begins a flow: its name, what starts it, and the first thing it does. The rest is written on the flow's page. */
export function NewFlow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState("");
  const [trigger, setTrigger] = useState(nothing);
  const [action, setAction] = useState(nothing);
  const [reconcile, setReconcile] = useState(true);
  const catalog = useQuery({ ...catalogQuery(), enabled: open }).data ?? [];
  const connections = useQuery({ ...connectionsQuery(), enabled: open }).data ?? [];
  const create = useCreateFlow();
  const [schedule, setSchedule] = useState(morning);
  const [zone, setZone] = useState<string>();
  const usual = useUsualZone([], open);
  const reconcilable = canReconcile(trigger.entry) && trigger.connection !== null;
  const begun =
    trigger.entry === null
      ? null
      : starterFlow({
          name: name.trim(),
          trigger: trigger.entry,
          action: action.entry,
          triggerConnection: trigger.connection,
          settings: trigger.settings,
          actionConnection: action.connection,
          reconcile: reconcilable && reconcile,
          schedule: { cron: writeCron(schedule), zone: zone ?? usual.zone },
        });
  const entryOf = (app: string, key: string) => catalog.find((entry) => entry.app === app && entry.key === key);
  const ownName = begun === null ? "" : usualName(begun, entryOf);
  const begin = () => {
    if (begun !== null) create.mutate({ ...begun, name: begun.name || ownName });
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New flow"
      about="It begins as a draft. Nothing runs until you publish it."
      onSubmit={begin}
      footer={
        <>
          {trigger.entry === null && <p className="mr-auto text-meta text-ink-3">Choose what starts it.</p>}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={trigger.entry === null} busy={create.isPending}>
            Create flow
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        <ReadyMade />
        <NameField value={name} usual={ownName} onChange={setName} open={open} />
        <When value={trigger} onChange={setTrigger} catalog={catalog} connections={connections} />
        {trigger.entry?.kind === "schedule" && (
          <ScheduleChoice schedule={schedule} onSchedule={setSchedule} zone={zone} onZone={setZone} usual={usual} />
        )}
        {reconcilable && <LookForGaps checked={reconcile} onChange={setReconcile} />}
        <Then value={action} onChange={setAction} catalog={catalog} connections={connections} />
        {create.error && <Problem>{messageOf(create.error)}</Problem>}
      </div>
    </Dialog>
  );
}

interface NameFieldProps {
  value: string;
  /** What it is called where nothing is typed. */
  usual: string;
  onChange: (name: string) => void;
  open: boolean;
}

/** Two flows may have one name; whoever gives it again should know, as lists of flows then have two equal lines. */
function NameField({ value, usual, onChange, open }: NameFieldProps) {
  const flows = useQuery({ ...flowsQuery(), enabled: open }).data ?? [];
  const typed = (value.trim() || usual).toLowerCase();
  const same = flows.find(({ name }) => name.toLowerCase() === typed);
  return (
    <Field label="Name" hint={same && `There is already a flow called "${same.name}". Another name keeps the two apart.`}>
      {(ids) => (
        <Input
          {...ids}
          value={value}
          maxLength={120}
          onChange={(event) => onChange(event.target.value)}
          placeholder={usual === "" ? "Named after what it does, if you leave this empty" : usual}
          autoFocus
        />
      )}
    </Field>
  );
}

interface ChoiceProps {
  value: Chosen;
  onChange: (value: Chosen) => void;
  catalog: readonly CatalogEntry[];
  connections: ConnectionView[];
}

/** What starts the flow. */
function When({ value, onChange, catalog, connections }: ChoiceProps) {
  return (
    <>
      <Field label="When">
        {({ id }) => (
          <OperationPicker
            id={id}
            value={value.entry}
            onChange={(entry) => onChange({ ...nothing, entry, connection: usualConnection(entry, connections) })}
            entries={inGroups(catalog.filter(canStart), connections)}
            placeholder="Choose a trigger"
            finds="Find a trigger"
            connections={connections}
            hintOf={triggerHint}
            nameOf={triggerTitle}
          />
        )}
      </Field>
      <ConnectionChoice {...value} connections={connections} onChange={(connection) => onChange({ ...value, connection })} />
      <TriggerSettings
        entry={value.entry}
        connection={value.connection}
        values={value.settings}
        onChange={(settings) => onChange({ ...value, settings })}
      />
    </>
  );
}

/** The first thing it does. */
function Then({ value, onChange, catalog, connections }: ChoiceProps) {
  return (
    <>
      <Field label="Then" hint="More steps can be added later.">
        {({ id }) => (
          <OperationPicker
            id={id}
            value={value.entry}
            onChange={(entry) => onChange({ ...nothing, entry, connection: usualConnection(entry, connections) })}
            entries={inGroups(
              catalog.filter((entry) => isStep(entry) && !entry.deprecated),
              connections,
            )}
            placeholder="Choose what to do"
            connections={connections}
            noteOf={blockNote}
          />
        )}
      </Field>
      <ConnectionChoice {...value} connections={connections} onChange={(connection) => onChange({ ...value, connection })} />
    </>
  );
}

/** The shorter ways: most flows that people want exist already, here or in a file. */
function ReadyMade() {
  return (
    <>
      <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        <Link to="/templates" className={way}>
          <WayWords icon={LayoutTemplate} title="From a template" about="Ready-made, set up in three steps" />
        </Link>
        <Link to="/flows/import" className={way}>
          <WayWords icon={FileUp} title="From a file" about="Exported from Millrace, n8n, Make or Zapier" />
        </Link>
      </div>
      <p className="text-meta text-ink-3">Or build it yourself:</p>
    </>
  );
}

const way = "flex items-start gap-3 rounded-md border border-line p-3 text-left transition-colors hover:border-line-strong hover:bg-sunken";

function WayWords({ icon, title, about }: { icon: LucideIcon; title: string; about: string }) {
  return (
    <>
      <Icon of={icon} size={18} className="mt-0.5 shrink-0 text-accent-ink" />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{title}</span>
        <span className="block text-meta text-ink-3">{about}</span>
      </span>
    </>
  );
}

function LookForGaps({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const id = useId();
  return (
    <div className="-mt-1 flex items-start gap-2.5">
      <Switch id={id} checked={checked} onChange={onChange} />
      <div>
        <label htmlFor={id} className="font-medium">
          Look for lost webhooks every 15 minutes
        </label>
        <p className="text-meta text-ink-3">
          Events whose webhook never arrived are found in the list, and run all the same. This costs a few requests.
        </p>
      </div>
    </div>
  );
}

function useCreateFlow() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (definition: FlowDefinition) => api.flows.create({ body: definition }),
    meta: { quiet: true },
    onSuccess: async (flow) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      await navigate({ to: "/flows/$flowId", params: { flowId: flow.id }, state: { begun: true } });
    },
  });
}

/** How it is noticed, where two triggers are nearly called the same: a list has to be checked, and a webhook's event comes as the app sends it. */
const triggerHint = ({ kind }: CatalogEntry): string | null =>
  kind === "trigger" ? "checked every 5 min" : kind === "webhook" ? "webhook" : null;

/** Who looks for a wait or a loop here is told where it is: the steps that are no operation of an app are added in the editor. */
function blockNote(words: string): string | null {
  const [found] = findIn(blocks, words, (block) => ({ title: `${block.title} ${block.words}`, rest: block.about }));
  return found !== undefined ? `"${found.title}" is a step of its own: add it after 'Create flow', with the plus.` : null;
}
