/**
 * What a request or a document does not say and a person would guess: what an operation does to the other side, what to call it, where the
 * record is in its answer, how a list goes on. Each guess comes with its reason, so that a person can confirm it.
 */
import { fieldLabel, fieldWords } from "#kernel/field-words.ts";
import { capital } from "#kernel/words.ts";
import type { Effect } from "#catalog/types.ts";
import type { Guessed } from "./guessed.ts";

export { guessChanged, guessIdentity, guessResult, rowOf } from "./guess-answer.ts";
export { guessPaging, type PagingInput } from "./guess-paging.ts";
export type { Guessed } from "./guessed.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
interface Call {
  method: Method;
  /** As the operation has it: `/contacts/{contactId}`. */
  path: string;
  /** The name that its document gives it: `searchContacts`. */
  id?: string;
  /** Its title or first line. */
  summary?: string;
}

const verbs: readonly (readonly [Effect, readonly string[]])[] = [
  [
    "read",
    [
      "search",
      "query",
      "find",
      "filter",
      "lookup",
      "count",
      "autocomplete",
      "preview",
      "calculate",
      "estimate",
      "get",
      "list",
      "read",
      "retrieve",
      "statistics",
      "stats",
    ],
  ],
  ["upsert", ["upsert", "createorupdate", "addorupdate", "identify"]],
  ["send", ["send", "notify", "email", "sms", "invite", "publish", "broadcast", "reply", "forward"]],
  ["unlink", ["unlink", "detach", "unassign", "unsubscribe", "unfollow", "disconnect", "dissociate", "disassociate"]],
  ["link", ["link", "attach", "assign", "subscribe", "follow", "associate", "enrol", "enroll"]],
  ["update", ["update", "edit", "modify", "patch", "set", "change", "rename", "replace"]],
  ["delete", ["delete", "remove", "destroy", "archive", "trash"]],
  ["create", ["create", "add", "insert", "new", "register", "submit", "make", "upload", "import"]],
  [
    "other",
    [
      "cancel",
      "run",
      "execute",
      "start",
      "stop",
      "trigger",
      "charge",
      "refund",
      "pay",
      "capture",
      "convert",
      "merge",
      "move",
      "copy",
      "clone",
      "login",
      "logout",
      "refresh",
      "process",
      "approve",
      "reject",
      "complete",
      "close",
      "reopen",
      "verify",
      "batch",
      "bulk",
      "graphql",
      "rpc",
    ],
  ],
];
const effectOfVerb = new Map(verbs.flatMap(([effect, words]) => words.map((word) => [word, effect] as const)));

/** What a person calls each effect, to say why it was taken. */
const does: Record<Effect, string> = {
  read: "reads",
  create: "makes something new",
  update: "changes a record",
  upsert: "makes or changes a record",
  delete: "deletes",
  link: "joins two records",
  unlink: "separates two records",
  send: "sends something",
  other: "does something that is not known",
};

/** What an operation does to the other side. A GET always reads; among contradicting words the one that writes counts. */
export function guessEffect({ method, path, id = "", summary = "" }: Call): Guessed<Effect> {
  if (method === "GET") return { value: "read", why: "A GET reads" };
  if (method === "DELETE") return { value: "delete", why: "A DELETE deletes" };
  const words = [firstWord(id), lastWord(path), firstWord(summary)];
  const found = words.flatMap((word) => {
    const effect = effectOfVerb.get(word);
    return effect === undefined || (effect === "read" && method !== "POST") ? [] : [{ word, effect }];
  });
  const verb = found.find(({ effect }) => effect !== "read") ?? found[0];
  if (verb) return { value: verb.effect, why: `The word '${verb.word}' says that it ${does[verb.effect]}` };
  if (method !== "POST") return { value: "update", why: `A ${method} usually changes a record` };
  if (endsWithId(path)) return { value: "update", why: "A POST to one record usually changes it" };
  if (/(^|\/)(messages?|emails?|sms|notifications?)$/i.test(path)) return { value: "send", why: "A POST there usually sends something" };
  return { value: "create", why: "A POST usually makes something new" };
}

/** The guess about the effect, as far as it is one: a GET reads, and nothing is to be confirmed. */
export const effectGuess = (method: Method, { why }: Guessed<Effect>): { member: string; why: string }[] =>
  method === "GET" ? [] : [{ member: "effect", why }];

