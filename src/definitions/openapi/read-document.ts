import type { AppDraft } from "#api/schemas/app-drafts.ts";
import { badInput } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { triggersOf } from "./events.ts";
import { loginsOf } from "./logins.ts";
import { Notes } from "./notes.ts";
import { operationsOf, type OperationTools } from "./operations.ts";
import { Refs, type Node } from "./refs.ts";
import { Schemas } from "./schemas.ts";
import { completed, serverGuesses, serverOf } from "./servers.ts";
import { fromSwagger } from "./swagger.ts";
import { parseDocument } from "./text.ts";
import { plainText } from "./words.ts";

/** From so many paths on, less of each answer is written out: a definition has its bounds. */
const manyPaths = 150;

/**
 * An app as an OpenAPI 3 or Swagger 2 document describes it. `source`: the address it came from, beside which its own addresses are complete.
 * Throws BAD_INPUT where the text is no such document; whatever else is odd in it becomes a note.
 */
export async function readOpenApi(text: string, source?: string): Promise<AppDraft> {
  const notes = new Notes();
  const root = await asOpenApi(parseDocument(text), notes);
  const refs = new Refs(root, notes);
  const server = serverOf(root["servers"], "servers", notes, source);
  const baseUrl = server?.url;
  const { auth, guesses, sent, oauth } = loginsOf(root, refs, notes, (value) => completed(value, source ?? baseUrl));
  const isLogin = (place: string, name: string) => sent.has(`${place} ${name.toLowerCase()}`);
  const schemas = new Schemas(refs, notes, { many: Object.keys(isObject(root["paths"]) ? root["paths"] : {}).length > manyPaths });
  const tools: OperationTools = { root, refs, notes, schemas, isLogin, baseUrl, source, oauth, ids: new Set() };
  const operations = operationsOf(tools);
  const triggers = triggersOf(tools);
  if (baseUrl === undefined) notes.add("servers", "The document does not say at which address the API is.");
  if (operations.length + triggers.length === 0) notes.add("paths", "The document has no operation that can be used.");
  return {
    title: titleOf(root),
    baseUrl: baseUrl ?? null,
    variables: server?.variables ?? [],
    auth,
    headers: {},
    operations,
    triggers,
    guesses: [...serverGuesses(root["servers"]), ...guesses],
    notes: notes.all(),
  };
}

async function asOpenApi(document: Node, notes: Notes): Promise<Node> {
  const { openapi, swagger, paths, webhooks } = document;
  if (openapi !== undefined && /^3(\.|$)/.test(String(openapi))) return document; // an unquoted 3.1 of YAML is a number
  if (swagger !== undefined && /^2(\.0)?$/.test(String(swagger))) return fromSwagger(document, notes);
  if (openapi !== undefined || swagger !== undefined)
    throw badInput("text", `is of version '${String(openapi ?? swagger).slice(0, 20)}'; OpenAPI 3 and Swagger 2.0 can be read`);
  if (isObject(paths) || isObject(webhooks)) {
    notes.add(null, "The document does not say its version; it is read as OpenAPI 3.");
    return document;
  }
  throw badInput("text", "is no OpenAPI or Swagger document: it has neither 'openapi' nor 'swagger'");
}

function titleOf(root: Node): string {
  const info = isObject(root["info"]) ? root["info"] : {};
  return plainText(info["title"], 60) ?? "Imported app";
}
