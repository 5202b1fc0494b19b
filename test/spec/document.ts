import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One part of an OpenAPI document, as it came. */
export type Raw = Record<string, unknown>;

export interface RawParameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Raw;
}
type Content = Record<string, { schema?: Raw }>;
interface RawOperation {
  operationId: string;
  parameters?: RawParameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}

/** One operation as the vendor describes it, and where its schemas are. */
export interface Described {
  document: string;
  method: string;
  path: string;
  operation: RawOperation;
}

/** All documents of one version of the vendor's description. */
export interface Description {
  /** By name: `contacts.json`, and `common-schemas.json`. */
  documents: ReadonlyMap<string, Raw>;
  operations: readonly Described[];
}

const methods = new Set(["get", "post", "put", "patch", "delete"]);
export type SpecVersion = "v2" | "v3";

export function readDescription(folder: string, version: SpecVersion): Description {
  const apps = version === "v2" ? join(folder, "apps") : join(folder, "apps/v3");
  const common = version === "v2" ? join(folder, "common") : join(apps, "common");
  const names = readdirSync(apps).filter((name) => name.endsWith(".json"));
  const read = (from: string, name: string) => JSON.parse(readFileSync(join(from, name), "utf8")) as Raw;
  const documents = new Map(names.map((name) => [name, read(apps, name)]));
  const operations = [...documents].flatMap(([document, { paths }]) => operationsOf(document, paths as Raw));
  return { documents: documents.set("common-schemas.json", read(common, "common-schemas.json")), operations };
}

function operationsOf(document: string, paths: Raw): Described[] {
  return Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod as Record<string, RawOperation>)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => ({ document, method: method.toUpperCase(), path, operation })),
  );
}

/**
 * The operations a request's path means: of those whose template fits, the ones with the fewest placeholders. A description
 * that is any good gives exactly one.
 */
export function operationsAt({ operations }: Description, method: string, path: string): Described[] {
  const parts = path.split("/");
  const fits = (template: string): boolean => {
    const wanted = template.split("/");
    return wanted.length === parts.length && wanted.every((part, i) => (isPlaceholder(part) ? parts[i] !== "" : part === parts[i]));
  };
  const fitting = operations.filter((o) => o.method === method && fits(o.path));
  const fewest = Math.min(...fitting.map((o) => placeholders(o.path)));
  return fitting.filter((o) => placeholders(o.path) === fewest);
}

const isPlaceholder = (part: string): boolean => part.startsWith("{");
const placeholders = (path: string): number => path.split("{").length - 1;
