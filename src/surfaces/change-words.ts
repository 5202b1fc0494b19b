/** Pure: a change as a sentence, for the page, the terminal and the file of an export. */
import type { AuditedKind } from "#kernel/change-kinds.ts";
import { fieldWords } from "#kernel/field-words.ts";

/** What is known of a change. */
export interface ChangeFacts {
  kind: string;
  id: string;
  what: string;
  name: string | null;
  /** The name of whoever did it. */
  who: string;
  fields: readonly { field: string; before?: unknown; after?: unknown }[];
}

/** A sentence in the pieces that are shown apart: who, what they did to which kind of thing, the thing's name, what it is then, and the values. */
export interface ChangeWords {
  who: string;
  did: string;
  /** Null where the name says nothing, as that of a session. */
  name: string | null;
  /** What follows the name: "is broken". */
  end: string;
  /** The values that the sentence does not say. */
  fields: ChangeFacts["fields"];
  values: string;
  /** The version of a flow that was published; null for every other change. */
  version: number | null;
}

/** The kinds of records that people change, as they are called in a sentence. */
export const kindWords: Readonly<Record<AuditedKind, string>> = {
  flow: "flow",
  sync: "sync",
  run: "run",
  connection: "connection",
  inbox: "inbox",
  template: "template",
  rule: "rule",
  mapping: "mapping template",
  app: "app",
  api_key: "API key",
  session: "session",
  private_host: "private address",
  webhook_endpoint: "webhook endpoint",
  embed_origin: "origin for embedding",
  connect_link: "connect link",
  tag: "tag",
  tag_job: "tag job",
  tag_rule: "cleaning rule",
  message_policy: "rules for messages to people",
  trigger: "address of the flow",
  member: "member",
  invitation: "invitation",
  workspace: "workspace",
  agent: "agent",
  approval: "approval",
};

/** What happened, where the row's word is no verb: as it goes between who did it and the record's name. */
const phrases: Readonly<Record<string, string>> = {
  "invitation created": "invited",
  "invitation withdrawn": "withdrew the invitation of",
  "member removed": "removed the member",
  "member renamed": "changed the name of the account of",
  "member password changed": "changed the password of",
  "member sign-in renewed": "reset the sign-in of",
  "member second factor turned on": "turned the second factor on for",
  "member second factor turned off": "turned the second factor off for",
  "member recovery code used": "used a recovery code of",
  "member passkey added": "added a passkey for",
  "member passkey removed": "removed a passkey of",
  "member single sign-on linked": "linked single sign-on to the account of",
  "connection reconnect link created": "made a reconnect link for the connection",
  "agent allowed": "let in the agent",
  "agent signed out": "signed out the agent",
  "agent token reused": "signed out, because a code or token of it came twice, the agent",
  "run started by hand": "started by hand a run of",
  "run replayed": "replayed a run of",
  "run replayed with changed data": "changed the data of, and replayed, a run of",
  "run cancelled": "cancelled a run of",
  "run dismissed": "dismissed from Needs attention a run of",
  "run put back": "put back into Needs attention a run of",
  "message_policy overridden": "sent against the rules for messages, with",
  "approval asked": "asked to",
  "approval approved": "approved the request to",
  "approval refused": "refused the request to",
  "approval done": "carried out the request to",
  "approval failed": "could not carry out the request to",
  "approval unknown": "cannot tell whether this approved request took effect:",
  "approval took effect": "found that this approved request took effect:",
  "approval had no effect": "found that this approved request had no effect:",
  "connect_link withdrawn": "withdrew the connect link for",
  "tag_job done": "finished the tag job",
  "tag_rule ran": "cleaned tags by the rule",
  "connection reconnect link withdrawn": "withdrew the reconnect link of the connection",
};

const labels: Readonly<Record<string, string>> = {
  baseUrl: "address",
  locationId: "sub-account",
  companyId: "agency",
  access: "permission to write",
  auth: "kind of login",
  publicKey: "public key",
  legacy: "old signature",
  legacyKey: "old public key",
  flows: "flows that may use it",
  registration: "app registration",
  senders: "allowed senders",
  doNotDisturb: "do not disturb",
  quietHours: "quiet hours",
  cap: "daily cap",
  offReason: "why Millrace switched it off",
};

/** What people call a field of a change. */
export const changedField = (field: string): string => labels[field] ?? fieldWords(field);

