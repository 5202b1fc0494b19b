/** Pure: connections as people read them. */
import type { ConnectionView } from "#server/contract.ts";
import { table } from "../table.ts";
import { ago, clean, type Paper, type Style } from "../text.ts";

const statusWords: Record<ConnectionView["status"], string> = {
  connected: "Connected",
  expiring: "Expiring",
  broken: "Broken",
  paused: "Paused",
};
const statusStyles: Record<ConnectionView["status"], Style> = { connected: "green", expiring: "yellow", broken: "red", paused: "yellow" };

export function connectionTable(connections: readonly ConnectionView[], paper: Paper): string {
  if (connections.length === 0) return "There is no connection yet. Add one: millrace connect add NAME --app highlevel";
  const lines = table(
    connections,
    [
      { title: "connection", value: (c) => c.name },
      { title: "app", value: (c) => c.app },
      { title: "status", value: (c) => statusWords[c.status], style: (c) => statusStyles[c.status] },
      { title: "sub-account", value: (c) => c.locationId ?? c.companyId ?? "" },
      { title: "quota", value: quotaOf },
      { title: "used", value: (c) => (c.lastUsedAt === undefined ? "never" : ago(paper, c.lastUsedAt)) },
      { title: "title", value: (c) => c.title },
    ],
    paper,
  );
  const reasons = connections.filter((c) => c.reason !== undefined).map((c) => `${c.name}: ${clean(c.reason!)}`);
  return [lines, ...reasons].join("\n");
}

export const connectionLine = (done: string, { name, app, status }: ConnectionView): string =>
  `${done}: ${name} (${app}), ${statusWords[status].toLowerCase()}`;

const quotaOf = ({ quota }: ConnectionView) => (quota === null ? "" : `${quota.used}/${quota.limit}`);
