import { catalogJson, endpointsJson } from "#apps/index.ts";
import type { CatalogEntry } from "./contract.ts";

export interface CatalogSearch {
  app?: string | undefined;
  q?: string | undefined;
  /** With every endpoint of HighLevel, judged or not. */
  allEndpoints?: boolean | undefined;
}

/** The operations and triggers of an app, or those a text is about: every word is looked for in key, title, category and path. */
export function searchCatalog({ app, q, allEndpoints = false }: CatalogSearch = {}): CatalogEntry[] {
  const words = (q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return [...catalogJson(), ...(allEndpoints ? endpointsJson() : [])]
    .filter((line) => app === undefined || line.app === app)
    .filter(({ key, title, category, path }) => {
      const text = `${key} ${title} ${category} ${path ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map((line) => ({ ...line, inputs: line.inputs.map((field) => ({ ...field })) }));
}
