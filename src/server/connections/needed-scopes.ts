import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { App, Operation } from "#catalog/types.ts";
import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { Place } from "#engine/lint/spots.ts";

/** A scope, and what needs it: flows by name; none where it is for Millrace itself, to test the login. */
export interface NeededScope {
  scope: string;
  flows: string[];
}

/**
 * The scopes that flows need of a login, as drafted and as published, and those by which Millrace can test it. `names`: only what names
 * one of these connections counts; absent, everything of the app does. By name.
 */
export async function neededScopes(
  { flows, catalog }: { flows: Pick<FlowService, "list" | "published">; catalog: WorkspaceCatalog },
  { workspaceId, app, names }: { workspaceId: string; app: App; names?: readonly string[] },
): Promise<NeededScope[]> {
  const needed = new Map<string, Set<string>>(testScopes(app, catalog).map((scope) => [scope, new Set()]));
  const published = await flows.published(workspaceId);
  for (const { id, name, draft } of await flows.list(workspaceId)) {
    const places = [draft, published.get(id)].flatMap((definition) => (definition ? placesOf(definition) : []));
    const own = places.filter((place) => place.app === app.id && (names === undefined || names.includes(place.connection ?? "")));
    for (const scope of own.flatMap((place) => scopesAt(place, app, catalog))) {
      needed.set(scope, (needed.get(scope) ?? new Set()).add(name));
    }
  }
  return [...needed].map(([scope, of]) => ({ scope, flows: [...of].sort() })).sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/** What is called at a place, and the lists from which its fields are chosen: those that are filled, and those that have to be. */
function scopesAt({ operation: id, input }: Place, app: App, catalog: WorkspaceCatalog): string[] {
  const operation = catalog.operation(app.id, id);
  if (!operation) return app.triggers.find((trigger) => trigger.id === id)?.scopes ?? [];
  const lookedUp = operation.input.flatMap(({ name, required, lookup }) =>
    lookup && (required || name in input) ? [lookup.operation] : [],
  );
  const reads = operation.message && app.contacts ? [...lookedUp, app.contacts.operation] : lookedUp; // what the contact wants is read first
  return [operation, ...reads.map((each) => catalog.operation(app.id, each))].flatMap((each) => scopesOf(each));
}

/** One of the reads that test a login is enough. The account's own comes first: it also names the connection. */
function testScopes({ id, home, probe = [] }: App, catalog: WorkspaceCatalog): string[] {
  const read = home?.operation ?? probe[0]?.operation;
  return read === undefined ? [] : scopesOf(catalog.operation(id, read));
}

const scopesOf = (operation: Operation | undefined): string[] => operation?.scopes ?? [];
