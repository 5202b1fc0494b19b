import { needsLogin } from "#catalog/login.ts";
import type { Effect, Operation } from "#catalog/types.ts";
import { errorCodes, type ErrorCode } from "#kernel/errors.ts";
import { type DescribedSchema, inputSchema, needsInput, operationName, type OperationOfApp } from "../operation-schema.ts";
import { operationTitle } from "../operation-words.ts";

/** What the document of the operations says beside them. */
export interface DocumentFacts {
  version: string;
  /** The address of the API, prefix included. */
  server: string;
  /** The shape of an answer, without its output. */
  reply: object;
  /** The shape of an error's answer. */
  error: object;
  /** The errors that a call can give. */
  errors: readonly ErrorCode[];
}

/**
 * The operations as an OpenAPI 3.1 document, piece by piece: one path for each. The pieces make up one JSON text, so that a large catalog
 * is sent without being in memory twice.
 */
export function* operationsDocument(entries: readonly OperationOfApp[], facts: DocumentFacts): Generator<string> {
  const { version, server } = facts;
  const head = {
    openapi: "3.1.0",
    info: { title: "Operations of Millrace", version, description: about },
    servers: [{ url: server }],
    security: [{ key: [] }],
    tags: tagsOf(entries),
    components: componentsOf(facts),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"paths":{`;
  const responses = responseRefs(facts.errors);
  for (const [i, entry] of entries.entries()) {
    const path = JSON.stringify(`/operations/${encodeURIComponent(operationName(entry.operation))}`);
    yield `${i === 0 ? "" : ","}${path}:${JSON.stringify({ post: callOf(entry, responses) })}`;
  }
  yield "}}";
}

const about =
  "Each operation of the catalog, with its own input and output. Send an API key as 'Authorization: Bearer mr_…'. A connection is given by its name. " +
  "An Idempotency-Key makes a call safe to repeat. Every error answer has a code, a sentence and details.";

const tagOf = ({ app, operation }: OperationOfApp): string =>
  app.title === operation.category ? app.title : `${app.title}: ${operation.category}`;

const tagsOf = (entries: readonly OperationOfApp[]) => [...new Set(entries.map(tagOf))].map((name) => ({ name }));

const statusOf = (code: ErrorCode): number => errorCodes[code].status;

function componentsOf({ reply, error, errors }: DocumentFacts) {
  const statuses = [...new Set(errors.map(statusOf))].toSorted((a, b) => a - b);
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  const sentences = (status: number) =>
    errors.filter((code) => statusOf(code) === status).map((code) => `${code}: ${errorCodes[code].say}`);
  return {
    securitySchemes: { key: { type: "http" as const, scheme: "bearer" } },
    parameters: { idempotencyKey },
    schemas: { Call: reply, Error: error },
    responses: Object.fromEntries(statuses.map((status) => [`Error${status}`, { description: sentences(status).join("\n\n"), content }])),
  };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A key of your own for this call. The same key with the same body within 24 hours gives the first answer again and calls nothing.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

const responseRefs = (errors: readonly ErrorCode[]) =>
  Object.fromEntries([...new Set(errors.map(statusOf))].map((status) => [status, { $ref: `#/components/responses/Error${status}` }]));

function callOf(entry: OperationOfApp, errors: object) {
  const { operation } = entry;
  const description = descriptionOf(operation);
  return {
    operationId: operationName(operation),
    tags: [tagOf(entry)],
    summary: operationTitle(operation),
    ...(description !== "" && { description }),
    ...(operation.deprecated && { deprecated: true }),
    parameters: [{ $ref: "#/components/parameters/idempotencyKey" }],
    requestBody: { required: isBodyNeeded(entry), content: { "application/json": { schema: bodyOf(entry), ...exampleOf(entry) } } },
    responses: { 200: resultOf(operation), ...errors },
  };
}

const effects: Record<Effect, string> = {
  read: "It reads and changes nothing.",
  create: "It creates a record each time.",
  update: "It changes a record.",
  upsert: "It creates a record or changes the one that is there.",
  delete: "It deletes a record.",
  link: "It links records.",
  unlink: "It unlinks records.",
  send: "It sends something each time.",
  other: "It may change something each time.",
};
const descriptionOf = ({ effect, note }: Operation): string => [effects[effect], note ?? ""].filter(Boolean).join(" ");

const isBodyNeeded = ({ app, operation }: OperationOfApp): boolean => needsLogin(app) || needsInput(operation);

function bodyOf({ app, operation }: OperationOfApp): DescribedSchema {
  const required = [...(needsLogin(app) ? ["connection"] : []), ...(needsInput(operation) ? ["input"] : [])];
  return {
    type: "object",
    properties: {
      connection: { type: "string", maxLength: 120, ...named("The connection to call it with, by its name.") },
      input: inputSchema(operation),
      ...(operation.list && {
        rows: { type: "integer", minimum: 1, maximum: 10_000, ...named("How many rows to read at most; 1,000 by default.") },
      }),
      dryRun: { type: "boolean", default: false, ...named("Write nothing; the answer says what would change.") },
    },
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}
const named = (description: string): { description: string } => ({ description });

/** The name of the connection is the reader's own. */
function exampleOf({ app, operation }: OperationOfApp) {
  if (!operation.example) return {};
  return { example: { ...(needsLogin(app) && { connection: "my-connection" }), input: operation.example.input } };
}

function resultOf({ output, example }: Operation) {
  const properties = { output: { ...output, ...(example && { examples: [example.output] }) } };
  const schema = { allOf: [{ $ref: "#/components/schemas/Call" }, { type: "object", properties, required: ["output"] }] };
  return { description: "What the operation gave", content: { "application/json": { schema } } };
}
