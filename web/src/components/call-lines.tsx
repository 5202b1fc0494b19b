import { Link } from "@tanstack/react-router";
import type { CallView } from "#api/schemas.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { answerWords, purposeWords } from "#surfaces/call-words.ts";
import { cx } from "../lib/cx.ts";
import { durationWords } from "../lib/time.ts";
import { capital } from "#kernel/words.ts";
import { Person } from "./person.tsx";
import { Time } from "./time.tsx";

/** Calls with a login, one line each: what was asked, for whom, and what came of it. */
export function CallLines({ calls, showLogin = false }: { calls: readonly CallView[]; showLogin?: boolean }) {
  return (
    <ul className="border-t border-line">
      {calls.map((call) => (
        <li key={call.seq} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 border-b border-line px-2 py-2.5">
          <p className="min-w-0 truncate" title={`${call.method} ${call.address}`}>
            <span className="font-medium">{operationTitle(call)}</span>
            {showLogin && (
              <>
                {" "}
                <span className="text-ink-3">with</span> <bdi>{call.connection.name}</bdi>
              </>
            )}{" "}
            <span className="font-mono text-meta text-ink-3">
              {call.method} {pathOf(call.address)}
            </span>
          </p>
          <p className="flex items-baseline justify-end gap-2 tabular">
            <Answer call={call} />
            <span className="min-w-12 text-right text-meta text-ink-3">{durationWords(call.durationMs)}</span>
          </p>
          <p className="min-w-0 truncate text-ink-2">
            <Maker call={call} />
            {call.person !== null && (
              <>
                {" "}
                <span className="text-ink-3">about</span> <Person name={call.person} />
              </>
            )}
          </p>
          <Time at={call.at} className="text-right text-meta whitespace-nowrap text-ink-3 tabular" />
        </li>
      ))}
    </ul>
  );
}

/** Without the host, which is the app's own. */
const pathOf = (address: string): string => (URL.canParse(address) ? new URL(address).pathname : "");

function Answer({ call }: { call: CallView }) {
  const fine = call.error === null;
  return (
    <span
      title={answerWords(call)}
      className={cx("rounded-sm px-1.5 font-mono text-meta", fine ? "bg-success-soft text-success" : "bg-failure-soft text-failure")}
    >
      {call.status ?? "no answer"}
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
