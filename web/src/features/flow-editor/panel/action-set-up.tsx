import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CatalogEntry, ConnectionView, Step } from "#api/schemas.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Field, Select } from "../../../components/ui/field.tsx";
import { useApps } from "../../../lib/apps.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { connectionsQuery } from "../../../lib/queries.ts";
import { presentName } from "../../flows/connection-choice.tsx";
import { connectionsFor, usualConnection } from "../../flows/starter.ts";
import { Picker } from "../canvas/picker.tsx";
import { setAt } from "../document/edits.ts";
import { isObject } from "#kernel/json.ts";
import type { Place } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";
import { ChoiceField } from "./fields/choice-field.tsx";
import { MessageException } from "./message-exception.tsx";
import { TextField } from "./fields/text-field.tsx";
import { usePlace } from "./use-place.ts";

interface ActionSetUpProps {
  step: Step<"action">;
  place: Place;
  entry: CatalogEntry | undefined;
  errors: ReadonlyMap<string, string>;
  /** What is wrong with its exception from the rules for messages. */
  messageErrors: ReadonlyMap<string, string>;
}

const whenRefused = [
  [undefined, "The run stops and rests in Needs attention"],
  ["continue", "The run goes on; later steps can read the error"],
] as const;

/** Which operation, with which login, and what happens when the other side refuses it. */
export function ActionSetUp({ step, place, entry, errors, messageErrors }: ActionSetUpProps) {
  const set = usePlace(place);
  const draft = useDraft();
  const connections = useQuery(connectionsQuery()).data ?? [];
  const choose = (next: CatalogEntry) =>
    draft.edit((definition) => setAt(definition, place, withOperation(step, next, usualConnection(next, connections))));
  return (
    <>
      <OperationLine
        app={step.app}
        operation={step.operation}
        entry={entry}
        error={errors.get("operation") ?? errors.get("app")}
        of="operation"
        onChoose={choose}
      />
      <ConnectionField
        app={step.app}
        entry={entry}
        value={step.connection}
        error={errors.get("connection")}
        onChange={(value) => set(["connection"], value)}
      />
      {isList(entry) && (
        <TextField
          label="Rows at most"
          hint="How many rows of the list are read: 1,000 by default, 10,000 at most."
          value={step.rows === undefined ? undefined : String(step.rows)}
          error={errors.get("rows")}
          onChange={(value) => set(["rows"], value === undefined ? undefined : /^\d+$/.test(value) ? Number(value) : value)}
        />
      )}
      <ChoiceField
        label="If the other side refuses it"
        value={step.onError === "fail" ? undefined : step.onError}
        choices={whenRefused}
        error={errors.get("onError")}
        onChange={(value) => set(["onError"], value)}
      />
      {(entry?.sendsMessage || step.messages !== undefined) && (
        <MessageException of="this step" value={step.messages} errors={messageErrors} onChange={(value) => set(["messages"], value)} />
      )}
    </>
  );
}

const isList = (entry: CatalogEntry | undefined): boolean =>
  entry?.effect === "read" &&
  (!isObject(entry.output) || entry.output["type"] === "array" || entry.inputs.some(({ name }) => name === "list"));

/** The same step with another operation: what it does not have falls away. */
export function withOperation(step: Step<"action">, entry: CatalogEntry, connection: string | null): object {
  const names = new Set(entry.inputs.map(({ name }) => name));
  const kept = isObject(step.input) ? Object.entries(step.input).filter(([name, value]) => names.has(name) && value !== "") : [];
  const { connection: before, ...rest } = step;
  const login = entry.app === step.app ? (before ?? connection) : connection;
  return {
    ...rest,
    app: entry.app,
    operation: entry.key,
    ...(login === null || login === undefined ? {} : { connection: login }),
    input: Object.fromEntries(kept),
  };
}

interface OperationLineProps {
  app: string;
  operation: string;
  entry: CatalogEntry | undefined;
  of: "operation" | "trigger";
  error: string | undefined;
  onChoose: (entry: CatalogEntry) => void;
}

/** What it does, and the way to choose another. */
export function OperationLine({ app, operation, entry, of, error, onChoose }: OperationLineProps) {
  const [choosing, setChoosing] = useState(false);
  const apps = useApps();
  const isChosen = typeof operation === "string" && operation !== "";
  return (
    <div className="flex flex-col gap-1.5">
      <p className="font-medium">{of === "trigger" ? "Event" : "What it does"}</p>
      <div className="flex items-center gap-3 rounded-md border border-line p-2.5">
        {typeof app === "string" && app !== "" && <AppMark app={app} />}
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">
            {entry === undefined ? (isChosen ? operation : "Nothing chosen yet") : operationTitle(entry)}
          </p>
          {app !== "" && <p className="truncate text-meta text-ink-3">{apps.title(app)}</p>}
        </div>
        <Button small onClick={() => setChoosing(true)}>
          {isChosen ? "Change" : "Choose"}
        </Button>
      </div>
      {entry?.note !== undefined && <p className="text-meta text-ink-3">{entry.note}</p>}
      {error !== undefined && <p className="text-meta text-failure">{error}</p>}
      <Picker
        of={of}
        open={choosing}
        onClose={() => setChoosing(false)}
        onPick={(choice) => {
          setChoosing(false);
          if ("entry" in choice) onChoose(choice.entry);
        }}
      />
    </div>
  );
}

interface ConnectionFieldProps {
  app: string;
  entry: CatalogEntry | undefined;
  value: string | undefined;
  error: string | undefined;
  onChange: (value: string | undefined) => void;
  /** What happens without a connection, where that is possible. */
  none?: string;
}

/** The connection, and with it the sub-account. */
export function ConnectionField({ app, entry, value, error, onChange, none }: ConnectionFieldProps) {
  const apps = useApps();
  const connections = useQuery(connectionsQuery()).data ?? [];
  const usable = entry === undefined ? connections.filter((one) => one.app === app) : connectionsFor(entry, connections);
  const needsLogin = apps.of(app)?.needsLogin ?? false;
  if (usable.length === 0 && !needsLogin && value === undefined) return null;
  const present = presentName(value ?? null, usable);
  const isGone = value !== undefined && value !== "" && !usable.some(({ name }) => name === present);
  const add = (
    <Link to="/connections" search={{ add: "1" }} className="rounded-sm font-medium text-accent-ink hover:underline">
      Add a connection
    </Link>
  );
  return (
    <Field
      label="Connection"
      required={needsLogin && none === undefined}
      error={error ?? (isGone ? `There is no connection '${value}' any more.` : undefined)}
      hint={
        usable.length === 0 ? (
          <>
            There is none for {apps.title(app)} yet. {add}
          </>
        ) : (
          <>In which account it works. {add}</>
        )
      }
    >
      {(ids) => (
        <Select
          {...ids}
          className="w-full"
          value={isGone ? "gone" : (present ?? "")}
          onChange={(event) => onChange(event.target.value || undefined)}
        >
          {isGone && <option value="gone">{value}</option>}
          <option value="">{none ?? (needsLogin ? "Choose" : "Without a login")}</option>
          {usable.map(({ id, name, title, status }) => (
            <option key={id} value={name}>
              {title}
              {status === "broken" ? " (broken)" : ""}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The connection of a name, also of one it had before. */
export function connectionOf(connections: readonly ConnectionView[], name: unknown): ConnectionView | null {
  return connections.find((one) => one.name === name || (typeof name === "string" && one.formerNames?.includes(name))) ?? null;
}
