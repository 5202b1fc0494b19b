import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { grouped } from "#kernel/grouped.ts";

/**
 * Operations as people look through them: what needs no app, the apps that are connected, the others; in an app by subject, in the order of the
 * catalog; in a subject what does two calls in one, then what happens at once, then what a list has to be asked for.
 */
export function inGroups(entries: readonly CatalogEntry[], connections: readonly Pick<ConnectionView, "app">[]): CatalogEntry[] {
  const connected = new Set(connections.map(({ app }) => app));
  const apps = [...grouped(entries, ({ app }) => app).values()].toSorted((a, b) => nearness(a, connected) - nearness(b, connected));
  return apps.flatMap((own) =>
    [...grouped(own, ({ category }) => category).values()].flatMap((subject) => subject.toSorted((a, b) => order(a) - order(b))),
  );
}

const nearness = (entries: readonly CatalogEntry[], connected: ReadonlySet<string>): number =>
  entries.some(({ kind }) => kind === "schedule" || kind === "manual") ? 0 : connected.has(entries[0]!.app) ? 1 : 2;

const order = ({ kind, recipe }: CatalogEntry): number => (kind === "trigger" ? 2 : recipe ? 0 : 1);

/** What stands over a group: its app, and its subject where that says more. */
export function groupOf({ app, category }: CatalogEntry, titleOf: (app: string) => string): string {
  const title = titleOf(app);
  return category === "" || category === title ? title : `${title} · ${category}`;
}

/** Whether nobody is logged in to the app of an operation. A request to any address needs no login. */
export const isUnconnected = ({ app, path }: CatalogEntry, connections: readonly Pick<ConnectionView, "app">[]): boolean =>
  path?.startsWith("{+") !== true && connections.every((connection) => connection.app !== app);
