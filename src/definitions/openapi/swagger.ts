import { isObject } from "#kernel/json.ts";
import { badInput } from "#kernel/errors.ts";
import type { Notes } from "./notes.ts";

/** A Swagger 2.0 document as one of OpenAPI 3.0. References stay as they are. */
export async function fromSwagger(document: Record<string, unknown>, notes: Notes): Promise<Record<string, unknown>> {
  noteEmptyPaths(document, notes);
  const { convertObj } = await import("swagger2openapi");
  try {
    const { openapi } = await convertObj(document, { patch: true, warnOnly: true, resolve: false });
    return openapi;
  } catch (err) {
    const said = err instanceof Error && err.name === "S2OError" ? `: ${err.message.slice(0, 200)}` : ""; // others are a fault in its code
    throw badInput("text", `is a Swagger 2.0 document that could not be understood${said}`);
  }
}

/** The conversion stops at some parts that are not what they should be; those are taken out before. */
function noteEmptyPaths(document: Record<string, unknown>, notes: Notes): void {
  const paths = isObject(document["paths"]) ? document["paths"] : {};
  document["paths"] = paths;
  for (const [path, item] of Object.entries(paths)) {
    if (item === null || !isObject(item)) {
      if (item !== null) notes.add(`paths.${path}`, "This is no path, and is left out.");
      delete paths[path];
      continue;
    }
    for (const [method, operation] of Object.entries(item)) {
      if (!/^(get|put|post|delete|options|head|patch)$/.test(method) || isObject(operation)) continue;
      if (operation !== null) notes.add(`paths.${path}.${method}`, "This is no operation, and is left out.");
      delete item[method];
    }
  }
}
