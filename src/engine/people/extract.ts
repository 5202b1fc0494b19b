import type { PersonKey } from "#kernel/person-key.ts";
import type { Event } from "../types/events.ts";
import type { StepRecord } from "../types/steps.ts";
import { emailKey, idKey, nameKeys, phoneKey } from "./keys.ts";

/** Pure: the people a payload speaks of. Breadth first and bounded, so that what is hostile or huge costs no more than what is usual. */

/** Members looked at in one payload. */
const mostMembers = 2_000;
const deepest = 8;
const longestValue = 320;
/** Keys of one event, or of what one step read or wrote. */
const mostKeysAtOnce = 32;
/** Keys of one run. A run that touches more people than that is found by the first of them. */
const mostKeysOfRun = 200;

interface Place {
  value: object;
  /** What the names of this member and of the one around it say. */
  role: Role;
  around: Role;
  depth: number;
}

/** Staff, places and things: they have names and addresses too, but the event is not about them. */
const others =
  /^(locations?|subaccounts?|workflows?|users?|owners?|assigned\w*|createdby|updatedby|modifiedby|agents?|teammembers?|staff|calendars?|pipelines?|campaigns?|company|companies|business|forms?|surveys?|products?|items?|tags?|triggerdata|attribution\w*|lastattribution\w*)$/;
const people =
  /^(contacts?|customers?|persons?|people|leads?|clients?|patients?|respondents?|attendees?|guests?|invitees?|recipients?|members?|subscribers?|buyers?|payers?|students?|contactdetails|billing\w*|shipping\w*|sender|from|to|author)$/;

/** What the name of a member says of its value. */
type Role = "email" | "phone" | "id" | "own id" | "first" | "last" | "full" | "name" | "in a name" | "generic" | "other" | "people" | null;

const roles: readonly [Exclude<Role, null>, RegExp][] = [
  ["first", /^(firstname|givenname|forename|fname|vorname|prenom)$/],
  ["last", /^(lastname|surname|familyname|lname|nachname|nomdefamille)$/],
  [
    "full",
    /^(fullname|contactname|displayname|customername|clientname|personname|leadname|patientname|membername|guestname|attendeename)$/,
  ],
  ["name", /^name$/],
  ["in a name", /^(first|last)$/],
  ["own id", /^(_?id|uuid|guid|externalid|crmid)$/],
  ["id", /^(contact|customer|client|lead|person|patient|member|subscriber|respondent|attendee|guest|recipient)s?ids?$/],
  ["email", /mail/],
  ["phone", /phone|mobile|^tel|telefon|^cell|whatsapp|msisdn|^fax|^sms(?:number)?$/],
  ["generic", /^(value|number|address|text|primary|work|home|main|\d*)$/],
  ["other", others],
  ["people", people],
];

const rememberedNames = 5_000;
const remembered = new Map<string, Role>();

/** Roles by name: the same few names come with every event. */
function roleOf(name: string): Role {
  const cached = remembered.get(name);
  if (cached !== undefined) return cached;
  const plain = name.length > 40 ? "" : name.toLowerCase().replace(/[^\p{L}\d]/gu, "");
  const role = name.length > 40 ? null : (roles.find(([, pattern]) => pattern.test(plain))?.[0] ?? null);
  if (remembered.size >= rememberedNames) remembered.clear();
  remembered.set(name, role);
  return role;
}

/** Collects the keys of the people in a payload: every e-mail, phone, name and id of a person. */
function readPeople(payload: unknown, collector: Collector, longestList = Infinity): void {
  if (typeof payload !== "object" || payload === null) return;
  collector.allow(mostKeysAtOnce);
  const queue: Place[] = [{ value: payload, role: null, around: null, depth: 0 }];
  let left = mostMembers;
  for (let at = 0; at < queue.length && left > 0 && !collector.full; at++) left = look(queue[at]!, collector, queue, left, longestList);
}

