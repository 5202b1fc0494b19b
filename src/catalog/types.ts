import type { Json, JsonObject } from "#kernel/json.ts";
import type { ErrorCode } from "#kernel/errors.ts";
import type { AuthScheme } from "./logins/kinds.ts";
import type { RecordType } from "./record-types.ts";
import type { TriggerWebhookRules, WebhookRules } from "./webhook-rules.ts";

export type { RequestPart, WebhookChallenge } from "./webhook-rules.ts";

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
export type Effect = (typeof effects)[number];
/** Every effect, in the order in which they are listed. */
export const effects = ["read", "create", "update", "upsert", "delete", "link", "unlink", "send", "other"] as const;

/** Effects that may be caused again after an unknown outcome: the other side is in the same state afterwards. */
export const repeatable: ReadonlySet<Effect> = new Set<Effect>(["read", "update", "upsert", "delete", "link", "unlink"]);

/** Effects that an agent may cause without a person: they read, add or change records, and take nothing away. */
export const allowedForAgents: ReadonlySet<Effect> = new Set<Effect>(["read", "create", "update", "upsert", "link"]);

/** One parameter or body property as a person fills it in. All of an operation's fields share one flat name space. */
export interface InputField {
  /** The key in a step's `input`. */
  name: string;
  /** `setting` steers Millrace and is never sent. */
  in: "path" | "query" | "header" | "body" | "setting";
  /** The name on the wire where it differs from `name`; `""` for a field that IS the whole body, query or set of headers. */
  wire?: string;
  /** Members of the value (of each, in a list) that go by another name on the wire: name -> wire name. */
  members?: Record<string, string>;
  required?: boolean;
  schema: JsonSchema;
  /** Filled in by Millrace, never asked of the user: from the connection, or a constant. */
  fill?: { connection: "locationId" | "companyId" } | { value: Json };
  label?: string;
  control?: ControlKind;
  /** What the choices of its schema are called, where their own names do not say it. */
  words?: Record<string, string>;
  /** One line under the field, in our words. */
  help?: string;
  /** What a text in it is, so that values written into it are encoded for it: an address, or a body by hand (JSON or a form). */
  text?: "address" | "body";
  /** A list where one text is wanted: `comma` joins it. Absent, a query repeats the name. */
  join?: "comma";
  lookup?: Lookup;
  suggest?: Suggest;
  /** Of the controls `filters` and `order`: what they choose from. */
  searches?: SearchFields;
}
/** What a search can be narrowed and sorted by. Only forms use it; what is written is sent as it is. */
export interface SearchFields {
  fields: SearchField[];
  /** Custom fields, which go by their id behind this prefix. */
  custom?: { prefix: string; lookup: Lookup };
}
export interface SearchField {
  /** As a filter writes it. */
  name: string;
  label: string;
  /** How its value is filled in, and so how it is compared: `tags` is a list, of which a filter names one. */
  control: "text" | "number" | "date" | "checkbox" | "choice" | "lookup" | "tags";
  /** What a choice may be, with its words. */
  choices?: Record<string, string>;
  lookup?: Lookup;
  /** It can be sorted by. */
  sorts?: boolean;
}
/** A list that is searched while a person types, to offer the record whose id is wanted. Only forms use it; a run sends the id as it is. */
export interface Suggest {
  operation: string;
  /** The input of the list that takes what was typed. */
  query: string;
  /** What the list is asked with beside it. */
  input?: JsonObject;
  /** Row path of the id. */
  value: string;
  /** Row paths of what is shown, in order. */
  label: string[];
  /** What reads the record that was chosen before, and its input for the id; it gives a row of the list. */
  one?: { operation: string; id: string };
}
/** A list operation that offers the choices of a field, by id and name. */
export interface Lookup {
  operation: string;
  /** A list of the same rows, for a login of the class that may not read the first. */
  otherwise?: string;
  /** What the list is asked with. */
  input?: JsonObject;
  /** Where the choices are a list within each row (the stages of pipelines): its path. */
  list?: string;
  /** Only the row whose path `row` is the value of the input `field`, where that is given; a person may also write `parent / child`. */
  within?: { row: string; label: string; field: string };
  /** Row path of what is sent. */
  value: string;
  /** Row path of the id that outlives a new name, where what is sent is not that id (a tag is sent by its name). */
  identity?: string;
  /** Row path of what is shown. */
  label: string;
  /** Row paths by which a person may name the row instead; `prepareInput` turns the name into the value. */
  by?: string[];
  /** A regular expression that tells a value from a name. */
  id?: string;
  /** A name may be given without what stands before its first dot: `nps` for `contact.nps`. */
  short?: boolean;
  /** Row path of what tells that a choice is no longer to be used (a deactivated user), and the values that say so. */
  retired?: { row: string; values: Json[] };
  /** Row paths of the values that what is chosen may be given (the options of a custom field), and of whether others are kept too. */
  options?: { row: string; open: string };
  /** Row path of what tells how a value of what is chosen is filled in (the type of a custom field), and the control for each; a text otherwise. */
  controls?: { row: string; of: Record<string, "number" | "date" | "tags" | "longtext" | "json"> };
}
export type ControlKind =
  | "text"
  | "longtext"
  | "number"
  | "checkbox"
  | "choice"
  | "date"
  | "lookup"
  | "tags"
  | "list"
  | "customFields"
  | "filters"
  | "order"
  | "json";

