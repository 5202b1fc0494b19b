import { catalogJson, endpointsJson, unlistedJson, type CatalogLine } from "#apps/index.ts";
import type { CatalogEntry } from "#api/schemas.ts";

export interface CatalogSearch {
  app?: string | undefined;
  q?: string | undefined;
  /** The one with this key: listed, an endpoint's own, or one of the newer API. */
  key?: string | undefined;
  /** With every endpoint of HighLevel, judged or not. */
  endpoints?: boolean | undefined;
}

/** The operations and triggers of an app, or those a text is about: every word is looked for in key, title, category and path. */
export function searchCatalog({ app, q, key, endpoints = false }: CatalogSearch = {}): CatalogEntry[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return (key === undefined ? [...catalogJson(), ...(endpoints ? endpointsJson() : [])] : withKey(key))
    .filter((line) => app === undefined || line.app === app)
    .filter(({ key, title, category, path }) => {
      const text = `${key} ${title} ${category} ${path ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
}

/** The newer API doubles nearly every line of the catalog, so its operations are found by their key only. */
function withKey(key: string): CatalogLine[] {
  const listed = catalogJson().filter((line) => line.key === key);
  const unlisted = listed.length === 0 ? unlistedJson(key) : undefined;
  return unlisted ? [unlisted] : listed;
}
