import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { ConnectionView } from "#api/schemas.ts";
import { isInUse } from "#surfaces/connection-words.ts";
import { permissionsOf } from "#surfaces/permission-words.ts";
import { isAllowedThere } from "../../components/connection-form/logins.ts";
import { CallLines } from "../../components/call-lines.tsx";
import { May } from "../../components/may.tsx";
import { ConnectionState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { CopyButton } from "../../components/ui/copy.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Failure, Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { useNow } from "../../lib/clock.ts";
import { remedyOf } from "../../lib/connection-remedy.ts";
import { callsQuery, consentNeedsQuery } from "../../lib/queries.ts";
import { useSubAccounts } from "../../lib/sub-accounts.ts";
import { plural } from "../../lib/words.ts";
import { Fact } from "./fact.tsx";
import { scopeFacts, type ScopeFacts } from "./scope-facts.ts";
import { TestButton } from "./test-button.tsx";
import { useLogin } from "./use-login.ts";
import { UsedBy } from "./used-by.tsx";

/** All there is to know of a connection: how it stands, how long its login lasts, and what it may do beside what flows need. */
export function ConnectionDetails({ connection, onClose }: { connection: ConnectionView | null; onClose: () => void }) {
  return (
    <Dialog open={connection !== null} onClose={onClose} shape="sheet" title={connection?.title ?? ""}>
      {connection !== null && (
        <div className="flex flex-col gap-7 pt-1">
          <Standing connection={connection} />
          <Whose connection={connection} />
          <Part title="Used by">
            <UsedBy usedBy={connection.usedBy} all />
          </Part>
          <Life connection={connection} />
          <Scopes connection={connection} />
          <May scope="changes:read">
            <LatestCalls of={connection} />
          </May>
          <Names connection={connection} />
        </div>
      )}
    </Dialog>
  );
}

/** Whose login it is, before anything technical: the sub-account or the agency by name. */
function Whose({ connection }: { connection: ConnectionView }) {
  const { app, access, locationId, companyId, title } = connection;
  const apps = useApps();
  const known = useSubAccounts()?.find(({ value }) => value === locationId)?.label;
  return (
    <dl className={facts}>
      <Fact title="App">{apps.title(app)}</Fact>
      {locationId !== undefined && <Owner title="Sub-account" name={known ?? title} id={locationId} />}
      {locationId === undefined && (companyId !== undefined || access === "agency") && <Owner title="Agency" name={title} id={companyId} />}
    </dl>
  );
}

function Owner({ title, name, id }: { title: string; name: string; id: string | undefined }) {
  return (
    <Fact title={title}>
      <bdi>{name}</bdi>
      {id !== undefined && (
        <span className="flex items-center gap-1 font-mono text-meta text-ink-3">
          {id}
          <CopyButton text={id} label={`Copy the id of the ${title.toLowerCase()}`} />
        </span>
      )}
    </Fact>
  );
}

const fine: Partial<Record<ConnectionView["status"], string>> = {
  connected: "The login works.",
  untested: "Nothing has shown yet whether the login works.",
};

function Standing({ connection }: { connection: ConnectionView }) {
  const { status, reason, checkedAt, checkedBy } = connection;
  const remedy = remedyOf(connection);
  return (
    <section>
      <p className="flex flex-wrap items-center gap-x-3">
        <ConnectionState of={connection} />
        {checkedAt !== undefined && (
          <span className="text-meta text-ink-3">
            checked <Time at={checkedAt} />, by a {checkedBy}
          </span>
        )}
      </p>
      <p className="mt-1 text-body">
        {reason ?? (isInUse(connection) ? "It is used, and no call has shown that the login does not work." : fine[status])}
      </p>
      <May scope="connections:write">
        <div className="mt-3 flex flex-wrap gap-2">
          {remedy !== null && (
            <Button kind="primary" asChild>
              <Link to="/connections" search={remedy.search}>
                {remedy.action}
              </Link>
            </Button>
          )}
          <TestButton connection={connection} />
        </div>
      </May>
    </section>
  );
}

/** How long the login lasts, and how old it is. */
function Life({ connection }: { connection: ConnectionView }) {
  const now = useNow();
  const { loginAt, createdAt, rotateAt, lastUsedAt, id } = connection;
  const { login } = useLogin(connection);
  const since = loginAt ?? createdAt;
  const isDue = rotateAt !== null && rotateAt <= now;
  return (
    <Part title="The login">
      <dl className={facts}>
        {login.title !== "" && <Fact title="Kind">{login.title}</Fact>}
        <Fact title="Made">
          <Time at={since} />
        </Fact>
        <Fact title="Renewed next">
          <NextRenewal connection={connection} />
        </Fact>
        {rotateAt !== null && <Fact title="Replace it">{isDue ? "Now" : <Time at={rotateAt} />}, as the app advises</Fact>}
        <Fact title="Last used">{lastUsedAt === undefined ? "Not yet" : <Time at={lastUsedAt} />}</Fact>
      </dl>
      {isDue && (
        <p className="mt-3 flex flex-wrap items-center justify-between gap-3 rounded-md bg-warning-soft px-3 py-2">
          It is older than the app advises. Make a new one there, and put it in here: flows go on without a break.
          <Button small asChild>
            <Link to="/connections" search={{ renew: id }}>
              Reconnect
            </Link>
          </Button>
        </p>
      )}
    </Part>
  );
}

const facts = "grid grid-cols-[8rem_minmax(0,1fr)] gap-x-3 gap-y-1.5";

/** What it is called where: by flows, by the app, and by what asks for help. */
function Names({ connection: { name, formerNames = [], locationId, companyId, baseUrl, createdAt, id } }: { connection: ConnectionView }) {
  return (
    <Part title="Names and addresses">
      <dl className={facts}>
        <Fact title="Name in flows" code>
          {name}
        </Fact>
        {formerNames.length > 0 && (
          <Fact title="Formerly" code>
            {formerNames.join(", ")}
          </Fact>
        )}
        {locationId !== undefined && companyId !== undefined && (
          <Fact title="Agency id" code>
            {companyId}
          </Fact>
        )}
        {baseUrl !== undefined && (
          <Fact title="Address" code>
            {baseUrl}
          </Fact>
        )}
        <Fact title="Added">
          <Time at={createdAt} />
        </Fact>
        <Fact title="Id" code>
          {id}
        </Fact>
      </dl>
      <Link to="/audit" search={{ record: id }} className="mt-2 inline-block rounded-sm font-medium text-accent-ink hover:underline">
        Who changed it
      </Link>
    </Part>
  );
}

function NextRenewal({ connection }: { connection: ConnectionView }) {
  const { login } = useLogin(connection);
  const { auth, status, expiresAt } = connection;
  if (expiresAt === undefined) return "Never: it lasts until it is taken back";
  if ((!isAllowedThere(login) && auth !== "client") || status === "expiring" || status === "broken")
    return (
      <>
        Not by itself; it ends <Time at={expiresAt} />
      </>
    );
  return (
    <>
      By itself, before its token ends (<Time at={expiresAt} />)
    </>
  );
}

function Scopes({ connection }: { connection: ConnectionView }) {
  const apps = useApps();
  const needs = useQuery(consentNeedsQuery(connection.app, connection.id));
  return (
    <Loaded query={needs} skeleton={<SkeletonRows rows={3} />}>
      {(data) => <ScopeLists of={scopeFacts(connection, data)} connection={connection} app={apps.title(connection.app)} />}
    </Loaded>
  );
}

function ScopeLists({ of, connection, app }: { of: ScopeFacts; connection: ConnectionView; app: string }) {
  const { missing, needed, superfluous, idle, isKnown } = of;
  if (missing.length + needed.length + superfluous.length + idle.length === 0) return null;
  return (
    <Part title="Scopes">
      <div className="flex flex-col gap-4">
        {missing.length > 0 && (
          <div className="rounded-md bg-warning-soft px-3 py-2.5">
            <ScopeList title={`Missing: ${plural(missing.length, "scope")}`} scopes={missing} />
            <Button small className="mt-2.5" asChild>
              <Link to="/connections" search={{ renew: connection.id }}>
                Allow more scopes
              </Link>
            </Button>
          </div>
        )}
        {needed.length > 0 && (
          <ScopeList
            title={isKnown ? "Allowed, and needed" : `Needed by your flows. ${app} does not say whether this login has them`}
            scopes={needed}
          />
        )}
        <FoldedScopes summary="Allowed, and needed by no flow" scopes={superfluous} />
        <FoldedScopes summary="Allowed, and not needed yet: no flow uses this connection" scopes={idle} />
      </div>
    </Part>
  );
}

function FoldedScopes({ summary, scopes }: { summary: string; scopes: readonly string[] }) {
  if (scopes.length === 0) return null;
  return (
    <Disclosure summary={`${summary} (${scopes.length})`}>
      <ScopeList scopes={scopes.map((scope) => ({ scope, flows: [] }))} />
    </Disclosure>
  );
}

function ScopeList({ title, scopes }: { title?: string; scopes: readonly { scope: string; flows: readonly string[] }[] }) {
  return (
    <div>
      {title !== undefined && <p className="text-ink-2">{title}</p>}
      <ul className="mt-1 flex flex-col gap-1">
        {scopes.map(({ scope, flows }) => (
          <li key={scope} className="flex flex-wrap items-baseline gap-x-2">
            <span>{permissionsOf([scope])[0]!.words}</span>
            <span className="font-mono text-meta break-all text-ink-3">{scope}</span>
            {flows.length > 0 && <span className="text-ink-3">for {flows.join(", ")}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Equal ones are folded. */
const callsShown = 30;
const linesShown = 8;

/** Who used the login for what, of late. */
function LatestCalls({ of: { id } }: { of: ConnectionView }) {
  const query = useInfiniteQuery(callsQuery({ connection: id }, callsShown));
  const calls = query.data?.pages[0]?.calls;
  return (
    <Part title="Latest calls">
      {query.isError ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : calls === undefined ? (
        <SkeletonRows rows={3} />
      ) : calls.length === 0 ? (
        <p className="text-ink-3">No call was made with it yet.</p>
      ) : (
        <>
          <CallLines calls={calls} most={linesShown} />
          <Link
            to="/audit"
            search={{ show: "calls", connection: id }}
            className="mt-2 inline-block rounded-sm text-accent-ink hover:underline"
          >
            All calls with this login
          </Link>
        </>
      )}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-body font-semibold">{title}</h3>
      {children}
    </section>
  );
}
