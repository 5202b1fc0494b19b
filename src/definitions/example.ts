/** Example answers and payloads of events, as they are copied from documentation or from a log. */
import type { AnswerDraft, DraftGuess, DraftNote, EventDraft } from "#api/schemas/app-drafts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { getPath, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { listed } from "#kernel/words.ts";
import { answerFacts, shortened } from "./answer-facts.ts";
import { guessIdentity, operationIdOf, labelOf, type PagingInput } from "./guess.ts";
import { readLenient } from "./lenient-json.ts";
import { asSentence, unreadable } from "./sent-request.ts";
import { schemaOfValue, withoutSecretNames } from "./values.ts";

interface Example {
  value: Json;
  notes: DraftNote[];
}

/** The value in a text, without its secrets, and what had to be mended. Throws BAD_INPUT where there is none. */
function readExample(text: string): Example {
  const read = readLenient(text.replace(/^\uFEFF/, "")) ?? ofForm(text);
  if (!read) throw unreadable("has no JSON in it; paste the example as the documentation shows it");
  const notes: DraftNote[] = read.mended.length > 0 ? [{ at: null, says: `It is JSON only without ${listed(read.mended)}` }] : [];
  const secrets: string[] = [];
  const value = withoutSecretNames(read.value, secrets);
  if (secrets.length > 0) notes.push({ at: null, says: "Values that are secrets by their names were left out" });
  return { value, notes };
}

/** A form, as webhooks of older apps are posted. */
function ofForm(text: string): { value: Json; mended: string[] } | null {
  const form = text.trim();
  if (!/^[^\s={}&]{1,200}=[^\s{}]*$/.test(form)) return null;
  return { value: Object.fromEntries(new URLSearchParams(form)), mended: [] };
}

/** Where the records are in an example answer, and what they look like. `path`, `input`: of the operation that gave it. */
export function readAnswer(text: string, { path = "", input = [] }: { path?: string; input?: readonly PagingInput[] } = {}): AnswerDraft {
  const { value, notes } = readExample(text);
  const { definition, guesses } = answerFacts([value], { path, input });
  const next = definition.list && !definition.paging ? nextPage(value) : undefined;
  if (next !== undefined)
    notes.push({
      at: null,
      says: `'${next}' in the answer seems to tell the next page. Add the inputs by which a page is asked for, so that the list can be read to its end`,
    });
  return {
    definition,
    example: shortened((getPath(value, definition.result ?? "") as Json | undefined) ?? value),
    guesses,
    notes: notes.map(asSentence),
  };
}

/** The first member beside the rows that tells of a next page. */
function nextPage(answer: Json, before = "", depth = 0): string | undefined {
  if (!isObject(answer) || depth > 2) return undefined;
  const own = Object.keys(answer).find((name) => /^(next.*|.*cursor|has_?more|.*page_?token|end_?cursor)$/i.test(name));
  if (own !== undefined) return `${before}${own}`;
  return Object.entries(answer)
    .map(([name, member]) => nextPage(member as Json, `${before}${name}.`, depth + 1))
    .find((path) => path !== undefined);
}

/** A webhook trigger made of a payload: what tells an event from others, and whom it is about. */
export function readEvent(text: string): EventDraft {
  const { value, notes } = readExample(text);
  if (!isObject(value)) throw unreadable("is not an event: a payload is an object with members");
  const payload = shortened(value as Json) as JsonObject;
  const members = membersOf(payload);
  const name = nameOf(payload);
  const found = factsOf(payload, members);
  const definition = {
    id: operationIdOf("POST", "/", name ?? "event.received"),
    title: titleOf(name),
    ...found.facts,
    output: schemaOfValue(payload),
    example: payload,
  };
  return {
    definition,
    guesses: [
      { member: "id", why: name === undefined ? "The payload does not name its event" : `The payload names its event '${name}'` },
      ...found.guesses,
    ],
    notes: notes.map(asSentence),
  };
}

