import type { Json, JsonObject } from "#kernel/json.ts";
import type { ErrorCode } from "#kernel/errors.ts";

/** JSON Schema as it travels: catalog, forms, docs, agents. A compact subset; `$ref` is `#/$defs/<name>` of the same document. */
export interface JsonSchema {
  type?: JsonType | JsonType[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: Json[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  format?: string;
  title?: string;
  default?: Json;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/**
 * What an operation does to the other side, and so what may be done with it after an unknown outcome.
 * `create` and `send` make something new each time; `update`, `upsert`, `delete`, `link`, `unlink` leave the same state
 * when repeated; `other` is an unjudged write and is treated like `send`.
 */
export type Effect = "read" | "create" | "update" | "upsert" | "delete" | "link" | "unlink" | "send" | "other";

export const repeatable: ReadonlySet<Effect> = new Set<Effect>(["read", "update", "upsert", "delete", "link", "unlink"]);

/** One parameter or body property as a person fills it in. All of an operation's fields share one flat name space. */
export interface InputField {
  /** The key in a step's `input`. */
  name: string;
  in: "path" | "query" | "header" | "body";
  /** The name on the wire where it differs from `name`; `""` for a body field that IS the whole body. */
  wire?: string;
  required?: boolean;
  schema: JsonSchema;
  /** Filled in by Millrace, never asked of the user: from the connection, or a constant. */
  fill?: { connection: "locationId" | "companyId" } | { value: Json };
  label?: string;
  control?: ControlKind;
  /** A list operation that offers the choices of this field, by id and name. */
  lookup?: { operation: string; value: string; label: string };
}
export type ControlKind = "text" | "longtext" | "number" | "checkbox" | "choice" | "date" | "lookup" | "tags" | "list" | "customFields" | "json";

/** How a list is read to its end. `items` is the operation's `result`. Names are wire names, `in` query or body. */
export type Paging =
  | { style: "none" }
  /** next = fields copied from a path of the answer (contacts.list: startAfterId, startAfter from `meta`). */
  | { style: "cursor"; in: "query" | "body"; size: string; max: number; next: Record<string, string>; sizeAsText?: boolean }
  /** offset counted in rows: skip/limit or offset/limit. */
  | { style: "offset"; in: "query" | "body"; offset: string; size: string; max: number; asText?: boolean; more?: string }
  /** page number, then a cursor on the last row once `pageRows` rows are read. */
  | { style: "page"; in: "query" | "body"; page: string; size: string; max: number; pageRows?: number; after?: { field: string; row: string } }
  /** a value of the last row goes into the next request. */
  | { style: "lastRow"; in: "query" | "body"; field: string; row: string; size: string; max: number; more?: string };

/** How one looks whether a write took effect before writing it again. Everything in it is data. */
export interface Confirm {
  /** A read operation of the same app. */
  operation: string;
  /** The read's input, each value a path into the write's input (`input.contactId`) or a constant. */
  input: Record<string, string>;
  /** Every pair must be equal (text compared trimmed, without case): row path -> path into the write's input. */
  match: Record<string, string>;
  /** Only rows made at or after the first attempt count: the row's path of its creation time, where it has one. */
  since?: string;
  /** Inputs of which at least one must be filled for the look-up to mean anything. */
  needs?: string[];
}

/** How a dry run learns what a write would change. */
export interface Before {
  operation: string;
  input: Record<string, string>;
  /** Input fields that name the record or steer the call, and so are no change. */
  ignore?: string[];
  /** Set-valued fields: `add` unites, `remove` subtracts, `replace` sets. */
  sets?: Record<string, "add" | "remove" | "replace">;
}

/** One thing an app can do, as plain data. The same record serves engine, REST, CLI, MCP, Zapier, docs and sandbox. */
export interface Operation {
  /** `contacts.upsert`; unique in its app. */
  id: string;
  app: string;
  title: string;
  category: string;
  /** A trigger is a read that can be polled; it may be used as a lookup step as well. */
  kind: "trigger" | "action";
  effect: Effect;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  /** The value of HighLevel's Version header. */
  version?: string;
  scopes: string[];
  /** Which token class may call it. */
  access: ("location" | "agency")[];
  deprecated?: boolean;
  /** Wire format of the body; JSON when absent. */
  body?: "json" | "form" | "multipart";
  input: InputField[];
  /** Path of the record or list in the answer; `""` is the whole answer. */
  result: string;
  /** Whether `result` is a list. */
  list?: boolean;
  /** Path of a row's id. */
  identity?: string;
  /** Path of a row's time of change, where it can be trusted to move on every change. Without it a content hash decides. */
  changed?: string;
  /** Keys left out of the content hash. */
  volatile?: string[];
  paging?: Paging;
  output?: JsonSchema;
  confirm?: Confirm;
  before?: Before;
  /** Whether the other side honours an `Idempotency-Key` header. HighLevel never does. */
  idempotencyKey?: boolean;
  /** Fields worth showing first, in order. */
  show?: string[];
  example?: { input: JsonObject; output: Json };
  /** Set on a recipe: the code that runs it is registered under the operation's id. */
  recipe?: boolean;
  /** A remark for the docs, in our words. */
  note?: string;
}

/** What starts a flow without being asked for: an event posted to us. */
export interface WebhookTrigger {
  /** `response.received`. */
  id: string;
  app: string;
  title: string;
  kind: "webhook";
  /** Paths that make the event's key, joined; the hash of the body where all are empty. */
  key: string[];
  /** Path of the e-mail address, phone or name by which a person finds the run. */
  person?: string[];
  /** Path of the sub-account. */
  location?: string;
  /** Alternative spellings met in the wild: canonical field -> keys tried in order. What is found is put under the canonical name, beside the body as received. */
  aliases?: Record<string, string[]>;
  output?: JsonSchema;
  example: JsonObject;
  note?: string;
}

/** One way to log in. */
export type AuthScheme =
  | { kind: "none" }
  | { kind: "token"; title: string; header: string; prefix: string }
  | { kind: "oauth2"; title: string; authorizeUrl: string; tokenUrl: string; tokenPath: string; scopes: string[] }
  | { kind: "header"; title: string; header: string }
  | { kind: "query"; title: string; param: string }
  | { kind: "basic"; title: string }
  | { kind: "url"; title: string };

/** A refusal with a meaning of its own: the first row that fits decides. `message` is a case-insensitive regular expression. */
export interface Refusal {
  status: number[];
  message?: string;
  /** A path in the body that must be present. */
  has?: string;
  code: ErrorCode;
  /** For DUPLICATE_RECORD: the path of the id that exists. */
  existing?: string;
  /** For a 401: whether a fresh token may help. */
  refresh?: boolean;
  /** The effect may have happened all the same. */
  doubtful?: boolean;
}

/** Request budget per app and sub-account. */
export interface QuotaRules {
  burst: { limit: number; windowMs: number };
  daily?: number;
  /** Names of the answer headers that correct the counts. */
  headers?: { limit?: string; remaining?: string; windowMs?: string; dailyLimit?: string; dailyRemaining?: string; dailyResetMs?: string };
}

export interface App {
  id: string;
  title: string;
  /** Where its API is, unless the connection says otherwise. */
  baseUrl: string;
  auth: AuthScheme[];
  operations: Operation[];
  triggers: WebhookTrigger[];
  quota?: QuotaRules;
  refusals: Refusal[];
  /** Headers on each request. `{version}` is the operation's. */
  headers?: Record<string, string>;
}

/** What a request needs to know of the login it is made with. Never a secret. */
export interface ConnectionFacts {
  id: string;
  workspaceId: string;
  /** The short name flows use: `acme`. */
  name: string;
  app: string;
  baseUrl?: string;
  locationId?: string;
  companyId?: string;
  scopes?: string[];
  /** `location` or `agency` for HighLevel. */
  access?: "location" | "agency";
  /** Inputs of the app's own, e.g. the webhook paths of SightMill. */
  settings?: Record<string, string>;
}

/** A request ready to be sent, but for the login. `body` is already encoded. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Calls one operation and gives the unwrapped result; what recipes, lookups and confirm reads are made of. */
export type Call = (operation: string, input: Record<string, unknown>) => Promise<CallResult>;

export interface CallResult {
  /** The record or list, unwrapped by `result`. */
  output: unknown;
  /** The answer as it came. */
  raw: unknown;
  status: number;
}

/** Two calls or a decision, behind the same record as any operation. */
export interface Recipe {
  operation: Operation;
  run(context: RecipeContext, input: Record<string, unknown>): Promise<{ output: unknown }>;
}
export interface RecipeContext {
  connection: ConnectionFacts;
  call: Call;
  /** True in a dry run: `call` refuses nothing, its writes come back pretended. */
  dry: boolean;
}
