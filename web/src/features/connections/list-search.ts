import type { ConnectionView } from "#api/schemas.ts";
import { oneOf, text } from "../../lib/search.ts";

/** What people sort connections into. */
export const states = { working: "Working", trouble: "Needs a hand", untested: "Not tested yet", unused: "Used by no flow" } as const;
export type StateFilter = keyof typeof states;

/** The filters of the list, as they stand in the address. */
export interface ConnectionsFilter {
  q?: string | undefined;
  app?: string | undefined;
  state?: StateFilter | undefined;
}

export const readConnectionsFilter = (search: Record<string, unknown>): ConnectionsFilter => ({
  q: text(search["q"]),
  app: text(search["app"]),
  state: oneOf(search["state"], Object.keys(states) as StateFilter[]),
});

const isIn: Record<StateFilter, (connection: ConnectionView) => boolean> = {
  working: ({ status }) => status === "connected" || status === "expiring",
  trouble: ({ status }) => status !== "connected" && status !== "untested",
  untested: ({ status }) => status === "untested",
  unused: ({ usedBy }) => usedBy.flows.length + usedBy.inboxes.length === 0,
};

/** Those that fit: each word stands in the title, a name, the app, or the id of the sub-account or agency. */
export function fittingConnections(
  connections: readonly ConnectionView[],
  { q = "", app, state }: ConnectionsFilter,
  titleOf: (app: string) => string,
): ConnectionView[] {
  const words = q.toLowerCase().split(/\s+/);
  return connections.filter((connection) => {
    const { title, name, formerNames = [], locationId = "", companyId = "" } = connection;
    const said = [title, name, ...formerNames, titleOf(connection.app), locationId, companyId].join("\n").toLowerCase();
    return (
      (app === undefined || connection.app === app) &&
      (state === undefined || isIn[state](connection)) &&
      words.every((word) => said.includes(word))
    );
  });
}