/** Looks at one object or list; gives how many members may still be looked at. */
function look(place: Place, collector: Collector, queue: Place[], members: number, longestList: number): number {
  let left = members;
  if (Array.isArray(place.value)) {
    if (place.value.length > longestList) return left;
    for (const item of place.value) {
      if (left-- <= 0) break;
      if (typeof item === "object" && item !== null) descend(queue, item, place.role, place);
      else if (isScalar(item)) scalar(place.role, place.around, textOf(item), collector);
    }
    return left;
  }
  let person: Person | null = null; // most objects of an event say nothing of one
  for (const name in place.value) {
    if (left-- <= 0) break;
    const value = (place.value as Record<string, unknown>)[name];
    if (isScalar(value)) person = member(roleOf(name), place, textOf(value), person, collector);
    else if (typeof value === "object" && value !== null) descend(queue, value, roleOf(name), place);
  }
  if (person) finish(person, collector);
  return left;
}

function descend(queue: Place[], value: object, role: Role, { role: around, depth }: Place): void {
  if (role !== "other" && depth < deepest && queue.length < mostMembers) queue.push({ value, role, around, depth: depth + 1 });
}

/** What an object says of one person, until all of its members are read. */
interface Person {
  looksLikeOne: boolean;
  first: string | undefined;
  last: string | undefined;
  full: string | undefined;
  name: string | undefined;
  id: string | undefined;
}

/** With all its members from the start: one that grows costs several times as much. */
const unread = ({ role }: Place): Person => ({
  looksLikeOne: role === "people",
  first: undefined,
  last: undefined,
  full: undefined,
  name: undefined,
  id: undefined,
});

/** Looks at one member; gives what the object says of a person so far. */
function member(role: Role, place: Place, text: string, person: Person | null, collector: Collector): Person | null {
  if (text === "") return person;
  const part = partOf(role, place);
  if (part === null && !scalar(role === "generic" ? place.role : role, place.around, text, collector)) return person;
  const one = person ?? unread(place);
  if (part === null) one.looksLikeOne = true;
  else one[part] = role === "in a name" && one.full ? `${one.full} ${text}` : text;
  return one;
}

/** Which part of a person a member is, by its name; null for one that has to speak for itself. */
function partOf(role: Role, place: Place): "first" | "last" | "full" | "name" | "id" | null {
  if (role === "first" || role === "last" || role === "full" || role === "name") return role;
  if (role === "own id") return "id";
  return role === "in a name" && (place.role === "name" || place.role === "full") ? "full" : null;
}

/** A value that speaks for itself or by its name. True: it is an e-mail or a phone, as a person has. */
function scalar(role: Role, around: Role, text: string, collector: Collector): boolean {
  if (text === "") return false;
  if (text.includes("@") && emails(role, text, collector)) return true;
  if (role === "phone" || (role === "generic" && around === "phone") || looksInternational(text)) return collector.addPhone(text);
  if (role === "id") collector.add(idKey(text));
  return false;
}

