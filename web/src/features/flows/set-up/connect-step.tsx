import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Clock, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ConnectionView, FlowDetail, SetupView } from "#api/schemas.ts";
import { permissionWords } from "#surfaces/permission-words.ts";
import { readConnection, withoutOtherReceivers, writeConnection } from "#templates/places.ts";
import { AppMark } from "../../../components/app-mark.tsx";
import { ConnectionForm } from "../../../components/connection-form/connection-form.tsx";
import { refreshConnections } from "../../../components/connection-form/refresh.ts";
import { ConnectionState } from "../../../components/status.tsx";
import { Permissions } from "../../../components/permissions.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { OnlyHere } from "../../../components/only-here.tsx";
import { CopyLine } from "../../../components/ui/copy.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { type Apps, useApps } from "../../../lib/apps.ts";
import { useNow } from "../../../lib/clock.ts";
import { catalogQuery, connectionsQuery, samplesQuery } from "../../../lib/queries.ts";
import { relativeTime } from "../../../lib/time.ts";
import { withSensibleValues } from "./names.ts";
import { StepEnd } from "./step-end.tsx";
import type { Draft } from "./use-set-up-draft.ts";

type Asked = SetupView["connections"][number];

interface ConnectStepProps {
  flow: FlowDetail;
  setup: SetupView;
  draft: Draft;
  busy: boolean;
  onNext: () => void;
}

/** Step 1: only what is missing is asked for, and it is tested at once. */
export function ConnectStep({ flow, setup, draft, busy, onNext }: ConnectStepProps) {
  const connections = useQuery(connectionsQuery()).data;
  const catalog = useQuery(catalogQuery()).data;
  const apps = useApps();
  const [filling, setFilling] = useState(false);
  if (connections === undefined) return null;
  const missing = setup.connections.filter((asked) => !asked.optional && chosenFor(asked, draft, connections, apps) === undefined);
  const isWebhook = flow.trigger.kind === "webhook" && flow.trigger.hookUrl !== null;
  const next = async () => {
    setFilling(true);
    draft.change(await withSensibleValues(draft.flow, setup, catalog ?? [], connections));
    setFilling(false);
    onNext();
  };
  return (
    <>
      <ul className="flex flex-col gap-3">
        {isWebhook && <HookAddress flow={flow} />}
        {setup.connections.map((asked) => (
          <Login key={asked.name} asked={asked} choices={setup.choices} draft={draft} connections={connections} />
        ))}
      </ul>
      {setup.connections.length === 0 && !isWebhook && <p className="text-ink-2">This flow needs no login. Go on.</p>}
      <StepEnd hint={missing.length > 0 ? `${missing.length === 1 ? "One login is" : `${missing.length} logins are`} missing` : null}>
        <Button kind="primary" disabled={missing.length > 0} busy={busy || filling} onClick={() => void next()}>
          Continue
        </Button>
      </StepEnd>
    </>
  );
}

/** The connection that is chosen, where there is one of that name. */
const chosenFor = (asked: Asked, { flow }: Draft, connections: readonly ConnectionView[], apps: Apps): ConnectionView | undefined => {
  const name = readConnection(flow, asked);
  return fitting(asked, connections, apps).find((each) => each.name === name || (name !== undefined && each.formerNames?.includes(name)));
};

/** The connections that can be chosen: those of the app, and of the workspace's own apps where one of these may take its place. */
const fitting = ({ app, orOwnApp }: Asked, connections: readonly ConnectionView[], apps: Apps): ConnectionView[] =>
  connections.filter((each) => each.app === app || (orOwnApp === true && apps.of(each.app)?.builtIn === false));

function Card({ app, title, aside, children }: { app: string; title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <li className="rounded-lg border border-line bg-raised p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <AppMark app={app} />
        <h2 className="min-w-0 flex-1 text-body font-semibold">{title}</h2>
        {aside}
      </div>
      <div className="mt-3 flex flex-col gap-3">{children}</div>
    </li>
  );
}

interface LoginProps {
  asked: Asked;
  choices: SetupView["choices"];
  draft: Draft;
  connections: readonly ConnectionView[];
}

