import type { WorkspaceCatalog } from "#catalog/registry.ts";
import { catalogLines, operationLine, type CatalogLine } from "#surfaces/catalog-lines.ts";
import type { CatalogEntry } from "#api/schemas.ts";

export interface CatalogSearch {
  app?: string | undefined;
  q?: string | undefined;
  /** The one with this key: listed, an endpoint's own, or one of the newer API. */
  key?: string | undefined;
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints?: boolean | undefined;
}

/** The operations and triggers of an app, or those a text is about: every word is looked for in key, title, category and path. */
export function searchCatalog(catalog: WorkspaceCatalog, { app, q, key, endpoints = false }: CatalogSearch = {}): CatalogEntry[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const apps = app === undefined ? catalog.apps : catalog.apps.filter(({ id }) => id === app); // the lines of all others would cost more than the answer
  const all = () => [...catalogLines(apps), ...(endpoints ? catalog.unlisted().map(operationLine) : [])];
  return (key === undefined ? all() : withKey(catalog, apps, key))
    .filter((line) => app === undefined || line.app === app)
    .filter(({ key, title, category, path }) => {
      const text = `${key} ${title} ${category} ${path ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
}

/** The newer API doubles nearly every line of the catalog, so its operations are found by their key only. */
function withKey(catalog: WorkspaceCatalog, apps: WorkspaceCatalog["apps"], key: string): CatalogLine[] {
  const listed = catalogLines(apps).filter((line) => line.key === key);
  if (listed.length > 0) return listed;
  return apps.flatMap(({ id }) => catalog.operation(id, key) ?? []).map(operationLine);
}
