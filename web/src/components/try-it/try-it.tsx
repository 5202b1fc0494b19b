import { useMutation, useQuery } from "@tanstack/react-query";
import { FlaskConical, Play } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { InputField } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { ConnectionForm } from "../connection-form/connection-form.tsx";
import { isAsked } from "../operation-form/asked.ts";
import { FurtherFields } from "../operation-form/further-fields.tsx";
import { OperationForm, type Values } from "../operation-form/operation-form.tsx";
import { May } from "../may.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Select } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Switch } from "../ui/switch.tsx";
import { ApiError, type CallReply, api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { moreName } from "../../lib/further-names.ts";
import { CallResult, Wire } from "./call-result.tsx";
import { buttonWords, willDo } from "./will-do.ts";

interface TryItProps {
  entry: CatalogEntry;
  fields: InputField[];
  /** What can be done with the answer, beneath it. */
  after?: (reply: CallReply, values: Values) => ReactNode;
}

/** A form that calls the operation. It says first what will happen; writes are pretended unless asked for in earnest. */
export function TryIt({ entry, fields, after }: TryItProps) {
  const apps = useApps();
  const connections = (useQuery(connectionsQuery()).data ?? []).filter((one) => one.app === entry.app);
  const [picked, setPicked] = useState<string | null>(null);
  const [values, setValues] = useState<Values>({});
  const [dryWanted, setDry] = useState(true);
  const connection = connections.find((one) => one.name === picked) ?? connections[0] ?? null;
  const dry = entry.effect !== "read" && dryWanted;
  const call = useMutation({
    mutationFn: () => {
      const login = connection === null ? {} : { connection: connection.name };
      return api.operations.call({ operation: `${entry.app}.${entry.key}`, body: { ...login, input: values, dryRun: dry } });
    },
    meta: { quiet: true },
  });
  return (
    <section aria-label="Try it" className="rounded-lg border border-line bg-raised">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          call.mutate();
        }}
      >
        <div className="flex flex-col gap-4 p-4 sm:p-5">
          <h3 className="text-body font-semibold">Try it</h3>
          <ConnectionChoice app={entry.app} connections={connections} value={connection} onChange={setPicked} />
          <OperationForm
            fields={fields.filter((field) => isAsked(field, connection))}
            values={values}
            onChange={setValues}
            connection={connection?.name ?? null}
            error={call.error ? { field: blamedIn(call.error), message: saidAtField(call.error) } : undefined}
            app={entry.app}
            empties={entry.empties}
          />
          {entry.takesMore && (
            <FurtherFields
              app={entry.app}
              onChange={(more) => setValues((old) => ({ ...old, [moreName]: more }))}
              error={blamedIn(call.error) === moreName ? messageOf(call.error) : undefined}
            />
          )}
        </div>
        <CallBar entry={entry} where={connection?.title ?? apps.title(entry.app)} dry={dry} onDry={setDry} busy={call.isPending} />
      </form>
      <div aria-live="polite">
        {call.error && (
          <Failed error={call.error} isSaidAbove={fields.some((field) => field.required === true && field.name === blamedIn(call.error))} />
        )}
        {call.data && <CallResult reply={call.data} />}
        {call.data && after?.(call.data, values)}
      </div>
    </section>
  );
}

interface CallBarProps {
  entry: CatalogEntry;
  /** The account it is about. */
  where: string;
  dry: boolean;
  onDry: (dry: boolean) => void;
  busy: boolean;
}

/** What the call will do, and the button that makes it. */
function CallBar({ entry, where, dry, onDry, busy }: CallBarProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-t border-line px-4 py-3 sm:px-5">
      <p className="min-w-0 flex-1 basis-56 text-ink-2">
        <Will sentence={willDo(entry, where, dry)} />
      </p>
      {entry.effect !== "read" && (
        <label className="flex items-center gap-2">
          <Switch checked={dry} onChange={onDry} label="Dry run" />
          Dry run
        </label>
      )}
      <Button
        kind={dry || entry.effect === "read" ? "primary" : "danger"}
        type="submit"
        busy={busy}
        icon={<Icon of={dry ? FlaskConical : Play} size={14} />}
      >
        {buttonWords(entry, dry)}
      </Button>
    </div>
  );
}

interface ConnectionChoiceProps {
  app: string;
  connections: ConnectionView[];
  value: ConnectionView | null;
  onChange: (name: string) => void;
}

function ConnectionChoice({ app, connections, value, onChange }: ConnectionChoiceProps) {
  const apps = useApps();
  if (connections.length > 0) {
    return (
      <Field label="Connection">
        {(ids) => (
          <Select {...ids} value={value?.name ?? ""} onChange={(event) => onChange(event.target.value)} className="w-full sm:max-w-80">
            {connections.map((one) => (
              <option key={one.id} value={one.name}>
                {one.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
    );
  }
  const owner = apps.of(app);
  if (owner?.needsLogin === false) {
    const where = owner.baseUrl === "" ? "; the address is then a whole one" : "";
    return <p className="text-ink-2">No connection is needed{where}.</p>;
  }
  return <NotConnected app={app} />;
}

/** Connects the app in a dialog, so that one stays where one tries it. */
function NotConnected({ app }: { app: string }) {
  const apps = useApps();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <div className="flex flex-wrap items-center gap-3 text-ink-2">
      <p>{apps.title(app)} is not connected yet.</p>
      <May scope="connections:write">
        <Button small onClick={() => setOpen(true)}>
          Connect {apps.title(app)}
        </Button>
        <Dialog open={isOpen} onClose={close} title={`Connect ${apps.title(app)}`}>
          {isOpen && <ConnectionForm app={app} onDone={close} onCancel={close} />}
        </Dialog>
      </May>
    </div>
  );
}

/** The field that a refusal names. */
const blamedIn = (error: Error | null): unknown => (error instanceof ApiError ? error.details["field"] : undefined);

/** What is said at the blamed field: of that field alone, where the refusal names several. */
function saidAtField(error: Error): string {
  const fields = error instanceof ApiError ? error.details["fields"] : undefined;
  const own = isObject(fields) ? fields[String(blamedIn(error))] : undefined;
  return typeof own === "string" ? own : messageOf(error);
}

/** Why it failed, unless the field says it already, and what went over the wire until then. */
function Failed({ error, isSaidAbove }: { error: Error; isSaidAbove: boolean }) {
  const exchanges = exchangesOf(error);
  return (
    <div className="flex flex-col gap-4 border-t border-line p-4 sm:p-5">
      <p className="rounded-md bg-failure-soft px-4 py-3">{isSaidAbove ? "It failed. The field above says why." : messageOf(error)}</p>
      {exchanges.length > 0 && <Wire exchanges={exchanges} />}
    </div>
  );
}

/** The requests of a call that failed, as its error tells them. */
function exchangesOf(error: Error): CallReply["exchanges"] {
  if (!(error instanceof ApiError)) return [];
  const { exchange, exchanges = exchange === undefined ? [] : [exchange] } = error.details;
  return Array.isArray(exchanges) ? exchanges.filter((one): one is CallReply["exchanges"][number] => isObject(one) && "url" in one) : [];
}

/** "This will CREATE a contact in Acme Dental": the word in capitals stands out. */
function Will({ sentence }: { sentence: string }) {
  return sentence.split(/\b([A-Z]{4,}(?: OR [A-Z]{4,})?)\b/).map((part, index) =>
    index % 2 === 1 ? (
      <strong key={index} className="font-semibold text-ink">
        {part}
      </strong>
    ) : (
      part
    ),
  );
}