/** One login: what it is used for, which connection it is, and its status. */
function Login({ asked, choices, draft, connections }: LoginProps) {
  const [adding, setAdding] = useState(false);
  const apps = useApps();
  const own = fitting(asked, connections, apps);
  const chosen = chosenFor(asked, draft, connections, apps);
  const choose = (name: string | undefined, app = connections.find((each) => each.name === name)?.app) =>
    draft.change(withoutOtherReceivers(writeConnection(draft.flow, asked, name), asked, choices, app));
  const isOpen = adding || (own.length === 0 && !asked.optional);
  return (
    <Card
      app={asked.app}
      title={asked.label ?? apps.title(asked.app)}
      aside={
        chosen ? (
          <ConnectionState of={chosen} />
        ) : (
          <span className="text-ink-3">{asked.optional ? "Only if it asks for one" : "Not connected yet"}</span>
        )
      }
    >
      {(own.length > 0 || asked.optional) && !adding && (
        <div className="flex flex-wrap items-center gap-2">
          <Select
            aria-label={`Connection of ${asked.label ?? apps.title(asked.app)}`}
            className="max-w-full min-w-56"
            value={chosen?.name ?? ""}
            onChange={(event) => choose(event.target.value || undefined)}
          >
            {asked.optional ? (
              <option value="">No login needed</option>
            ) : (
              chosen === undefined && <option value="">Choose a connection</option>
            )}
            {own.map(({ id, name, title, app }) => (
              <option key={id} value={name}>
                {app === asked.app ? title : `${title} (${apps.title(app)})`}
              </option>
            ))}
          </Select>
          <Button kind="quiet" onClick={() => setAdding(true)}>
            Add another connection
          </Button>
        </div>
      )}
      {isOpen && asked.scopes.length > 0 && (
        <div className="rounded-md bg-sunken px-3 py-2">
          <Permissions scopes={asked.scopes} title={`Grant only these scopes in ${apps.title(asked.app)}:`} />
        </div>
      )}
      {isOpen && (
        <div className="rounded-md border border-line p-5">
          <ConnectionForm
            app={asked.app}
            onDone={({ name, app }) => {
              choose(name, app);
              setAdding(false);
            }}
            onCancel={() => setAdding(false)}
          />
        </div>
      )}
      {chosen && !isOpen && <ConnectionHealth asked={asked} connection={chosen} />}
    </Card>
  );
}

/** Tested where nobody knows yet whether it works; says what it lacks. */
function ConnectionHealth({ asked, connection }: { asked: Asked; connection: ConnectionView }) {
  const cache = useQueryClient();
  const test = useMutation({
    mutationFn: (id: string) => api.connections.test({ id }),
    meta: { quiet: true },
    onSettled: () => refreshConnections(cache),
  });
  const { id, status, reason, scopes } = connection;
  const { mutate } = test;
  useEffect(() => {
    if (status === "untested") mutate(id);
  }, [id, status, mutate]);
  const lacking = scopes === undefined || scopes.length === 0 ? [] : asked.scopes.filter((scope) => !scopes.includes(scope));
  return (
    <>
      {reason !== undefined && status !== "connected" && (
        <p className="flex flex-wrap items-center gap-2 rounded-md bg-warning-soft px-3 py-2">
          <span className="min-w-0 flex-1">{reason}</span>
          <Button small busy={test.isPending} onClick={() => mutate(id)}>
            Test again
          </Button>
        </p>
      )}
      {lacking.length > 0 && (
        <p className="flex gap-2 rounded-md bg-warning-soft px-3 py-2">
          <Icon of={TriangleAlert} size={14} className="mt-0.5 shrink-0 text-warning" />
          <span>
            It may not {permissionWords(lacking)} <span className="font-mono text-meta">({lacking.join(", ")})</span>. Grant{" "}
            {lacking.length === 1 ? "it" : "them"} and reconnect, or choose another connection.
          </span>
        </p>
      )}
    </>
  );
}

const lookEveryMs = 3_000;

/** Where the sender is to send its events, and whether one has arrived. */
function HookAddress({ flow }: { flow: FlowDetail }) {
  const apps = useApps();
  const now = useNow();
  const samples = useQuery({ ...samplesQuery(flow.id), refetchInterval: lookEveryMs }).data ?? [];
  const { app, hookUrl } = flow.trigger;
  const sender = apps.of(app)?.needsLogin === true ? apps.title(app) : "the sender";
  const [received] = samples.filter(({ from }) => from === "event");
  return (
    <Card app={app} title={`Have ${sender} send its events here`}>
      <CopyLine text={hookUrl ?? ""} label="Copy the address" />
      {hookUrl !== null && <OnlyHere url={hookUrl} of="events" />}
      <p className="text-ink-2">Enter this address in {sender}, where it asks for a webhook. Nobody else can guess it.</p>
      <p aria-live="polite" className="flex items-center gap-1.5">
        {received === undefined ? (
          <>
            <Icon of={Clock} size={14} className="text-waiting" />
            Waiting for the first event. You can go on without it and test with made-up data.
          </>
        ) : (
          <>
            <Icon of={CircleCheck} size={14} className="text-success" />
            <span>
              Received{received.person === null ? " an event" : ": "}
              <bdi>{received.person}</bdi>, {relativeTime(received.at, now)}
            </span>
          </>
        )}
      </p>
    </Card>
  );
}
