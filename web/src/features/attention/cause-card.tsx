import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { capital } from "#kernel/words.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { May } from "../../components/may.tsx";
import { ReplayDialog } from "../../components/replay.tsx";
import { ConnectionState, FlowState } from "../../components/status.tsx";
import { type Mendable, UseEverywhere } from "../../components/use-everywhere.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useNow } from "../../lib/clock.ts";
import { remedyOf } from "../../lib/connection-remedy.ts";
import { plural } from "../../lib/words.ts";
import { type Cause, type ConcernedFlow, isRunning, lostIn } from "../../lib/causes.ts";
import { DismissRuns, People, cardClass } from "./run-parts.tsx";

/** One thing that is missing or broken, the flows and runs it stops, and one button that mends them all. */
export function CauseCard({ cause }: { cause: Cause }) {
  const { app, flows, runs, connection, outage } = cause;
  const now = useNow();
  return (
    <li className={cardClass}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4">
        <AppMark app={app} size={32} />
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="flex flex-wrap items-center gap-x-3 text-body font-medium">
            <span>
              <Headline cause={cause} />
            </span>
            {cause.kind === "login" && connection !== null && (
              <span className="text-ui font-normal">
                <ConnectionState status={connection.status} />
              </span>
            )}
          </h3>
          {outage !== null && (
            <p className="mt-0.5 text-ink-2">
              {outageSentence(outage, now)}.{" "}
              <Link to="/runs" search={{ state: "queued,waiting" }} className="rounded-sm font-medium text-accent-ink hover:underline">
                See them
              </Link>
            </p>
          )}
          {cause.kind === "login" && connection?.reason !== undefined && <p className="mt-0.5 text-ink-2">{connection.reason}</p>}
          {runs.length > 0 && (
            <p className="mt-0.5 text-ink-2">{`${plural(runs.length, "run")} stopped for it. What was done before is kept.`}</p>
          )}
          {flows.length > 0 && <ConcernedFlows cause={cause} />}
        </div>
        <Actions cause={cause} />
      </div>
      {runs.length > 0 && <People runs={runs} />}
    </li>
  );
}

/** What is wrong, in one sentence. */
function Headline({ cause: { kind, title, of, flows, name } }: { cause: Cause }) {
  const those = plural(flows.length, "flow");
  const called = <bdi className="font-semibold">{title}</bdi>;
  if (kind === "login") return called;
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
  const { kind, runs, connection } = cause;
  const [asking, setAsking] = useState(false);
  const ids = runs.map(({ id }) => id);
  const remedy = connection && kind === "login" ? remedyOf(connection) : null;
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:w-full max-sm:flex-row-reverse max-sm:justify-end">
      {ids.length > 0 && <DismissRuns ids={ids} />}
      {kind === "login" && (
        <Button asChild>
          <Link to="/connections" search={remedy?.search ?? {}}>
            {remedy?.action ?? "Open connections"}
          </Link>
        </Button>
      )}
      {kind === "scope" && (
        <Button asChild>
          <Link to="/connections" search={{ renew: cause.name }}>
            Connect again
          </Link>
        </Button>
      )}
      <Mend cause={cause} />
      {ids.length > 0 && kind !== "connection" && (
        <>
          <Button icon={<Icon of={RotateCcw} size={14} />} onClick={() => setAsking(true)}>
            Replay {plural(ids.length, "run")}
          </Button>
          <ReplayDialog ids={ids} resumable open={asking} onClose={() => setAsking(false)} />
        </>
      )}
    </div>
  );
}

/** What mends it: the connection that is there again, or the name that every flow is given instead. */
function Mend({ cause }: { cause: Cause }) {
  if (cause.kind === "name") return <Rename cause={cause} />;
  if (cause.kind !== "connection") return null;
  return (
    <>
      <Rename cause={cause} />
      <May scope="connections:write">
        <Button kind="primary" className="max-sm:order-first" asChild>
          <Link to="/connections" search={{ add: "1" }}>
            {cause.title === cause.name ? (
              "Add a connection"
            ) : (
              <span className="max-w-64 truncate">
                Connect '<bdi>{cause.title}</bdi>' again
              </span>
            )}
          </Link>
        </Button>
      </May>
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
  const mendable = lost.flatMap((one): Mendable[] => {
    const concerned = flows.find(({ flow }) => flow.id === one.flowId);
    if (concerned === undefined) return [];
    const { flow, trouble } = concerned;
    return [{ lost: one, flow, places: trouble?.places ?? 1, runs: runs.filter((run) => run.flow.id === flow.id).map(({ id }) => id) }];
  });
  const [first, ...others] = mendable;
  return first === undefined ? null : <UseEverywhere flows={[first, ...others]} title={kind === "connection" ? title : `'${only.from}'`} />;
}