interface Member {
  path: string;
  name: string;
  value: Json;
  depth: number;
}

/** The single values of a payload, the nearest first; of lists only the first item, because paths go into it by number. */
function membersOf(payload: JsonObject): Member[] {
  const members: Member[] = [];
  let level: { at: JsonObject; before: string }[] = [{ at: payload, before: "" }];
  for (let depth = 0; depth < 4 && members.length < 500; depth++) {
    const next: typeof level = [];
    for (const { at, before } of level)
      for (const [name, value] of Object.entries(at)) {
        if (name.includes(".")) continue;
        if (isObject(value)) next.push({ at: value as JsonObject, before: `${before}${name}.` });
        else if (value !== null && !Array.isArray(value)) members.push({ path: `${before}${name}`, name, value: value as Json, depth });
      }
    level = next;
  }
  return members;
}

const eventNames = /^(event_?(type|name)?|type|topic|action|trigger|hook_?event|webhook_?event|resource_?type|object_?type)$/i;
/** What the payload calls its event: `ticket.created`. */
function nameOf(payload: JsonObject): string | undefined {
  const named = membersOf(payload).filter(
    ({ name, value, depth }) => depth < 2 && eventNames.test(name) && typeof value === "string" && /^[A-Za-z][\w./: -]{1,60}$/.test(value),
  );
  const best = named.find(({ value }) => /[._/:]|[a-z][A-Z]/.test(String(value))) ?? named[0];
  return best === undefined ? undefined : String(best.value);
}

const titleOf = (name: string | undefined): string => (name === undefined ? "Event received" : labelOf(name.replace(/[./:]+/g, " ")));

type Facts = Partial<Pick<EventDraft["definition"], "record" | "at" | "key" | "person">>;

function factsOf(payload: JsonObject, members: readonly Member[]): { facts: Facts & { key: string[] }; guesses: DraftGuess[] } {
  const first = (pattern: RegExp) =>
    members.find(({ name, value }) => pattern.test(name) && (typeof value === "string" || typeof value === "number"));
  const key = first(/^(event|delivery|webhook|message|notification|hook)_?(id|uuid)$/i);
  const record = recordOf(payload, members, key?.path);
  const at = first(
    /^(occurred|happened|triggered|fired|sent|event|created|received)?_?(at|time|timestamp|date)$|^(timestamp|created|date_?(added|created)|event_?date)$/i,
  );
  const people = [/^e-?mail(_?address)?$/i, /^(phone|mobile|telephone)(_?number)?$/i, /^(full|display)?_?name$/i].flatMap(
    (pattern) => first(pattern)?.path ?? [],
  );
  return {
    facts: {
      key: key ? [key.path] : [],
      ...(record && { record: record.path }),
      ...(at && { at: at.path }),
      ...(people.length > 0 && { person: people }),
    },
    guesses: [
      {
        member: "key",
        why: key
          ? `'${key.path}' is usually another one in each event`
          : "Nothing in the payload looks like the id of the event, so events of the same content count as one",
      },
      ...(record ? [{ member: "record", why: `'${record.path}' seems to be the id of what the event is about` }] : []),
      ...(at ? [{ member: "at", why: `'${at.path}' is probably when it happened` }] : []),
      ...(people.length > 0 ? [{ member: "person", why: `By ${listed(people.map((path) => `'${path}'`))} a person can be found` }] : []),
    ],
  };
}

/** The id of what an event is about: its own, or that of the first object in it that has one. */
function recordOf(payload: JsonObject, members: readonly Member[], key: string | undefined): { path: string } | null {
  const own = guessIdentity(schemaOfValue(payload) as JsonSchema);
  if (own && own.value !== key) return { path: own.value };
  return members.find(({ name, path, depth }) => depth > 0 && path !== key && /^(_?id|uuid)$/i.test(name)) ?? null;
}
