import { flag, text } from "../../lib/search.ts";

export interface CatalogSearch {
  q?: string | undefined;
  app?: string | undefined;
  category?: string | undefined;
  /** Every endpoint, judged or not. */
  all?: true | undefined;
}

export function readCatalogSearch(search: Record<string, unknown>): CatalogSearch {
  return { q: text(search["q"]), app: text(search["app"]), category: text(search["category"]), all: flag(search["all"]) };
}
