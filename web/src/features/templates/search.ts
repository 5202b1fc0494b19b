import { text } from "../../lib/search.ts";

/** What the gallery is narrowed to, in its address. */
export interface GallerySearch {
  q?: string | undefined;
  app?: string | undefined;
  category?: string | undefined;
}

export const readGallerySearch = (search: Record<string, unknown>): GallerySearch => ({
  q: text(search["q"]),
  app: text(search["app"]),
  category: text(search["category"]),
});