/**
 * How a list is read to its end. `items` is the operation's `result`. Names are wire names, `in` query or body.
 * `more` and `total` are paths into the answer: whether there is more, and how many rows there are in all.
 */
export type Paging =
  | { style: "none" }
  /** next = fields copied from a path of the answer (contacts.list: startAfterId, startAfter from `meta`). */
  | { style: "cursor"; in: "query" | "body"; size: string; max: number; next: Record<string, string>; sizeAsText?: boolean; total?: string }
  /** offset counted in rows: skip/limit or offset/limit. */
  | {
      style: "offset";
      in: "query" | "body";
      offset: string;
      size: string;
      max: number;
      asText?: boolean;
      more?: string;
      total?: string;
      /** Where the other side may cap the size without saying: only a page smaller than this is surely the last. */
      floor?: number;
    }
  /** page number, then a cursor on the last row once `pageRows` rows are read. */
  | {
      style: "page";
      in: "query" | "body";
      page: string;
      size: string;
      max: number;
      pageRows?: number;
      after?: { field: string; row: string };
      total?: string;
    }
  /** a value of the last row goes into the next request. */
  | {
      style: "lastRow";
      in: "query" | "body";
      field: string;
      row: string;
      /** The value is a number that several rows may share, and those on the next page would be left out: it is asked for one nearer, so that they come again. */
      ties?: boolean;
      size: string;
      max: number;
      more?: string;
      floor?: number;
    }
  /** The answer names the address of its next page: at the path `link`, or without one in its Link header. */
  | { style: "link"; link?: string; total?: string };

/** Paging by inputs of the operation: their wire names say which page, and how many rows. */
export type InputPaging = Exclude<Paging, { style: "none" | "link" }>;

/** How a list at any address is read to its end, as the user describes it (see described.ts). */
export interface AddressPaging {
  style: "address";
  next: NextPage;
  total?: string;
}

/**
 * `link`: the next page's address is at this path of the answer, or (null) in its Link header. `cursor`: the value at this path goes
 * into the query. `page` and `offset` name the member of the query that counts pages or rows.
 */
export type NextPage = { link: string | null } | { cursor: string; query: string } | { page: string } | { offset: string };

/** How far a list was read. */
export interface ListRead {
  rows: number;
  /** Every row was read, as far as is known. */
  complete: boolean;
  /** How many there are in all, where that is known. */
  total?: number;
  requests: number;
  /** The limit that ended it: the bound, the one page in the input, the bytes of one list, or the number of requests. */
  cut?: "rows" | "page" | "bytes" | "requests";
}

