/** Pure: connections as people read them. */
import type { ConnectionView, Overview } from "#api/schemas.ts";
import { connectionWord } from "#surfaces/connection-words.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { facts, table } from "../table.ts";
import { ago, clean, count, paint, type Paper, type Style } from "../text.ts";

const statusStyles: Record<ConnectionView["status"], Style> = {
  untested: "dim",
  connected: "green",
  expiring: "yellow",
  failed: "red",
  broken: "red",
  paused: "yellow",
};

export function connectionTable(connections: readonly ConnectionView[], paper: Paper): string {
  if (connections.length === 0) return "There is no connection yet. Add one: millrace connect add NAME --app APP";
  const lines = table(
    connections,
    [
      { title: "connection", value: (c) => c.name },
      { title: "app", value: (c) => c.app },
      { title: "status", value: (c) => connectionWord(c), style: (c) => statusStyles[c.status] },
      { title: "sub-account", value: (c) => c.locationId ?? c.companyId ?? "" },
      { title: "quota", value: quotaOf },
      { title: "flows", value: (c) => String(c.usedBy.flows.length) },
      { title: "used", value: (c) => (c.lastUsedAt === undefined ? "never" : ago(paper, c.lastUsedAt)) },
      { title: "title", value: (c) => c.title },
    ],
    paper,
  );
  const reasons = connections.filter((c) => c.reason !== undefined).map((c) => `${c.name}: ${clean(c.reason!)}`);
  return [lines, ...reasons].join("\n");
}

/** One connection with all there is to know of it. */
export function connectionPage(connection: ConnectionView, paper: Paper, outages: Overview["outages"] = []): string {
  const { name, app, baseUrl, locationId, companyId, formerNames = [], usedBy, lastUsedAt, id } = connection;
  const waits = outages.find((outage) => outage.connection?.id === id);
  const lines = facts(
    [
      ["State", stateSentence(connection, paper)],
      ["Runs", waits ? outageSentence(waits, paper.now) : null],
      ["Name", formerNames.length === 0 ? name : `${name}, formerly ${formerNames.join(", ")}`],
      ["App", app],
      ["Address", baseUrl ?? null],
      ["Sub-account", locationId ?? null],
      ["Agency", locationId === undefined ? (companyId ?? null) : null],
      ["Last used", lastUsedAt === undefined ? "never" : ago(paper, lastUsedAt)],
      ["Inboxes", usedBy.inboxes.map((inbox) => inbox.name).join(", ") || null],
      ["Id", id],
    ],
    paper,
  );
  return `${paint(paper, "bold", clean(connection.title))}\n${lines}\n\n${useOf(connection)}`;
}

/** Whether the login works, when that was last seen and by what, and what to do. */
function stateSentence(connection: ConnectionView, paper: Paper): string {
  const { reason, checkedAt, checkedBy } = connection;
  const seen = checkedAt === undefined ? "" : ` (${checkedBy === "call" ? "a call" : "a test"}, ${ago(paper, checkedAt)})`;
  return `${connectionWord(connection)}${seen}${reason === undefined ? "" : `: ${reason}`}`;
}

/** The flows that use a connection, a line each. */
export function useOf({ usedBy: { flows } }: ConnectionView): string {
  if (flows.length === 0) return "No flow uses it.";
  const lines = flows.map(({ name, status, draft, published }) => {
    const where = draft && published ? "" : published ? ", in the published version only" : ", in the draft only";
    return `  ${clean(name)} (${status}${where})`;
  });
  return [`Used by ${count(flows.length, "flow")}:`, ...lines].join("\n");
}

export const connectionLine = (done: string, connection: ConnectionView): string =>
  `${done}: ${connection.name} (${connection.app}), ${connectionWord(connection).toLowerCase()}`;

const quotaOf = ({ quota }: ConnectionView) => (quota === null ? "" : `${quota.used}/${quota.limit}`);
