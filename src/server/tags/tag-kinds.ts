import type { Catalog } from "#catalog/registry.ts";
import type { App, TagChanges, TagFacts } from "#catalog/types.ts";
import { badInput } from "#kernel/errors.ts";
import type { Connection } from "#vault/types.ts";

/** A kind of tag of an app of the workspace. `key` names it everywhere: `crm.contact`. */
export interface TagKind {
  key: string;
  app: App;
  facts: TagFacts;
}

/** A kind whose tags can be changed. */
export type ChangeableKind = TagKind & { change: TagChanges };

/** The kinds of tags that the workspace's apps have. */
export const tagKinds = (catalog: Catalog, workspaceId: string): TagKind[] =>
  catalog.of(workspaceId).apps.flatMap((app) => (app.tags ?? []).map((facts) => ({ key: `${app.id}.${facts.id}`, app, facts })));

/** Throws BAD_INPUT where there is no such kind, or nobody can change its tags. */
export function changeableKind(catalog: Catalog, workspaceId: string, key: string): ChangeableKind {
  const kind = tagKinds(catalog, workspaceId).find((each) => each.key === key);
  if (!kind) throw badInput("kind", `there is no kind of tag '${key}'`);
  const { change, readOnly } = kind.facts;
  if (!change) throw badInput("kind", readOnly ?? "these tags cannot be changed");
  return { ...kind, change };
}

/** The sub-accounts that have tags of a kind: one connection for each, the one that works where there are several. */
export function accountsOf({ app, facts: { has } }: TagKind, connections: readonly Connection[]): Connection[] {
  const fits = connections.filter(
    (each) => each.app === app.id && each.access !== "agency" && (has === undefined || each[has] !== undefined),
  );
  const best = new Map<string, Connection>();
  for (const each of fits.toSorted((a, b) => Number(isWorking(b)) - Number(isWorking(a)) || a.createdAt - b.createdAt)) {
    const place = has === undefined ? each.id : `${each.baseUrl ?? ""} ${each[has]}`;
    if (!best.has(place)) best.set(place, each);
  }
  return [...best.values()].sort((a, b) => a.title.localeCompare(b.title));
}

const isWorking = ({ status }: Connection): boolean => status === "connected" || status === "expiring";

/** A name as the other side writes it. */
export const writtenName = ({ names }: TagChanges, name: string): string =>
  names === "small letters" ? name.trim().toLowerCase() : name.trim();
