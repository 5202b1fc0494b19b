import { createAppRegistry } from "#apps/index.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";

/** The apps that come with Millrace, for whoever has no running one to ask. */
export const builtInCatalog = (): WorkspaceCatalog => createAppRegistry().of("");
