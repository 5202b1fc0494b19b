import { needsLogin } from "#catalog/login.ts";
import type { ErrorCode } from "#kernel/errors.ts";
import { type DescribedSchema, inputSchema, needsInput, operationName, type OperationOfApp } from "../operation-schema.ts";
import { operationTitle } from "../operation-words.ts";
import { errorTypes } from "./errors-text.ts";
import { readmeText } from "./readme.ts";
import { type ClientRoute, routesText } from "./routes-text.ts";
import { runtimeText } from "./runtime.ts";
import { docComment, propertyName, typeText } from "./type-text.ts";

/** What the client is made of beside the operations. */
export interface ClientFacts {
  version: string;
  /** The errors that a call can give. */
  errors: readonly ErrorCode[];
  /** The shape of an answer, without its output. */
  reply: DescribedSchema;
  routes: readonly ClientRoute[];
}

/** Pure: a TypeScript client of the operations as an ESM package without dependencies, by path. It contains no secrets. */
export function clientPackage(entries: readonly OperationOfApp[], { version, errors, reply, routes }: ClientFacts): Record<string, string> {
  const reads = entries.flatMap(({ operation }) => (operation.effect === "read" ? [operationName(operation)] : []));
  return {
    "package.json": `${JSON.stringify(packageFacts(version), null, 2)}\n`,
    "README.md": readmeText(entries),
    "index.js": runtimeText({ reads, routes, errors }),
    "index.d.ts": `${errorTypes(errors)}\n${typesText(entries, reply, routes)}`,
  };
}

const packageFacts = (version: string) => ({
  name: "millrace-client",
  version,
  private: true,
  description: "A typed client of one Millrace and its catalog.",
  type: "module",
  exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
  types: "./index.d.ts",
  files: ["index.js", "index.d.ts"],
  engines: { node: ">=20.3" },
});

function typesText(entries: readonly OperationOfApp[], reply: DescribedSchema, routes: readonly ClientRoute[]): string {
  return `/** Connects to a Millrace. \`key\` is an API key with the scope operations:call. */
export function createMillrace(options: MillraceOptions): Millrace;

export interface MillraceOptions {
  /** Where Millrace is, without a path. */
  url: string;
  key: string;
  /** How often a call is tried again; 4 by default. */
  retries?: number;
  /** How long one attempt may take; two minutes by default. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** What every call takes beside its connection and its input. */
export interface CallOptions {
  /** Write nothing; the answer says what would change. */
  dryRun?: boolean;
  /** A key of your own. The same key with the same request gives the first answer again, for a day. By default each call has a new one. */
  idempotencyKey?: string;
  /** Gives up waiting for the answer. */
  signal?: AbortSignal;
}

/** What a call gives beside its output. */
export type CallDetails = ${typeText(reply)};
export type CallResult<Output> = CallDetails & { output: Output };

/** One call of a batch, of an operation. */
export type BatchCall<Name extends keyof Operations> = Pick<NonNullable<Parameters<Operations[Name]>[0]>, "input"> & {
  connection?: string;
  rows?: number;
  idempotencyKey?: string;
};
/** Up to 100 calls of one operation. */
export type Batch<Name extends keyof Operations> = CallOptions & { operation: Name; connection?: string; calls: BatchCall<Name>[] };
/** Up to 100 calls, each with its own operation. */
export type MixedBatch<Names extends readonly (keyof Operations)[]> = CallOptions & {
  connection?: string;
  calls: { [Place in keyof Names]: { operation: Names[Place] } & BatchCall<Names[Place]> };
};
export interface BatchResult {
  /** In the order of the calls. */
  results: (
    | ({ ok: true } & CallResult<unknown>)
    | { ok: false; error: { code: string; message: string; details: Record<string, unknown> } }
  )[];
  succeeded: number;
  failed: number;
}

/** Every operation by its full name. */
export interface Operations {
${entries.map(({ app, operation }) => `  ${JSON.stringify(operationName(operation))}: ${callText({ app, operation }, "  ")};\n`).join("")}}

export interface Millrace {
${membersText(treeOf(entries), "  ")}  /** An operation by its full name. */
  $call<Name extends keyof Operations>(operation: Name, ...options: Parameters<Operations[Name]>): ReturnType<Operations[Name]>;
  /** Up to 100 calls in one request, each with its own result or error. */
  $batch<Name extends keyof Operations>(batch: Batch<Name>): Promise<BatchResult>;
  $batch<const Names extends readonly (keyof Operations)[]>(batch: MixedBatch<Names>): Promise<BatchResult>;
${routesText(routes)}}
`;
}

/** The operations by the parts of their names. One may be both an operation and the beginning of others. */
interface Tree {
  entry?: OperationOfApp;
  members: Map<string, Tree>;
}

function treeOf(entries: readonly OperationOfApp[]): Tree {
  const root: Tree = { members: new Map() };
  for (const entry of entries) {
    let at = root;
    for (const part of operationName(entry.operation).split(".")) {
      const next = at.members.get(part) ?? { members: new Map<string, Tree>() };
      at.members.set(part, next);
      at = next;
    }
    at.entry = entry;
  }
  return root;
}

const membersText = ({ members }: Tree, indent: string): string =>
  [...members].map(([name, tree]) => `${commentOf(tree, indent)}${indent}${propertyName(name)}: ${nodeText(tree, indent)};\n`).join("");

function nodeText({ entry, members }: Tree, indent: string): string {
  const inner = members.size === 0 ? "" : `{\n${membersText({ members }, `${indent}  `)}${indent}}`;
  if (!entry) return inner;
  const call = `Operations[${JSON.stringify(operationName(entry.operation))}]`;
  return inner === "" ? call : `(${call}) & ${inner}`;
}

function commentOf({ entry }: Tree, indent: string): string {
  if (!entry) return "";
  const { note, deprecated } = entry.operation;
  return docComment(`${operationTitle(entry.operation)}. ${note ?? ""}${deprecated ? " @deprecated" : ""}`, indent);
}

function callText({ app, operation }: OperationOfApp, indent: string): string {
  const isConnected = needsLogin(app);
  const isGiven = needsInput(operation);
  const input = typeText(inputSchema(operation), `${indent}  `);
  const rows = operation.list ? " rows?: number;" : "";
  const options = `CallOptions & { connection${isConnected ? "" : "?"}: string; input${isGiven ? "" : "?"}: ${input};${rows} }`;
  const output = typeText(operation.output, indent);
  return `(options${isConnected || isGiven ? "" : "?"}: ${options}) => Promise<CallResult<${output}>>`;
}
