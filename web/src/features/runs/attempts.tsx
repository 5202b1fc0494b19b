import type { StepView } from "#api/schemas.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { Exchanges } from "../../components/exchanges.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { durationWords, exactTime } from "../../lib/time.ts";

/** Each try of a step, with the requests it sent and the answers it got. */
export function Attempts({ attempts }: { attempts: StepView["attempts"] }) {
  return (
    <div>
      <h3 className="mb-1 font-medium">
        {attempts.length > 1 ? `${attempts.length} attempts` : wasSent(attempts[0]) ? "Request and answer" : "Not sent"}
      </h3>
      {attempts.length === 1 ? (
        attempts.map((attempt) => <Attempt key={attempt.at} attempt={attempt} />)
      ) : (
        <ol className="divide-y divide-line border-y border-line">
          {attempts.map((attempt, index) => (
            <li key={attempt.at}>
              <Disclosure open={index === attempts.length - 1} summary={<Summary number={index + 1} attempt={attempt} />}>
                <Attempt attempt={attempt} />
              </Disclosure>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

const wasSent = (attempt: AttemptView | undefined): boolean => attempt?.exchanges?.some((exchange) => !exchange.notSent) ?? false;

type AttemptView = StepView["attempts"][number];

function Summary({ number, attempt }: { number: number; attempt: AttemptView }) {
  return (
    <span className="flex min-w-0 flex-1 items-baseline gap-3">
      <span className="shrink-0 font-medium tabular">{number}</span>
      <span className="min-w-0 flex-1 truncate text-ink-2">{(attempt.error && saidOfField(attempt.error)) ?? attempt.note ?? "Done"}</span>
      <span className="shrink-0 text-meta text-ink-3 tabular" title={exactTime(attempt.at)}>
        {durationWords(attempt.durationMs)}
      </span>
    </span>
  );
}

function Attempt({ attempt }: { attempt: AttemptView }) {
  return (
    <>
      {attempt.note !== undefined && <p className="mb-1 text-ink-2">{attempt.note}</p>}
      {attempt.unknown === true && (
        <p className="mb-1 text-ink-2">The connection broke after the request was sent: nobody can tell whether it took effect.</p>
      )}
      {attempt.exchanges === undefined || attempt.exchanges.length === 0 ? (
        <p className="text-ink-3">
          {attempt.error === undefined ? "No request was sent." : `No request was sent: ${saidOfField(attempt.error)}`}
        </p>
      ) : (
        <Exchanges exchanges={attempt.exchanges} />
      )}
    </>
  );
}
