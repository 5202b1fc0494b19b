import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CallView } from "#api/schemas.ts";
import { answerWords, purposeWords } from "#surfaces/call-words.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { capital } from "#kernel/words.ts";
import { cx } from "../lib/cx.ts";
import { type FoldedCall, foldedCalls } from "../lib/folded-calls.ts";
import { connectionsQuery } from "../lib/queries.ts";
import { durationWords } from "../lib/time.ts";
import { count } from "../lib/words.ts";
import { Person } from "./person.tsx";
import { Time } from "./time.tsx";

interface CallLinesProps {
  calls: readonly CallView[];
  showLogin?: boolean;
  /** At most so many lines. */
  most?: number;
}

/** Calls with a login, one line each: what was asked, for whom, and what came of it. Equal ones in a row are one line. */
export function CallLines({ calls, showLogin = false, most }: CallLinesProps) {
  return (
    <ul className="border-t border-line">
      {foldedCalls(calls)
        .slice(0, most)
        .map((folded) => (
          <CallLine key={folded.call.seq} folded={folded} showLogin={showLogin} />
        ))}
    </ul>
  );
}

function CallLine({ folded: { call, times, since }, showLogin }: { folded: FoldedCall; showLogin: boolean }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-b border-line px-2 py-2.5">
      <p className="min-w-0 truncate" title={`${call.method} ${call.address}`}>
        <span className="font-medium">{operationTitle(call)}</span>
        {times > 1 && <span className="ml-1.5 rounded-sm bg-sunken px-1.5 text-meta text-ink-2 tabular">{count(times)} times</span>}
        {showLogin && (
          <>
            {" "}
            <span className="text-ink-3">with</span> <Login of={call.connection} />
          </>
        )}
      </p>
      <Answer call={call} />
      <p className="min-w-0 truncate text-ink-2">
        <Maker call={call} />
        {call.person !== null && (
          <>
            {" "}
            <span className="text-ink-3">about</span> <Person name={call.person} />
          </>
        )}
        <span className="ml-2 font-mono text-meta text-ink-3 max-sm:hidden">
          {call.method} {routeOf(call.address)}
        </span>
      </p>
      <p className="text-right text-meta whitespace-nowrap text-ink-3 tabular">
        {times === 1 && <span className="max-sm:hidden">{durationWords(call.durationMs)} · </span>}
        <Time at={call.at} />
        {times > 1 && (
          <span className="block">
            since <Time at={since} />
          </span>
        )}
      </p>
    </li>
  );
}

/** By the title it has now; by its name then, once it is removed. */
function Login({ of: { id, name } }: { of: CallView["connection"] }) {
  const connections = useQuery(connectionsQuery()).data;
  const title = connections?.find((one) => one.id === id)?.title;
  return (
    <>
      <bdi>{title ?? name}</bdi>
      {connections !== undefined && title === undefined && " (removed)"}
    </>
  );
}

/** Without the host, which is the app's own: "/locations/{locationId}". */
const routeOf = (address: string): string => (URL.canParse(address) ? new URL(address).pathname.replace(/%7B(\w+)%7D/gi, "{$1}") : "");

function Answer({ call }: { call: CallView }) {
  const { status, error } = call;
  const word = error === null ? "OK" : status === null ? "No answer" : status >= 400 && status < 500 ? "Refused" : "Failed";
  return (
    <span
      title={answerWords(call)}
      className={cx(
        "justify-self-end rounded-sm px-1.5 text-meta whitespace-nowrap tabular",
        error === null ? "bg-success-soft text-success" : "bg-failure-soft text-failure",
      )}
    >
      {status === null ? word : `${word} · ${status}`}
    </span>
  );
}

/** Who made it: a run, which can be opened while it is kept, a person, or Millrace. */
function Maker({ call: { run, purpose, who } }: { call: CallView }) {
  if (run === null || purpose !== "run")
    return (
      <>
        <bdi>{who}</bdi> <span className="text-ink-3">({purposeWords[purpose]})</span>
      </>
    );
  return (
    <Link to="/runs/$runId" params={{ runId: run }} className="rounded-sm text-accent-ink hover:underline">
      <bdi>{capital(who)}</bdi>
    </Link>
  );
}
