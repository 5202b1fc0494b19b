import type { ClientView } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { count, plural } from "../../lib/words.ts";

type Connection = ClientView["connections"][number];
type Week = ClientView["flows"][number]["week"];

interface Summary {
  tone: "good" | "wait" | "bad";
  words: string;
  /** What the client has to know or do about it. */
  more: string;
}

/** Who works for the client, in the middle of a sentence. */
export const agencyName = (agency: string | null): string => agency ?? "your agency";

/** The whole page in a sentence: whether all is well, and what somebody who can change nothing needs to know. */
export function summaryOf({ agency, connections, flows }: Pick<ClientView, "agency" | "connections" | "flows">): Summary {
  const them = agencyName(agency);
  const down = connections.filter(({ status }) => status === "broken" || status === "failed");
  const stopped = flows.reduce((sum, { week }) => sum + week.attention, 0);
  const on = flows.filter(({ status }) => status === "on").length;
  if (connections.length === 0) return { tone: "bad", words: "Your sub-account is not connected", more: `Ask ${them} to reconnect it.` };
  if (down.length > 0)
    return {
      tone: "bad",
      words: "Your connection does not work",
      more: `${capital(them)} has to reconnect it. Nothing is lost in the meantime.`,
    };
  if (connections.some(({ status }) => status === "paused"))
    return { tone: "wait", words: "Your connection is paused", more: "Nothing is lost: events wait until it is resumed." };
  if (stopped > 0)
    return {
      tone: "wait",
      words: `${plural(stopped, "event")} could not be finished`,
      more: `Nothing is lost: ${them} sees ${stopped === 1 ? "it" : "them"} and has to decide. Everything else works.`,
    };
  const done = flows.reduce((sum, { week }) => sum + week.succeeded, 0);
  const activity =
    done === 0
      ? "No events in the last seven days. Nothing for you to do."
      : `${plural(done, "event")} handled in the last seven days. Nothing for you to do.`;
  return on === 0 && flows.length > 0
    ? { tone: "wait", words: "Your flows are paused", more: `${capital(them)} can switch them on again.` }
    : { tone: "good", words: "Everything works", more: activity };
}

/** How a connection is, as a sentence for somebody who cannot change it. */
export function connectionSentence({ status, reason }: Pick<Connection, "status" | "reason">, agency: string | null): string {
  const they = capital(agencyName(agency));
  switch (status) {
    case "connected":
      return "Working.";
    case "untested":
      return "Not used yet.";
    case "expiring":
      return `Working, but the login has to be renewed soon. ${they} has to renew it.`;
    case "paused":
      return "Paused. Nothing is lost: events wait until it is resumed.";
    case "failed":
    case "broken":
      return `Not working. ${reason === null ? "" : `${happened(reason)} `}${they} has to reconnect it. Nothing is lost in the meantime.`;
  }
}

/** What happened in the last seven days, in words. */
export function weekWords({ succeeded, failed, filtered, waiting }: Week): string {
  const parts = [
    succeeded > 0 && `${plural(succeeded, "event")} handled`,
    filtered > 0 && `${count(filtered)} skipped on purpose`,
    waiting > 0 && `${count(waiting)} in progress`,
    failed > 0 && `${count(failed)} not finished`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "No events in the last seven days" : `Last seven days: ${parts.join(", ")}`;
}

/** The state of a run, for somebody who does not run flows. */
export const stateWords: Readonly<Record<ClientView["runs"][number]["state"], string>> = {
  succeeded: "Done",
  filtered: "Skipped on purpose",
  failed: "Not finished",
  held: "Not finished",
  waiting: "Waiting",
  running: "In progress",
  queued: "In progress",
  cancelled: "Cancelled",
};

/** What happened, without what to do about it: a client can neither connect nor change settings. */
const happened = (reason: string): string => `${reason.split(/[.:;](?: |$)/, 1)[0]}.`;