function emails(role: Role, text: string, collector: Collector): boolean {
  if (/^[^\s,;<>()"@]+@[^\s,;<>()"@]+\.[^\s,;<>()"@.]+$/.test(text)) return collector.add(emailKey(text)); // nothing but one address
  const good = text.split(/[\s,;<>()"]+/).filter((part) => /^[^@]+@[^@]+\.[^@.]+$/.test(part));
  for (const part of good) collector.add(emailKey(part));
  if (good.length > 0) return true;
  return role === "email" && collector.add(emailKey(text)); // mistyped, and that is how somebody will look for it
}

const looksInternational = (text: string): boolean => text.charCodeAt(0) === plus && text.length <= 24 && /^\+\d[\d\s().-]{6,}$/.test(text);
const plus = 43;

function finish({ looksLikeOne, first, last, full, name, id }: Person, collector: Collector): void {
  const named = first !== undefined || last !== undefined || full !== undefined;
  if (first !== undefined || last !== undefined)
    collector.addName(first === undefined ? last! : last === undefined ? first : `${first} ${last}`);
  if (full !== undefined) collector.addName(full);
  if (!looksLikeOne && !named) return;
  if (name !== undefined) collector.addName(name);
  if (id !== undefined) collector.add(idKey(id));
}

/** The keys in one value that names a person in some way. */
function keysOfPerson(text: string | null): PersonKey[] {
  if (text === null || text.trim() === "") return [];
  if (text.includes("@")) return [emailKey(text)].filter((key) => key !== null);
  const phone = /^[+\d\s().\-/]+$/.test(text) ? phoneKey(text) : null;
  if (phone) return [phone];
  const id = /\s/.test(text.trim()) || !/[\d_]/.test(text) ? null : idKey(text);
  return id ? [id] : nameKeys(text);
}

/** The keys of an event: the person its trigger names, its record, and the people in the payload. */
export function keysOfEvent({ person, record, payload }: Pick<Event, "person" | "record" | "payload">): PersonKey[] {
  const collector = new Collector(mostKeysAtOnce);
  collector.addAll(keysOfPerson(person));
  if (record !== null) collector.add(idKey(record));
  readPeople(payload, collector);
  return collector.keys;
}

/** A read gives lists as well; a longer one than this is of people who have nothing to do with the run. */
const longestListRead = 3;

/** The keys that a step adds to those of its run: the people it looked up, read or wrote. */
export function keysOfStep({ app, state, effect, input, output }: StepFacts, earlier: readonly PersonKey[]): PersonKey[] {
  if (app === null || (state !== "succeeded" && state !== "failed" && state !== "held")) return [];
  const collector = new Collector(mostKeysOfRun, earlier);
  if (collector.full) return [];
  readPeople(input, collector);
  readPeople(output, collector, effect === "read" ? longestListRead : Infinity);
  return collector.keys;
}
type StepFacts = Pick<StepRecord, "app" | "state" | "effect" | "input" | "output">;

/** Keys, each once, up to a bound. */
class Collector {
  readonly keys: PersonKey[] = [];
  readonly #earlier: readonly PersonKey[];
  readonly #most: number;
  #room: number;

  constructor(most: number, earlier: readonly PersonKey[] = []) {
    this.#most = most - earlier.length;
    this.#room = this.#most;
    this.#earlier = earlier;
  }

  get full(): boolean {
    return this.keys.length >= this.#room;
  }

  /** Takes at most so many more, within its bound, until it is asked again. */
  allow(more: number): void {
    this.#room = Math.min(this.#most, this.keys.length + more);
  }

  /** True: it is a key, new or not. There are so few that looking through them is quicker than a set. */
  add(key: PersonKey | null): boolean {
    if (!key) return false;
    if (!this.full && !has(this.#earlier, key) && !has(this.keys, key)) this.keys.push(key);
    return true;
  }

  /** A name or a number that is there in the same writing is not worked out again: a step mostly has those of its event. */
  addName(text: string): void {
    if (!this.#hasText("name", text)) this.addAll(nameKeys(text));
  }

  addPhone(text: string): boolean {
    return this.#hasText("phone", text) || this.add(phoneKey(text));
  }

  #hasText(kind: PersonKey["kind"], text: string): boolean {
    for (const one of this.#earlier) if (one.text === text && one.kind === kind) return true;
    for (const one of this.keys) if (one.text === text && one.kind === kind) return true;
    return false;
  }

  addAll(keys: readonly PersonKey[]): void {
    for (const key of keys) this.add(key);
  }
}

function has(keys: readonly PersonKey[], { kind, key }: PersonKey): boolean {
  for (const one of keys) if (one.key === key && one.kind === kind) return true;
  return false;
}

const isScalar = (value: unknown): value is string | number =>
  typeof value === "string" ? value.length <= longestValue : typeof value === "number";
const textOf = (value: string | number): string => (typeof value === "string" ? value.trim() : String(value));
