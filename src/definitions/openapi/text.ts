/** The text of a document as a value: JSON, or YAML. Nothing of it is believed yet. */
import { CORE_SCHEMA, load, mergeTag, YAMLException } from "js-yaml";
import { badInput } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";

/** Bounds of a document: what is larger is refused before anything looks at it. */
export const documentLimits = { bytes: 10_000_000, depth: 100, parts: 500_000 } as const;

/** Throws BAD_INPUT where a text is neither, or more than a document of people would be. */
export function parseDocument(text: string): Record<string, unknown> {
  const plain = text.replace(/^\uFEFF/, "");
  if (Buffer.byteLength(plain) > documentLimits.bytes) throw badInput("text", "is larger than 10 MB");
  const document = /^\s*[{[]/.test(plain) ? parseJsonOrYaml(plain) : parseYaml(plain);
  requireShape(document);
  if (!isObject(document)) throw badInput("text", "is no OpenAPI document: it is not an object");
  return document;
}

/** What begins with a brace is JSON nearly always, and YAML's flow style else. The error is that of the one it looks like. */
function parseJsonOrYaml(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    try {
      return load(text, yamlOptions);
    } catch {
      throw badInput("text", `is no JSON: ${said(cause)}`);
    }
  }
}

function parseYaml(text: string): unknown {
  try {
    return load(text, yamlOptions);
  } catch (err) {
    const at = err instanceof YAMLException && err.mark ? ` in line ${err.mark.line + 1}` : "";
    throw badInput("text", `is neither JSON nor YAML: ${err instanceof YAMLException ? err.reason : said(err)}${at}`);
  }
}

/** Dates stay text, and `<<` takes over the members of another mapping, as older YAML has it. */
const yamlOptions = { schema: CORE_SCHEMA.withTags(mergeTag), maxDepth: documentLimits.depth };

const said = (err: unknown): string => (err instanceof Error ? err.message : String(err)).slice(0, 200);

/**
 * Refuses what is nested too deep or has too many parts. Iterative, and counted by walking, so that an alias or a list of lists that would
 * be huge when written out is found as well. A member called `__proto__` is no member of any document, and is dropped.
 */
function requireShape(root: unknown): void {
  let parts = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > documentLimits.depth) throw badInput("text", `is nested deeper than ${documentLimits.depth} levels`);
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== "object" || node === null) continue;
      if (Object.hasOwn(node, "__proto__")) delete (node as Record<string, unknown>)["__proto__"];
      const members = Object.values(node) as unknown[];
      parts += members.length;
      if (parts > documentLimits.parts) throw badInput("text", "has more than 500,000 parts");
      for (const member of members) if (typeof member === "object" && member !== null) next.push(member);
    }
    level = next;
  }
}