/** What was done to the record as a whole, where the word of the row is not a verb. */
const verbs: Readonly<Record<string, string>> = {
  saved: "saved the draft of",
  moved: "moved",
  replaced: "made a new",
  allowed: "allowed flows to call",
};

const longestShown = 80;

/** "Ana" "changed the connection" "Acme" "name from “Acme” to “Acme Dental”". */
export function changeWords(change: ChangeFacts): ChangeWords {
  const { who, kind, name, fields } = change;
  const isOfThemselves = kind === "session" || (kind === "member" && name === who);
  const version = publishedVersion(change);
  const unsaid = version === null ? fields : fields.filter(({ field }) => field !== "version");
  const end = kind === "connection" ? (statuses[change.what] ?? "") : "";
  return { who, did: didOf(change), name: isOfThemselves ? null : name, end, fields: unsaid, values: valuesOf(unsaid), version };
}

/** The number of the version that was published. */
function publishedVersion({ kind, what, fields }: ChangeFacts): number | null {
  const version = kind === "flow" && what === "published" ? fields.find(({ field }) => field === "version")?.after : undefined;
  return typeof version === "number" ? version : null;
}

/** The same as one line. */
export function changeSentence(change: ChangeFacts): string {
  const { who, did, name, end, values } = changeWords(change);
  const sentence = [who, did, name, end].filter((piece) => piece !== null && piece !== "").join(" ");
  return `${sentence}${values === "" ? "" : `: ${values}`}`;
}

function didOf(change: ChangeFacts): string {
  const { kind, what } = change;
  const thing = (kindWords as Readonly<Record<string, string>>)[kind] ?? kind.replaceAll("_", " ");
  if (kind === "session") return what;
  if (kind === "private_host") return what === "allowed" ? "allowed flows to call" : "no longer allows flows to call";
  if (what === "address changed") return kind === "trigger" ? "gave a new address to the flow" : `gave a new address to the ${thing}`;
  if (kind === "connection" && what in statuses) return "found that the connection";
  const version = publishedVersion(change);
  if (version !== null) return `published version ${version} of the flow`;
  if (kind === "member" && change.name === change.who && phrases[`member ${what}`]) return ownPhrase(what);
  const phrase = phrases[`${kind} ${what}`] ?? rolePhrase(kind, what);
  if (phrase !== undefined) return phrase;
  if (!/^[a-z]+$/.test(what)) return `${what}, in the ${thing}`;
  return `${verbs[what] ?? what} ${what === "replaced" ? thing : `the ${thing}`}`;
}

/** What somebody did with their own account. */
const ownPhrase = (what: string): string => ownPhrases[what] ?? what;
const ownPhrases: Readonly<Record<string, string>> = {
  renamed: "changed their own name",
  "password changed": "changed their password",
  "sign-in renewed": "reset their sign-in",
  "second factor turned on": "turned their second factor on",
  "second factor turned off": "turned their second factor off",
  "recovery code used": "used a recovery code",
  "passkey added": "added a passkey",
  "passkey removed": "removed a passkey",
  "single sign-on linked": "linked single sign-on",
};

/** "joined as viewer" and "made viewer", of a person. */
function rolePhrase(kind: string, what: string): string | undefined {
  const [, how, role] = kind === "member" ? (/^(joined as|made) (\w+)$/.exec(what) ?? []) : [];
  if (how === undefined) return undefined;
  return how === "made" ? `gave the role ${role} to` : `joined as ${role}`;
}

/** What Millrace finds of a connection when it tests or uses it. */
const statuses: Readonly<Record<string, string>> = {
  untested: "has to be tested",
  connected: "works",
  expiring: "has a login that ends soon",
  failed: "fails its test",
  broken: "is broken",
  paused: "is paused",
};

function valuesOf(fields: ChangeFacts["fields"]): string {
  return fields.map((change) => `${changedField(change.field)}${fromTo(change)}`).join("; ");
}

function fromTo(change: ChangeFacts["fields"][number]): string {
  if (!("before" in change) || !("after" in change)) return " changed";
  const { before, after } = change;
  if (isNothing(before)) return ` set to ${shown(after)}`;
  return isNothing(after) ? ` removed (was ${shown(before)})` : ` from ${shown(before)} to ${shown(after)}`;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

function shown(value: unknown): string {
  if (isNothing(value)) return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return cut(value.join(", "));
  return typeof value === "string" ? `“${cut(value)}”` : cut(JSON.stringify(value));
}

const cut = (text: string): string => (text.length <= longestShown ? text : `${text.slice(0, longestShown - 1).trimEnd()}…`);