const wordsIn = (text: string): string[] => fieldWords(text.replace(/[^A-Za-z\d]+/g, " ")).split(" ");
/** `contacts_create` and `contacts.create` end with their verb, `createContact` begins with it. */
function firstWord(text: string): string {
  const words = wordsIn(text.toLowerCase() === text ? text : text.replace(/([a-z\d])([A-Z])/g, "$1 $2"));
  const joined = words.slice(0, 3).join("");
  if (effectOfVerb.has(joined)) return joined;
  const [first = ""] = words;
  return effectOfVerb.has(first) ? first : (words.at(-1) ?? "");
}
const isHole = (segment: string): boolean => segment.startsWith("{");
const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");
const endsWithId = (path: string): boolean => isHole(segmentsOf(path).at(-1) ?? "");
/** The last word of a path that is no id: `search` of `/contacts/search`, `cancel` of `/orders/{id}:cancel`. A path of one word names the records. */
function lastWord(path: string): string {
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? "";
  const custom = /:([A-Za-z]+)$/.exec(last)?.[1];
  if (custom !== undefined) return custom.toLowerCase();
  if (isHole(last)) return "";
  const word = last.replace(/[-_.]/g, "").toLowerCase();
  return effectOfVerb.get(word) === "read" && segments.length === 1 && word !== "search" && word !== "query" ? "" : word;
}

const noNouns = /^(api|rest|v\d+(\.\d+)*|\d+(\.\d+)*|public|services?|\.json|\{.*\})$/i;

/** The words of a path that name what it is about, without versions: `contacts`, `tags`. */
export const nounsOf = (path: string): string[] =>
  segmentsOf(path)
    .map((segment) => segment.replace(/\.(json|xml)$/i, "").replace(/\{[^}]*\}/g, ""))
    .filter((segment) => segment !== "" && !noNouns.test(segment));

/** An operation's id, in the pattern of definitions and used once; `taken` gets it. From the document's own name where it has one. */
export function operationIdOf(method: Method, path: string, given?: string, taken: Set<string> = new Set()): string {
  const base = asId(given ?? "") || madeId(method, path);
  const id = unused(base, taken);
  taken.add(id);
  return id;
}

const longestId = 72;
/** `listPets` as `list_pets`, `repos/list-tags` as `repos.list_tags`; empty where nothing can be made of it. */
function asId(text: string): string {
  const parts = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[./]+/)
    .map((part) => part.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, ""))
    .filter((part) => part !== "");
  const id = parts
    .join(".")
    .slice(0, longestId)
    .replace(/[._]+$/, "");
  return id === "" || /^[a-z]/.test(id) ? id : `op_${id}`;
}

const usualVerb = { GET: "get", POST: "create", PUT: "replace", PATCH: "update", DELETE: "delete" } as const;
/** `GET /contacts` is `contacts.list`, `PATCH /contacts/{id}` is `contacts.update`, `POST /contacts/search` is `contacts.search`. */
function madeId(method: Method, path: string): string {
  const nouns = nounsOf(path.replace(/:([A-Za-z]+)$/, "/$1"));
  const last = nouns.at(-1) ?? "";
  if (nouns.length > 1 && effectOfVerb.has(last.toLowerCase())) return asId(nouns.slice(-3).join("."));
  const verb = method === "GET" ? (endsWithId(path) || !isPlural(last) ? "get" : "list") : usualVerb[method];
  return asId([...nouns.slice(-3), verb].join(".")) || verb;
}

/** Whether a word names many: `contacts`, not `status`. */
export const isPlural = (word: string): boolean => /(?:[^s]s|people|children|data)$/i.test(word) && !/(?:us|is|news)$/i.test(word);
/** One of many: `contacts` is `contact`, `companies` is `company`. */
export const singular = (word: string): string =>
  isPlural(word)
    ? word
        .replace(/ies$/i, "y")
        .replace(/(ss|x|ch|sh)es$/i, "$1")
        .replace(/s$/i, "")
    : word;

function unused(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  let n = 2;
  while (taken.has(`${id}_${n}`)) n++;
  return `${id}_${n}`;
}

/** What people call a field of which only the name is known. At most 80 characters, as a definition allows. */
export const labelOf = (name: string): string =>
  fieldLabel(name.replace(/[[\]$]+/g, " ").trim() || name)
    .slice(0, 80)
    .trim() || "Field";

/** What people call an operation: "List contacts", "Get a contact", "Search contacts". From its summary where it has one. */
export function titleOf(method: Method, path: string, summary = ""): string {
  const first = summary.trim().split("\n")[0]!.replace(/\.$/, "").trim();
  if (first !== "") return first.slice(0, 80);
  const nouns = nounsOf(path.replace(/:([A-Za-z]+)$/, "/$1"));
  const last = nouns.at(-1) ?? "";
  if (nouns.length > 1 && effectOfVerb.has(last.toLowerCase()))
    return capital(`${last.toLowerCase()} ${fieldWords(nouns.at(-2)!)}`).slice(0, 80);
  if (nouns.length === 0) return `${method} ${path}`.slice(0, 80);
  const many = method === "GET" && !endsWithId(path) && isPlural(last);
  return capital(many ? `list ${fieldWords(last)}` : `${usualVerb[method]} ${fieldWords(singular(last))}`).slice(0, 80);
}