/** How many rows of a list a step reads: where it does not say, enough for nearly every list at a few dozen requests; at most what a loop takes. */
export const listRows = { usual: 1_000, most: 10_000 } as const;

/** What has to hold between fields; told before anything is sent. */
export type InputRule =
  | { kind: "atLeastOne" | "exactlyOne" | "atMostOne"; fields: string[] }
  /** `to` lies after `from` (epoch milliseconds), and at most so many days. */
  | { kind: "window"; from: string; to: string; maxDays?: number };

/** An answer that keeps rows under keys it makes up (dates): each item of each key's `list` becomes `{[key]: the key, [item]: the item}`. */
export interface KeyedRows {
  /** A regular expression; other keys are no rows. */
  pattern: string;
  key: string;
  list: string;
  item: string;
}

/** How one looks whether a write took effect before writing it again. Everything in it is data. */
export interface Confirm {
  /** A read operation of the same app. */
  operation: string;
  /** The read's input, each value a path into the write's input (`input.contactId`; a time may be moved: `input.startTime+1d`) or a constant. */
  input: Record<string, string>;
  /** Every pair must be equal (text trimmed and without case, dates by their instant; a pair whose input is empty is not asked): row path -> path into the write's input. */
  match: Record<string, string>;
  /** Row paths whose text may go on after what was written: an opt-out line is added to messages. */
  begins?: string[];
  /** Only rows made at or after the first attempt count: the row's path of its creation time, where it has one. */
  since?: string;
  /** Inputs of which at least one must be filled for the look-up to mean anything. */
  needs?: string[];
}

/** By what a message reaches a person. `chat`: messengers and live chat. */
export type MessageChannel = (typeof messageChannels)[number];
export const messageChannels = ["sms", "email", "whatsapp", "call", "chat"] as const;

/** How a message of an operation goes to a person. Everything in it is data. */
export interface MessageFacts {
  /** Its channel: always the same, or as the value of an input says. A value without a channel is no message to a person. */
  channel: MessageChannel | { input: string; values: Readonly<Record<string, MessageChannel>> };
  /** The input that names the person: the id of a contact (see `App.contacts`), or an e-mail address or phone number. */
  to: { contact: string } | { address: string };
  /** The input that says when it is sent, in epoch seconds, where it can be scheduled. */
  at?: string;
}

/** How what a contact wants is read: whether messages are welcome, and in which zone the contact lives. Paths are into the record. */
export interface ContactsRule {
  /** The read of one contact, and its input for the id. */
  operation: string;
  id: string;
  /** Paths of the name, tried in turn. */
  name: string[];
  phone: string;
  zone: string;
  /** Path of what switches every channel off, where it is true. */
  blocked: string;
  /** Path of what switches a channel off, where it is one of `values`. */
  blockedChannels: { paths: Partial<Record<MessageChannel, string[]>>; values: string[] };
}

