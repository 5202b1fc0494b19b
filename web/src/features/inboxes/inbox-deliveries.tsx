import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleMinus, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import type { InboxView } from "#api/schemas.ts";
import { Person } from "../../components/person.tsx";
import { Time } from "../../components/time.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useApps } from "../../lib/apps.ts";
import { useSubAccounts } from "../../lib/sub-accounts.ts";
import { count, plural } from "../../lib/words.ts";
import { arrivalWords } from "./arrival-words.ts";
import { lastArrival } from "./inbox-state.ts";

type Arrival = InboxView["arrivals"][number];
type Refusal = InboxView["refusals"][number];

const shownAtOnce = 5;

/** What came lately, for which client, and what it started; before that, what was refused and why. */
export function InboxDeliveries({ inbox }: { inbox: InboxView }) {
  const { app, arrivals, refusals } = inbox;
  const apps = useApps();
  const isQuiet = arrivals.length + refusals.length === 0;
  if (isQuiet && lastArrival(inbox) === null) return null;
  const [first, more] = [arrivals.slice(0, shownAtOnce), arrivals.slice(shownAtOnce)];
  return (
    <section aria-label="Latest events" className="border-t border-line px-4 py-3">
      <h3 className="mb-1 font-medium">Latest events</h3>
      {isQuiet && <p className="text-ink-2">None in the last day, or since Millrace was started. What came before is counted below.</p>}
      <ul>
        {refusals.map((refusal) => (
          <RefusalLine key={refusal.code} refusal={refusal} app={apps.title(app)} />
        ))}
        {first.map((arrival, n) => (
          <ArrivalLine key={`${arrival.at} ${n}`} arrival={arrival} />
        ))}
      </ul>
      {more.length > 0 && (
        <Disclosure summary={<span className="text-ink-2">{plural(more.length, "earlier event")}</span>}>
          <ul>
            {more.map((arrival, n) => (
              <ArrivalLine key={`${arrival.at} ${n}`} arrival={arrival} />
            ))}
          </ul>
        </Disclosure>
      )}
    </section>
  );
}

/** What a refusal means and what to do, before the exact reason. */
const refusalAdvice: Readonly<Record<string, (app: string) => string>> = {
  HOOK_REFUSED: (app) => `It was not signed by ${app}. Test tools and other programs cannot sign, so only real events get in.`,
  HOOK_FOREIGN: () => "It belongs to another marketplace app. If that is yours too, add an inbox for it.",
  HOOK_UNTIMELY: () => "Its date is out of bounds. Check the clock of this machine on the Health page.",
};

function RefusalLine({ refusal: { code, says, count: times, lastAt }, app }: { refusal: Refusal; app: string }) {
  return (
    <Line mark={<Icon of={CircleX} className="mt-0.5 shrink-0 text-failure" />} at={lastAt}>
      <span className="font-medium">{times === 1 ? "An event was refused" : `${count(times)} events were refused`}</span>
      <span className="block text-ink-2">{refusalAdvice[code]?.(app)}</span>
      <span className="block text-meta break-words text-ink-3">{says}</span>
    </Line>
  );
}

function ArrivalLine({ arrival }: { arrival: Arrival }) {
  const { title, place, person, runId, flowId, at } = arrival;
  const started = runId !== null;
  return (
    <Line
      mark={<Icon of={started ? CircleCheck : CircleMinus} className={`mt-0.5 shrink-0 ${started ? "text-success" : "text-ink-3"}`} />}
      at={at}
    >
      <span className="font-medium">{title ?? "An event without a name"}</span>
      {place !== null && (
        <>
          {" "}
          <span className="text-ink-2">
            in <bdi>{place.title ?? "a sub-account that is not connected"}</bdi>
          </span>
        </>
      )}
      {person !== null && (
        <>
          {": "}
          <Link
            to="/runs"
            search={{ person }}
            title="All runs of this person"
            className="rounded-sm break-words text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            {personWords(person)}
          </Link>
        </>
      )}
      <span className="block text-meta text-ink-3">
        {arrivalWords(arrival)}
        {runId === null && flowId !== null && (
          <>
            {" · "}
            <Link to="/flows/$flowId" params={{ flowId }} className="rounded-sm font-medium text-accent-ink hover:underline">
              Open the flow
            </Link>
          </>
        )}
        {runId !== null && (
          <>
            {" · "}
            <Link to="/runs/$runId" params={{ runId }} className="rounded-sm font-medium text-accent-ink hover:underline">
              Open the run
            </Link>
          </>
        )}
      </span>
    </Line>
  );
}

/** Some events name a person only by an id, which says nothing to a reader. */
const personWords = (person: string): ReactNode => (/[@ ]|^\+?\d+$/.test(person) ? <Person name={person} /> : "one person");

function Line({ mark, at, children }: { mark: ReactNode; at: number; children: ReactNode }) {
  return (
    <li className="flex gap-2.5 py-1.5">
      {mark}
      <div className="min-w-0 flex-1">{children}</div>
      <span className="shrink-0 text-meta leading-5 text-ink-3 tabular">
        <Time at={at} />
      </span>
    </li>
  );
}

const namedSilent = 5;

/** Which clients have sent something, and which connected ones never did: most likely the app is not installed there. */
export function InboxClients({ inbox: { places } }: { inbox: InboxView }) {
  const accounts = useSubAccounts() ?? [];
  const silent = places.length === 0 ? [] : accounts.filter(({ value }) => !places.some(({ id }) => id === value));
  if (places.length === 0) return null;
  return (
    <section aria-label="Clients" className="border-t border-line px-4 py-3">
      <h3 className="mb-1 font-medium">Clients whose events arrive</h3>
      <Disclosure
        summary={<span className="text-ink-2">{plural(places.length, "sub-account has", "sub-accounts have")} sent something</span>}
        open={places.length <= shownAtOnce}
      >
        <ul>
          {places.map(({ id, title, count: times, lastAt }) => (
            <li key={id} className="flex gap-3 py-1">
              <span className="min-w-0 flex-1 truncate">
                {title === null ? (
                  <>
                    Not connected here <code className="font-mono text-meta text-ink-3">{id}</code>
                  </>
                ) : (
                  <bdi>{title}</bdi>
                )}
              </span>
              <span className="shrink-0 text-meta leading-5 text-ink-3 tabular">
                {plural(times, "event")}
                {lastAt !== null && (
                  <>
                    , last <Time at={lastAt} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Disclosure>
      {silent.length > 0 && (
        <p className="mt-1 text-warning">
          Nothing yet from{" "}
          {silent
            .slice(0, namedSilent)
            .map(({ label }) => label)
            .join(", ")}
          {silent.length > namedSilent && ` and ${count(silent.length - namedSilent)} more`}. Is the app installed there?
        </p>
      )}
    </section>
  );
}
