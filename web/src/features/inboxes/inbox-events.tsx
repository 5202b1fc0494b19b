import { Link } from "@tanstack/react-router";
import type { InboxView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { cx } from "../../lib/cx.ts";
import { count } from "../../lib/words.ts";

type InboxEvent = InboxView["events"][number];

/** Which events flows wait for, and which came: what is waited for and never came is most likely not ticked. */
export function InboxEvents({ inbox }: { inbox: InboxView }) {
  if (inbox.events.length === 0) {
    return (
      <p className="border-t border-line px-4 py-3 text-ink-3">
        No flow waits for an event yet. Publish a flow that starts with one, and it is listed here with what to tick.
      </p>
    );
  }
  return (
    <div role="table" aria-label={`Events of ${inbox.title}`} className="border-t border-line">
      <div role="row" className={cx(row, "text-meta text-ink-3 max-sm:sr-only")}>
        <span role="columnheader">Event</span>
        <span role="columnheader">Flows</span>
        <span role="columnheader">Received</span>
      </div>
      {inbox.events.toSorted(byNeed).map((event) => (
        <EventRow key={event.type} event={event} />
      ))}
    </div>
  );
}

const row = "grid grid-cols-1 gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_8rem]";

/** What a flow waits for and never came stands first. */
function byNeed(a: InboxEvent, b: InboxEvent): number {
  const rank = ({ flows, count: came }: InboxEvent) => (flows.length > 0 && came === 0 ? 0 : flows.length > 0 ? 1 : 2);
  return rank(a) - rank(b) || a.title.localeCompare(b.title);
}

function addressWords({ needsUrl, count: came }: InboxEvent): string {
  if (!needsUrl) return "Address for this event alone";
  return came === 0
    ? "It arrives without its name: give it this address of its own"
    : "It arrives without its name, by this address of its own";
}

function EventRow({ event }: { event: InboxEvent }) {
  const missing = event.flows.length > 0 && event.count === 0;
  return (
    <div role="row" className={cx(row, "border-t border-line")}>
      <div role="cell" className="min-w-0">
        <p className="font-medium">{event.title}</p>
        <p className="text-meta text-ink-3">
          {missing && "Tick "}
          <code className="font-mono">{event.type}</code>
          {event.scopes.length > 0 && (
            <>
              {" "}
              · {missing ? "needs the scope" : "scope"} <code className="font-mono">{event.scopes.join(", ")}</code>
            </>
          )}
        </p>
        {(event.flows.length > 0 || event.needsUrl) && (
          <Disclosure
            summary={
              <span className={cx("text-meta", event.needsUrl && event.count === 0 ? "text-warning" : "text-ink-3")}>
                {addressWords(event)}
              </span>
            }
          >
            <CopyLine text={event.url} label={`Copy the address for ${event.type}`} />
          </Disclosure>
        )}
      </div>
      <div role="cell" className="min-w-0">
        {event.flows.length === 0 && <span className="text-ink-3">No flow uses it</span>}
        {event.flows.map((flow) => (
          <Link
            key={flow.id}
            to="/flows/$flowId"
            params={{ flowId: flow.id }}
            className="block truncate rounded-sm text-ink-2 hover:text-ink hover:underline"
          >
            <bdi>{flow.name}</bdi>
          </Link>
        ))}
        {missing && (
          <May scope="flows:try">
            <Link
              to="/flows/$flowId"
              params={{ flowId: event.flows[0]!.id }}
              search={{ tab: "samples" }}
              className="rounded-sm text-meta font-medium text-accent-ink hover:underline"
            >
              Try it with a sample
            </Link>
          </May>
        )}
      </div>
      <div role="cell" className="text-ink-2 tabular">
        {event.lastAt === null ? (
          <span className={event.flows.length > 0 ? "text-warning" : "text-ink-3"}>Never: is it ticked?</span>
        ) : (
          <>
            <span className="sm:hidden">Received </span>
            {count(event.count)}
            <span className="sm:hidden"> times</span>
            <span className="block text-meta text-ink-3">
              last <Time at={event.lastAt} />
            </span>
          </>
        )}
      </div>
    </div>
  );
}
