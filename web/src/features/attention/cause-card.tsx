import { Link } from "@tanstack/react-router";
import type { ConnectionView } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { waitSentence } from "#surfaces/waiting.ts";
import { May } from "../../components/may.tsx";
import { FlowState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { type ReplaceTarget, UseEverywhere } from "../../components/use-everywhere.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { useApps } from "../../lib/apps.ts";
import { type Cause, type ConcernedFlow, isRunning, lostIn } from "../../lib/causes.ts";
import { useNow } from "../../lib/clock.ts";
import { canSendLink, remedyOf } from "../../lib/connection-remedy.ts";
import { plural } from "../../lib/words.ts";
import { Entry, type Urgency } from "./entry.tsx";
import { DismissRuns, People, ReplayRuns } from "./run-parts.tsx";

/** One thing that is missing or broken, the flows and runs it stops, and one button that fixes them all. */
export function CauseCard({ cause }: { cause: Cause }) {
  const { app, flows, runs, connection, outage } = cause;
  const apps = useApps();
  const now = useNow();
  const since = outage?.since ?? connection?.checkedAt;
  return (
    <Entry
      urgency={urgencyOf(cause)}
      about={[
        cause.kind === "name" ? `${apps.title(app)}, name in a flow` : `${apps.title(app)} connection`,
        cause.kind === "login" && since !== undefined && (
          <span key="since">
            since <Time at={since} />
          </span>
        ),
      ]}
      title={<Headline cause={cause} />}
      actions={<Actions cause={cause} />}
      foot={runs.length > 0 && <People runs={runs} />}
    >
      {cause.kind === "login" && connection?.reason !== undefined && <p>{connection.reason}</p>}
      {outage !== null && (
        <p>
          {waitSentence(outage, now)}.{" "}
          <Link to="/runs" search={{ state: "queued,waiting" }} className="rounded-sm font-medium text-accent-ink hover:underline">
            See them
          </Link>
        </p>
      )}
      {runs.length > 0 && <p>{`${plural(runs.length, "run")} stopped for it. What was done before is kept.`}</p>}
      {flows.length > 0 && <ConcernedFlows cause={cause} />}
    </Entry>
  );
}

function urgencyOf({ kind, connection, runs, flows }: Cause): Urgency {
  if (kind === "login") return connection?.status === "expiring" || connection?.status === "paused" ? "soon" : "broken";
  if (kind === "name" && runs.length === 0 && flows.every(({ trouble }) => trouble?.level === "warning")) return "renamed";
  return kind === "name" || kind === "scope" ? (runs.length > 0 ? "failed" : "soon") : "broken";
}

/** What is wrong, in one sentence. */
function Headline({ cause: { kind, title, of, flows, name, connection } }: { cause: Cause }) {
  const those = plural(flows.length, "flow");
  const called = <bdi className="font-semibold">{title}</bdi>;
  if (kind === "login")
    return (
      <>
        {called} {connection === null ? "does not work" : loginTrouble[connection.status]}
      </>
    );
  if (kind === "connection")
    return (
      <>
        {those} {flows.length === 1 ? "uses" : "use"} the connection {called}, which {title === name ? "is not there" : "was removed"}
      </>
    );
  if (kind === "scope")
    return (
      <>
        {called} lacks the permission {of} for {those}
      </>
    );
  const problem = flows.find(({ trouble }) => trouble !== null)?.trouble?.problem ?? "";
  return (
    <>
      {flows.length > 1 && `In ${those}: `}
      <bdi>{capitalIf(flows.length === 1, problem.replaceAll(`'${name}'`, title).replace(/^in the draft: /, ""))}</bdi>
    </>
  );
}

const loginTrouble: Readonly<Record<ConnectionView["status"], string>> = {
  broken: "is broken",
  failed: "failed its test",
  paused: "is paused",
  expiring: "has a login that ends soon",
  connected: "works again",
  untested: "is to be tested",
};

const capitalIf = (isFirst: boolean, text: string): string => (isFirst ? capital(text) : text);

/** Folded: the sentence has their number. */
function ConcernedFlows({ cause: { kind, flows, runs, outage } }: { cause: Cause }) {
  const drafts = flows.length - flows.filter(isRunning).length;
  const stopsNothing = kind === "login" && runs.length === 0 && outage === null;
  const [only, ...more] = flows;
  if (kind !== "login" && only !== undefined && more.length === 0)
    return (
      <ul className="mt-1">
        <FlowLine concerned={only} />
      </ul>
    );
  return (
    <div className="mt-1 text-ink-2">
      <Disclosure
        summary={
          <span>
            {kind === "login"
              ? `${plural(flows.length, "flow")} ${flows.length === 1 ? "uses" : "use"} it`
              : `Show ${plural(flows.length, "flow")}`}
            {drafts > 0 && `, ${drafts === flows.length ? "none of them on" : `${drafts} of them not on`}`}
            {stopsNothing && flows.length > drafts && ". Their next runs wait until it works"}
          </span>
        }
      >
        <ul className="flex flex-col gap-1">
          {flows.map((one) => (
            <FlowLine key={one.flow.id} concerned={one} />
          ))}
        </ul>
      </Disclosure>
    </div>
  );
}

function FlowLine({ concerned: { flow, trouble } }: { concerned: ConcernedFlow }) {
  return (
    <li className="flex min-w-0 flex-wrap items-center gap-x-3">
      <Link
        to="/flows/$flowId"
        params={{ flowId: flow.id }}
        search={trouble === null ? {} : { tab: "checks" }}
        className="min-w-0 truncate rounded-sm font-medium text-accent-ink hover:underline"
      >
        <bdi>{flow.name}</bdi>
      </Link>
      <span className="text-meta">
        <FlowState status={flow.status} />
      </span>
      {trouble !== null && (
        <span className="text-meta text-ink-3">{trouble.places > 1 ? plural(trouble.places, "place") : trouble.where}</span>
      )}
    </li>
  );
}

function Actions({ cause }: { cause: Cause }) {
  const { kind, runs } = cause;
  const ids = runs.map(({ id }) => id);
  return (
    <>
      {kind === "login" && <Login cause={cause} />}
      {kind === "scope" && (
        <May scope="connections:write">
          <Button kind="primary" asChild>
            <Link to="/connections" search={{ renew: cause.name }}>
              Allow more scopes
            </Link>
          </Button>
        </May>
      )}
      <CauseFix cause={cause} />
      {ids.length > 0 && (
        <May scope="runs:write">
          {kind !== "connection" && <ReplayRuns ids={ids} />}
          <DismissRuns ids={ids} />
        </May>
      )}
    </>
  );
}

/** What helps a login; where nothing but waiting does, the way to look at it. */
function Login({ cause: { connection } }: { cause: Cause }) {
  const remedy = connection === null ? null : remedyOf(connection);
  return (
    <>
      <Button kind={remedy === null ? "secondary" : "primary"} asChild>
        <Link to="/connections" search={remedy?.search ?? {}}>
          {remedy?.action ?? "Open connections"}
        </Link>
      </Button>
      {connection !== null && canSendLink(connection) && (
        <May scope="connections:write">
          <Button asChild>
            <Link to="/connections" search={{ link: connection.id }}>
              Send a reconnect link
            </Link>
          </Button>
        </May>
      )}
    </>
  );
}

/** What fixes it: reconnecting, or another name in every flow. */
function CauseFix({ cause }: { cause: Cause }) {
  if (cause.kind === "name") return <Rename cause={cause} />;
  if (cause.kind !== "connection") return null;
  return (
    <>
      <May scope="connections:write">
        <Button kind="primary" asChild>
          <Link to="/connections" search={{ add: "1" }}>
            {cause.title === cause.name ? (
              "Add a connection"
            ) : (
              <span className="max-w-64 truncate">
                Reconnect '<bdi>{cause.title}</bdi>'
              </span>
            )}
          </Link>
        </Button>
      </May>
      <Rename cause={cause} />
    </>
  );
}

/** Another name for every flow. */
function Rename({ cause }: { cause: Cause }) {
  const { kind, runs, title, flows } = cause;
  const lost = lostIn(cause);
  const [only, ...more] = lost;
  if (only === undefined)
    return kind === "connection" ? null : (
      <Button asChild>
        <Link to="/connections">Open connections</Link>
      </Button>
    );
  if (more.length === 0 && kind === "name") {
    const trouble = flows.find(({ flow }) => flow.id === only.flowId)?.trouble;
    const isSure = runs.length === 0 && trouble?.level === "warning" && only.near;
    return <UseInstead lost={only} replay={runs.map(({ id }) => id)} atOnce={isSure} primary={runs.length > 0} />;
  }
  const targets = lost.flatMap((one): ReplaceTarget[] => {
    const concerned = flows.find(({ flow }) => flow.id === one.flowId);
    if (concerned === undefined) return [];
    const { flow, trouble } = concerned;
    return [{ lost: one, flow, places: trouble?.places ?? 1, runs: runs.filter((run) => run.flow.id === flow.id).map(({ id }) => id) }];
  });
  const [first, ...others] = targets;
  return first === undefined ? null : <UseEverywhere flows={[first, ...others]} title={kind === "connection" ? title : `'${only.from}'`} />;
}
