import type { AppEquivalents } from "#catalog/equivalents.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { Operation } from "#catalog/types.ts";

/** What reading an export needs of the workspace's catalog, as plain data: it goes into the thread that reads. */
export interface CatalogPack {
  /** Those that are listed come first. */
  operations: PackedOperation[];
  triggers: { app: string; id: string }[];
  equivalents: { app: string; names: AppEquivalents }[];
  apps: { id: string; title: string; base: string }[];
}

export interface PackedOperation {
  app: string;
  id: string;
  method: string;
  path: string;
  /** Where its result is in the answer. */
  result: string;
  fields: PackedField[];
}

export interface PackedField {
  name: string;
  in: "path" | "query" | "header" | "body" | "setting";
  wire: string;
  /** Millrace fills it in. */
  filled: boolean;
  tags: boolean;
}

/** The parts of a catalog that reading needs. */
export function packOf(catalog: WorkspaceCatalog): CatalogPack {
  const listed = catalog.apps.flatMap((app) => app.operations);
  return {
    operations: [...listed, ...catalog.unlisted()].map(packed),
    triggers: catalog.apps.flatMap((app) => [...app.triggers, ...(app.builtIns ?? [])].map(({ id }) => ({ app: app.id, id }))),
    equivalents: catalog.equivalents(),
    apps: catalog.apps.map(({ id, title, baseUrl }) => ({ id, title, base: baseUrl })),
  };
}

const packed = ({ app, id, method, path, result, input }: Operation): PackedOperation => ({
  app,
  id,
  method,
  path,
  result,
  fields: input.map(({ name, in: where, wire, fill, control }) => ({
    name,
    in: where,
    wire: wire ?? name,
    filled: fill !== undefined,
    tags: control === "tags",
  })),
});
