import type { WorkspaceCatalog } from "#catalog/registry.ts";
import { catalogLines, operationLine, type CatalogLine } from "#surfaces/catalog-lines.ts";
import { findOperations } from "#surfaces/find-operations.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import type { Operation } from "#catalog/types.ts";

export interface CatalogSearch {
  app?: string | undefined;
  q?: string | undefined;
  /** The one with this key: listed, an endpoint's own, or one of the newer API. */
  key?: string | undefined;
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints?: boolean | undefined;
  /** What it should do, in a few words: synonyms count, and the likeliest come first. */
  find?: string | undefined;
  category?: string | undefined;
  effect?: string | undefined;
  /** What can be a step of a flow, or what can start one. */
  use?: "step" | "trigger" | undefined;
  limit?: number | undefined;
}

/** The operations and triggers of an app, or those a text is about: every word is looked for in key, title, category and path. */
export function searchCatalog(catalog: WorkspaceCatalog, search: CatalogSearch = {}): CatalogEntry[] {
  const { app, q, key, endpoints = false, find = "", limit } = search;
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const apps = app === undefined ? catalog.apps : catalog.apps.filter(({ id }) => id === app); // the lines of all others would cost more than the answer
  const all = () => [...catalogLines(apps), ...(endpoints ? catalog.unlisted().map(lineOf) : [])];
  const found = (key === undefined ? all() : withKey(catalog, apps, key))
    .filter((line) => (app === undefined || line.app === app) && isWanted(line, search))
    .filter(({ key, title, category, path }) => {
      const text = `${key} ${title} ${category} ${path ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  return findOperations(found, find).slice(0, limit);
}

const isWanted = (line: CatalogLine, { category, effect, use }: CatalogSearch): boolean =>
  (category === undefined || line.category.toLowerCase() === category.toLowerCase()) &&
  (effect === undefined || line.effect === effect) &&
  (use === undefined || (use === "step" ? line.effect !== null : line.kind !== "action"));

/** There are thousands, and an operation never changes: a newer definition has others. */
const madeLines = new WeakMap<Operation, CatalogLine>();

function lineOf(operation: Operation): CatalogLine {
  const line = madeLines.get(operation) ?? operationLine(operation);
  madeLines.set(operation, line);
  return line;
}

/** The newer API doubles nearly every line of the catalog, so its operations are found by their key only. */
function withKey(catalog: WorkspaceCatalog, apps: WorkspaceCatalog["apps"], key: string): CatalogLine[] {
  const listed = catalogLines(apps).filter((line) => line.key === key);
  if (listed.length > 0) return listed;
  return apps.flatMap(({ id }) => catalog.operation(id, key) ?? []).map(lineOf);
}
