/** Pure: inboxes, and what has to be ticked at them, as people read them. */
import type { FlowDetail, InboxView } from "#api/schemas.ts";
import { isThisMachine } from "#surfaces/own-address.ts";
import { facts, table } from "../table.ts";
import { ago, clean, count, paint, type Paper } from "../text.ts";

type InboxEvent = InboxView["events"][number];

export function inboxTable(inboxes: readonly InboxView[], paper: Paper): string {
  if (inboxes.length === 0) return "There is no inbox yet. Make one: millrace inbox add NAME --registration APP-ID";
  return table(
    inboxes,
    [
      { title: "inbox", value: (i) => i.name },
      { title: "app", value: (i) => i.app },
      { title: "events", value: (i) => String(i.events.reduce((sum, event) => sum + event.count, 0)) },
      { title: "last", value: (i) => lastOf(i, paper) },
      { title: "waited for", value: (i) => String(i.events.filter(({ flows }) => flows.length > 0).length) },
      { title: "address", value: (i) => i.url },
      { title: "title", value: (i) => i.title },
    ],
    paper,
  );
}

export function inboxPage(inbox: InboxView, paper: Paper): string {
  const lines = facts(
    [
      ["Address", inbox.url],
      [
        "App",
        inbox.registration === null ? `${inbox.app}, events of any registration` : `${inbox.app}, registration ${inbox.registration}`,
      ],
      [
        "Starts",
        inbox.flows === null
          ? null
          : `flows that name it${inbox.flows.length > 0 ? `, and ${count(inbox.flows.length, "flow")} chosen for it` : ""}`,
      ],
      ["Signing key", inbox.ownKey ? "its own" : null],
      ["Old signature", inbox.legacy ? "taken where there is no new one" : null],
      [
        "Not told apart",
        inbox.unrecognized.lastAt === null
          ? null
          : `${count(inbox.unrecognized.count, "event")}, last ${ago(paper, inbox.unrecognized.lastAt)}`,
      ],
      ["Id", inbox.id],
    ],
    paper,
  );
  return `${paint(paper, "bold", clean(inbox.title))}\n${lines}\n\n${eventsPart(inbox, paper)}`;
}

/** The events to tick, with what came of them. */
function eventsPart(inbox: InboxView, paper: Paper): string {
  if (inbox.events.length === 0) return "No flow uses its events, and none have arrived.";
  const rows = table(
    inbox.events,
    [
      { title: "event", value: (e) => e.type, style: (e) => (isMissing(e) ? "yellow" : undefined) },
      { title: "came", value: (e) => String(e.count) },
      { title: "last", value: (e) => (e.lastAt === null ? "never: is it ticked?" : ago(paper, e.lastAt)) },
      { title: "scopes", value: (e) => e.scopes.join(" ") },
      { title: "flows", value: (e) => e.flows.map(({ name }) => name).join(", ") },
    ],
    paper,
  );
  const addressed = inbox.events.filter(({ needsUrl }) => needsUrl);
  const own = addressed.map(({ type, url }) => `  ${type}: ${clean(url)}`).join("\n");
  const rest = addressed.length === 0 ? "" : `\n\nThese name no type, and each needs an address of its own there:\n${own}`;
  return `${clean(inbox.where)}\n\n${rows}${rest}`;
}

const isMissing = ({ flows, lastAt }: InboxEvent) => flows.length > 0 && lastAt === null;

function lastOf({ events }: InboxView, paper: Paper): string {
  const times = events.flatMap(({ lastAt }) => (lastAt === null ? [] : [lastAt]));
  return times.length === 0 ? "never" : ago(paper, Math.max(...times));
}

/** A sentence after something was done with an inbox, and what is to be done next. */
export function inboxLine(done: string, { name, url, where }: InboxView): string {
  const unreachable =
    "Nobody else reaches this address. Set MILLRACE_PUBLIC_URL to the one under which others reach Millrace, then look again.";
  return [`${done}: ${name}`, `Its address: ${clean(url)}`, ...(isThisMachine(url) ? [unreachable] : []), clean(where)].join("\n");
}

/** What has to be ticked for a flow's trigger; nothing for one that has an address of its own. */
export function subscriptionLines({ subscription }: FlowDetail["trigger"], paper: Paper): string[] {
  if (!subscription) return [];
  const { event, scopes, inboxes, lastAt } = subscription;
  if (inboxes.length === 0)
    return [paint(paper, "yellow", `${event} comes to an inbox, and there is none. Make one: millrace inbox add NAME`)];
  const scope = scopes.length === 0 ? "" : ` (scope ${scopes.join(" ")})`;
  const last = lastAt === null ? "It never came from there yet: is it ticked?" : `It last came ${ago(paper, lastAt)}.`;
  const first = `Tick ${event}${scope} in the developer portal at ${inboxes.map(({ name }) => name).join(" or ")}. ${last}`;
  return [first, ...inboxes.map(({ name, url }) => `  ${name}: ${clean(url)}`)];
}