/** How a dry run learns what a write would change. */
export interface Before {
  operation: string;
  input: Record<string, string>;
  /** Where the read is a list: which of its rows is meant, as in `Confirm`. Without it the first. */
  match?: Record<string, string>;
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
  /** Why an agent asks a person first although it only adds or changes records, in words after "because": it gives access, or lets others be told. */
  handsOver?: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/contacts/{contactId}`; `{+url}` puts a value in as it is, and at the start it may be a whole address; `secret-url:<name>` is a secret URL of the connection. */
  path: string;
  /** The value of HighLevel's Version header. */
  version?: string;
  scopes: string[];
  /** The scopes follow from a rule of ours, not from the vendor's description: worth asking for, and not held against a connection. */
  scopesLikely?: boolean;
  /** Which token class may call it. */
  access: ("location" | "agency")[];
  /** Those of them whose login must be by OAuth: a private token is refused. */
  oauthOnly?: ("location" | "agency")[];
  /** The id under which the same operation can be had of the vendor's newer API, where it exists: `contacts.create@v3`. */
  newer?: string;
  deprecated?: boolean;
  /** Wire format of the body; JSON when absent. */
  body?: "json" | "form" | "multipart";
  input: InputField[];
  /** What has to hold between the inputs. */
  rules?: InputRule[];
  /** Path of the record or list in the answer; `""` is the whole answer. */
  result: string;
  /** Other paths it has been seen at, tried in turn. */
  resultOr?: string[];
  /** Whether `result` is a list. */
  list?: boolean;
  /** A list of one may come as the one record. */
  lone?: boolean;
  /** The user says in the inputs `list`, `id`, `changed` and `paging` whether its answer has a list, and how that is read (see described.ts). */
  anyList?: boolean;
  keyed?: KeyedRows;
  /** Path of a row's id. */
  identity?: string;
  /** Other paths that tell a row from others, tried in turn where it has no id. */
  identityOr?: string[];
  /** Rows that stay in the list after their deletion, marked: with one of these values at the path `row` they count as vanished. */
  gone?: { row: string; values: Json[] };
  /** Path of a row's time of change, where it can be trusted to move on every change. Without it a content hash decides. */
  changed?: string;
  /** Keys left out of the content hash. */
  volatile?: string[];
  paging?: Paging | AddressPaging;
  /**
   * With this input the rows come newest change first, told by the row path `by`: a poll may stop at the first row it need not look at.
   * `made`: by the time at which they were made, which no change moves.
   */
  newest?: { input: JsonObject; by: string; made?: true };
  output?: JsonSchema;
  confirm?: Confirm;
  /** Set where it sends a message to a person: the message policy of the workspace is kept before it is called. */
  message?: MessageFacts;
  /** An input, a checkbox, by which an upsert makes a new record each time, and so is no longer safe to repeat. */
  fresh?: string;
  before?: Before;
  /** Whether the other side honours an `Idempotency-Key` header. HighLevel never does. */
  idempotencyKey?: boolean;
  /** Where only the user knows whether it is honoured: the `setting` input, a checkbox, that says so. */
  idempotencyInput?: string;
  /** Events of the app that tell the same news sooner than a poll. */
  events?: string[];
  /** Fields worth showing first, in order. */
  show?: string[];
  example?: { input: JsonObject; output: Json };
  /** Set on a recipe: the code that runs it is registered under the operation's id. */
  recipe?: boolean;
  /** Of a recipe: it hands further members (`$more`) to its write. */
  passesMore?: boolean;
  /** Set on a change trigger: it starts a flow when a record of the list really changed in this way, and is no step. */
  watch?: WatchFacts;
  /** A remark for the docs, in our words. */
  note?: string;
}

/**
 * What a change trigger watches for: one kind of change of the records of a list, which events report sooner. It is data only. Events and
 * rows both contain the state of the record, and only a difference from its last state counts.
 */
export interface WatchFacts {
  /** What happens, within a sentence: "a tag is added to a contact". */
  says: string;
  /** The read that lists the records, and its input. */
  list: string;
  input?: JsonObject;
  /** Ids of the events that contain the record. */
  events: string[];
  /** Path of the record within those events; the whole payload when absent. */
  wrap?: string;
  /** Paths of the time the record was made, tried in turn. */
  made: string[];
  /** Row path of the time of its last change. It need not move on every change. */
  updated?: string;
  change: WatchedChange;
  /** Settings that say which records count, with the path of the record that has to be equal. */
  where?: Record<string, string>;
  /** The list is of one thing at a time (a calendar): it is read for each that this list has, unless the setting names one. */
  each?: { setting: string; operation: string };
}

export type WatchedChange =
  /** A list of texts gained or lost one: any, or the one that the setting names. Each is a change of its own. Case does not count. */
  | { kind: "member"; path: string; side: "added" | "removed"; setting: string }
  /**
   * One of these values is another. `fields` are chosen by a setting, `paths` are the same for everybody. `fresh`: a record that comes into
   * being with such a value counts as well.
   */
  | { kind: "value"; compared: ComparedValues; from?: WatchBound; to?: WatchBound; fresh?: boolean }
  /** The record was created. */
  | { kind: "made" };

/** Which values are compared. A path has alternatives: list and event may spell it differently, and the first that is there counts. */
export type ComparedValues =
  | { paths: Record<string, string[]>; moments?: boolean }
  /** The setting `field` names one of `fields`, or `customField` holds the id of a custom field. */
  | { field: string; fields: Record<string, string[]>; customField: string };

/** What a value has to be before or after the change: as a setting says (any, where it is empty), or one of these. */
export type WatchBound = { setting: string } | { values: string[] };

/** What starts a flow without being asked for: an event posted to us. */
export interface WebhookTrigger {
  /** `response.received`. */
  id: string;
  app: string;
  title: string;
  kind: "webhook";
  /** Paths that make the event's key, joined; the hash of the body where all are empty. */
  key: string[];
  /** For how long an event of the same content is a repeat, where only the content tells it from others. For ever when absent. */
  repeatMs?: number;
  /** Path of the e-mail address, phone or name by which a person finds the run. */
  person?: string[];
  /** Path of the sub-account. */
  location?: string;
  /** Alternative spellings met in the wild: canonical field -> keys tried in order. What is found is put under the canonical name, beside the body as received. */
  aliases?: Record<string, string[]>;
  /** Path -> the values it may have. An event with another value (or, where the path is filled, none of them) is not for this trigger. */
  accepts?: Record<string, string[]>;
  /** Under which heading it is shown; the app's title when absent. */
  category?: string;
  /** Path of the record's id: by it a burst of changes is told as one, and runs keep their order. */
  record?: string;
  /** Path of the time it happened, as the sender says. */
  at?: string;
  /** What the sender's app must have been granted for the event to be sent. */
  scopes?: string[];
  /** Told of the agency, not of one sub-account. */
  agency?: boolean;
  /** Its payload names no type: the fields that all payloads of its family have, by which the family is told. */
  shape?: string[];
  /** Known by name only; its payload is not documented. */
  unverified?: boolean;
  /** The read that finds the same news later, so that what was not delivered is found all the same. */
  reconcile?: Reconcile;
  /** How it comes in, where that differs from its app's other events. */
  webhooks?: TriggerWebhookRules;
  output?: JsonSchema;
  example: JsonObject;
  note?: string;
}

/** How a poll finds what a webhook should have told. Everything in it is data. */
export interface Reconcile {
  /** A read operation of the same app, by its id or its facts key. */
  operation: string;
  /** Which of the poll's findings are this event's news. */
  emit: "new" | "changed" | "deleted";
  input?: JsonObject;
  /** Inputs of the read that only the user can give, asked for in the trigger's `input`; `calendarId|userId` wants one of the two. */
  needs?: string[];
  /** Row paths that count as a change; the whole row when absent. */
  only?: string[];
  /** Those of `only` that the event carries in the same way: by them an event that told another state is known not to have told this one. */
  carries?: string[];
  /** Row path -> values: other rows are not this event's. */
  where?: Record<string, string[]>;
  /** Row path of the time the record was made: one made before the watching began is not new, however late it is seen. */
  made?: string;
  /** Put the row under this name, as the event does (`appointment`); beside the event's other fields when absent. */
  wrap?: string;
}

/** An app that posts all the events of one registration to one address. */
export interface InboxRules {
  /** Path of the event's name. */
  type: string;
  /** Paths of the sub-account, tried in turn; a list is of several. */
  location: string[];
  /** Path of the agency. */
  agency: string;
  /** Path of the delivery's own id, equal on every retry. */
  delivery: string;
  /** Path of the time the event was made. */
  at: string;
  /** Path of the registration's id, by which an event of another registration is told. */
  registration: string;
  /** The events that tell that the registration was put into a place, and taken out of it. */
  life?: { installed: string; uninstalled: string };
  /**
   * How events are signed, best first: `publicKey` is SPKI in base64, the signature base64 over the raw body. A `legacy` one counts
   * only where no better one was given and the operator allows it.
   */
  signatures: { header: string; algorithm: "ed25519" | "rsa-sha256"; publicKey: string; legacy?: boolean }[];
  /** Where a person ticks the events, in words. */
  where: string;
}

/** What starts a flow from inside Millrace: the clock, or a person. */
export interface BuiltInTrigger {
  id: string;
  app: string;
  title: string;
  kind: "schedule" | "manual";
  input: InputField[];
  output?: JsonSchema;
  example: JsonObject;
  note?: string;
}

/** A fact of a connection beside its login that the connection form asks for. */
export interface PlaceField {
  name: "locationId" | "companyId";
  label: string;
  help?: string;
}

/** How an app is shown: two letters or a pictogram, on a tint of this hue (0 to 360). No vendor's logo. */
export type AppMark = { letters: string; hue: number } | { icon: "globe" | "timer"; hue: number };

/**
 * The harmless reads that show whether a login works, tried in order. One that only lacks a scope leads on to the next: a login with any
 * of the scopes can be tested.
 */
export interface ProbeRead {
  operation: string;
  input?: JsonObject;
  /** Only for a connection that has this fact, or lacks it. */
  has?: PlaceField["name"];
  lacks?: PlaceField["name"];
  /** Of a list of places: the path of a row's id. A login that sees one row alone is that place's, unless the connection has a fact of its own. */
  place?: string;
}

/** The read of the account a connection is for, which says in which zone and country values are meant that name none. */
export interface HomeRule {
  operation: string;
  /** The input that names the account, passed on from the operation that is called. */
  account: string;
  /** Paths in its result. */
  zone: string;
  country: string;
  /** What people call the account. */
  name?: string;
  /** The read that says what people call an agency, for a login of the whole agency. */
  agency?: { operation: string; name: string };
}

/** How the login of an agency gives one for each of its sub-accounts. */
export interface SubAccountsRule {
  /** The read that lists them. */
  list: string;
  /** Its input that names the registration by which the agency's login was granted. */
  registration: string;
  /** Members of its rows. `installed`: whether the agency let the registration in there. */
  id: string;
  name: string;
  installed: string;
  /** The call that gives a login for one. It takes `companyId` and `locationId`, and answers as a token server does. */
  login: string;
}

/** A kind of tag: which operations list its names and, where that can be done, change them and say what carries them. Everything in it is data. */
export interface TagFacts {
  /** Unique in its app: `contact`. */
  id: string;
  title: string;
  /** Only a connection with this fact has them. */
  has?: PlaceField["name"];
  /** The read that lists them, and row paths in it. */
  list: { operation: string; id: string; name: string };
  /** Where nobody can change them: why, in a sentence. */
  readOnly?: string;
  change?: TagChanges;
}

/** How tags are put on records and taken off, made and deleted. */
export interface TagChanges {
  /** What carries them, in the plural: "contacts". */
  carriers: string;
  /** How names are written by the other side. */
  names: "as written" | "small letters";
  /** The read that finds what carries one: the text `$tag` in its input stands for the name. Row paths of the id and of the names it carries. */
  search: { operation: string; input: JsonObject; id: string; tags: string };
  /** They take the ids of many carriers at once, and answer with `results` of `{[id]: an id, ok, error}`. */
  add: TagWrite;
  remove: TagWrite;
  /** `input`: which input takes the name, and the id. `place`: which one takes the connection's fact that the kind asks for, where it is not filled in by itself. */
  create: { operation: string; input: string };
  delete: { operation: string; input: string; place?: string };
}

export interface TagWrite {
  operation: string;
  ids: string;
  tags: string;
  /** The member of a result that names its carrier. */
  result: string;
  /** How many carriers go into one request. */
  atOnce: number;
}

/** A refusal with a meaning of its own: the first row that fits decides. `message` is a case-insensitive regular expression. */
export interface Refusal {
  status: number[];
  /** Operation ids it is meant for; all where absent. */
  operations?: string[];
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
  /** Our own sentence, where the other side's words mean nothing to a user. */
  say?: string;
}

/** Request budget per app and sub-account. */
export interface QuotaRules {
  burst: { limit: number; windowMs: number };
  daily?: number;
  /** Names of the answer headers that correct the counts. */
  headers?: { limit?: string; remaining?: string; windowMs?: string; dailyLimit?: string; dailyRemaining?: string; dailyResetMs?: string };
}

/** A part of the addresses of an app that each connection fills in: `{subdomain}` of `https://{subdomain}.example.com`. */
export interface AddressVariable {
  name: string;
  label: string;
  help?: string | undefined;
  /** `host`: the whole host is the customer's word. `path`: several parts of a path. Otherwise one part, between dots or slashes. */
  as?: "host" | "path" | undefined;
  choices?: string[] | undefined;
  /** What a connection that says nothing gets. */
  default?: string | undefined;
}

export interface App {
  id: string;
  title: string;
  /** Where its API is, unless the connection says otherwise; `""` where only the connection says. It may have `variables`. */
  baseUrl: string;
  variables?: AddressVariable[];
  auth: AuthScheme[];
  operations: Operation[];
  triggers: WebhookTrigger[];
  /** Change triggers: reads with `watch`, which start a flow and are no step. */
  changes?: Operation[];
  builtIns?: BuiltInTrigger[];
  /** The kinds of records that it keeps, for syncs. Absent, they follow from its operations. */
  records?: readonly RecordType[];
  /** Its webhook triggers have no address each: the events of a registration come to one inbox, and are routed by sub-account. */
  inbox?: InboxRules;
  /** How its webhooks prove themselves, and how it is told the addresses of flows. */
  webhooks?: WebhookRules;
  /** Facts of a connection that its form asks for. */
  place?: readonly PlaceField[];
  /** The reads that show whether a login works; without them the base address is asked. */
  probe?: readonly ProbeRead[];
  mark?: AppMark;
  /** The app that is meant where none is named. */
  main?: true;
  /** It has further operations under keys of their own, which are listed on request. */
  endpoints?: true;
  home?: HomeRule;
  contacts?: ContactsRule;
  subAccounts?: SubAccountsRule;
  /** The kinds of tags it has. */
  tags?: readonly TagFacts[];
  /** For inputs that take a bare id: which operation finds it. Input name -> operation id. */
  finders?: Readonly<Record<string, string>>;
  /** The id of the code that prepares what these facts cannot say (see prepare.ts): custom fields by name. */
  prepare?: string;
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
  /** What people call it: `Acme Dental`. */
  title?: string;
  /** Names it had before. Flows that still use one of them keep working. */
  formerNames?: string[];
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

/**
 * Calls one operation and gives the unwrapped result; what recipes, lookups and confirm reads are made of. `next`: the address of a further page, as
 * the answer of the page before names it.
 */
export type Call = (operation: string, input: Record<string, unknown>, next?: string) => Promise<CallResult>;

export interface CallResult {
  /** The record or list, unwrapped by `result`. */
  output: unknown;
  /** The answer as it came. */
  raw: unknown;
  status: number;
  headers?: Record<string, string>;
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

/** One write a dry run did not make. */
export interface PretendedEffect {
  operation: string;
  title: string;
  effect: "create" | "update" | "delete" | "link" | "unlink" | "send" | "other";
  recordId?: string;
  /** By what a person knows the record: "Ada Byron, ada@example.com". */
  record?: string;
  /** `label`: what forms call the field. `note`: what there is to know of the change, such as that the other side may ignore it. */
  changes: { field: string; label?: string; old: Json | null; new: Json | null; note?: string }[];
  tags?: { added: string[]; removed: string[] };
  /** True when the write would change nothing. */
  unchanged: boolean;
  /** Nobody read what the record holds, so `old` says nothing. */
  unread?: boolean;
  /** What whoever made the flow may not have meant, as a sentence: it would rename somebody. */
  warning?: string;
  /** What would be sent, without the login. `anyAddress`: whoever made the flow chose the address. */
  request?: { method: string; url: string; sent?: string; anyAddress?: boolean };
}
