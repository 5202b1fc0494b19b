/** The inputs of an operation, made of a request that somebody sent. */
import type { z } from "zod";
import type { operationDefinition } from "#api/schemas/apps.ts";
import type { Json } from "#kernel/json.ts";
import { labelOf, nounsOf, singular } from "./guess.ts";
import type { Pair, SentBody } from "./sent-request.ts";
import { controlOf, isPlaceholder, joined, plainValue, schemaOfValue } from "./values.ts";

/** An operation and an input as a definition writes them. */
export type OperationDraft = z.input<typeof operationDefinition>;
export type InputDraft = NonNullable<OperationDraft["input"]>[number];

/** One segment of a path: as it is, or an input of a name with the value that it had. */
export type Segment = string | { name: string; value: string };

const longestWire = 80;

/** A path in which ids, and secrets, have become inputs. `/contacts/123` and `/contacts/456` come out the same. */
export function segmentsOf(path: string, isSecret: (text: string) => boolean = () => false): Segment[] {
  const segments: Segment[] = [];
  const names = new Set<string>();
  const parts = path.split("/").slice(1);
  for (const [i, raw] of parts.entries()) {
    const text = decoded(raw);
    if (!isId(text, i === 0) && !isSecret(text)) {
      segments.push(raw.replace(/[{}]/g, encodeURIComponent));
      continue;
    }
    const name = unusedName(placeholderName(text) ?? idName(segments), names);
    names.add(name);
    segments.push({ name, value: text });
  }
  return segments;
}

/** `/contacts/{contactId}`. */
export const pathOf = (segments: readonly Segment[]): string =>
  segments.map((each) => `/${typeof each === "string" ? each : `{${each.name}}`}`).join("") || "/";

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What looks like the id of one record: a number, a UUID, a mixture of letters and digits, an e-mail address, or a placeholder for one. */
function isId(text: string, first: boolean): boolean {
  if (isPlaceholder(text)) return true;
  if (first && /^v?\d{1,2}(\.\d+)*$/i.test(text)) return false;
  if (/^\d{4}-\d{2}(-\d{2})?$/.test(text)) return !first;
  if (/^\d+$/.test(text) || /^[^\s@]+@[^\s@]+$/.test(text)) return true;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return true;
  if (/^[a-z]{1,8}_[A-Za-z\d]*\d[A-Za-z\d]*$/.test(text)) return true;
  return (
    text.length >= 8 &&
    /\d/.test(text) &&
    /[A-Za-z]/.test(text) &&
    /^[\w:.~-]+$/.test(text) &&
    !/^[a-z]+-?v?\d{1,2}$/i.test(text) &&
    !/\.[a-z]{2,5}$/i.test(text)
  );
}

function placeholderName(text: string): string | undefined {
  if (!isPlaceholder(text)) return undefined;
  const words = text
    .replace(/^(?:your|my|enter|insert)[_ -]/i, "")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "");
  const plain = words.map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
  const name = plain.map((word, i) => (i === 0 ? word[0]!.toLowerCase() + word.slice(1) : word[0]!.toUpperCase() + word.slice(1))).join("");
  return /^[A-Za-z]/.test(name) && !/^x+$/i.test(name) ? name : undefined;
}

/** `contactId` behind `/contacts`. */
function idName(before: readonly Segment[]): string {
  const last = before.at(-1);
  const noun = typeof last === "string" ? nounsOf(`/${last}`).at(-1) : undefined; // a value that was sent names nothing
  const words = singular(noun ?? "")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "");
  const [first, ...others] = words;
  if (first === undefined || !/^[A-Za-z]/.test(first) || last !== noun) return "id";
  return `${[first[0]!.toLowerCase() + first.slice(1), ...others.map((word) => word[0]!.toUpperCase() + word.slice(1))].join("")}Id`;
}

/** A name in the pattern of definitions that none of the others has. */
export function unusedName(wanted: string, taken: ReadonlySet<string>): string {
  const plain = wanted
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/\[\]$/, "")
    .replace(/[^\w-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  const name = /^[A-Za-z]/.test(plain) && !(plain in Object.prototype) ? plain : `field_${plain}`.replace(/_+$/, "");
  let [unused, n] = [name, 1];
  while (taken.has(unused)) unused = `${name}_${++n}`;
  return unused;
}

/** Collects the inputs of an operation; those that a definition cannot hold are reported. */
export class Inputs {
  readonly list: InputDraft[] = [];
  readonly #names = new Set<string>();
  readonly #most: number;
  readonly #leftOut: (what: string) => void;

  constructor(most: number, leftOut: (what: string) => void) {
    this.#most = most;
    this.#leftOut = leftOut;
  }

  addPath(segments: readonly Segment[]): void {
    for (const segment of segments) {
      if (typeof segment === "string") continue;
      this.#names.add(segment.name);
      this.list.push({ name: segment.name, in: "path", label: labelOf(segment.name), required: true });
    }
  }

  /** What a query or a form has: a name that comes twice is a list. */
  addPairs(place: "query" | "body" | "header", pairs: readonly Pair[]): void {
    const values = new Map<string, Json[]>();
    for (const [name, value] of pairs) {
      const plain = isPlaceholder(value) ? "" : plainValue(value, name);
      const same = values.get(name);
      if (same) same.push(plain);
      else values.set(name, [plain]);
    }
    for (const [name, all] of values) this.add(place, name, all.length > 1 || name.endsWith("[]") ? all : all[0]!);
  }

  addBody(body: SentBody | null): void {
    if (body === null) return;
    if (body.kind === "text")
      return void this.list.push({ name: this.#name("body"), in: "body", wire: "", label: "Body", control: "longtext", required: true });
    if (body.kind === "json") return this.#addJson(body.value);
    this.addPairs("body", body.members);
    for (const name of new Set(body.files))
      this.#push(name, { in: "body", schema: { type: "object" }, control: "json", help: "A file: its filename, contentType and base64." });
  }

  #addJson(value: Json): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const schema = schemaOfValue(value);
      return void this.list.push({
        name: this.#name("body"),
        in: "body",
        wire: "",
        label: "Body",
        control: "json",
        required: true,
        ...(schema.type !== undefined && { schema }),
      });
    }
    for (const [name, member] of Object.entries(value)) this.add("body", name, member);
  }

  add(place: "query" | "body" | "header", name: string, value: Json): void {
    const shown = typeof value === "string" && isPlaceholder(value) ? "" : value;
    const schema = schemaOfValue(shown);
    const control = controlOf(name, shown);
    this.#push(name, { in: place, ...(schema.type !== undefined && { schema }), ...(control !== undefined && { control }) });
  }

  #push(name: string, facts: Omit<InputDraft, "name" | "label">): void {
    if (name === "" || name.length > longestWire || this.list.length >= this.#most) return this.#leftOut(name.slice(0, longestWire));
    const own = this.#name(name);
    this.list.push({ name: own, ...facts, ...(own !== name && { wire: name }), label: labelOf(name) });
  }

  #name(wanted: string): string {
    const name = unusedName(wanted, this.#names);
    this.#names.add(name);
    return name;
  }
}

/** The inputs of two requests for one operation: all that either has. Of a field that both have, what both values allow. */
export function joinedInputs(one: readonly InputDraft[], other: readonly InputDraft[]): InputDraft[] {
  const same = (a: InputDraft) => (b: InputDraft) => a.in === b.in && (a.wire ?? a.name) === (b.wire ?? b.name);
  const both = one.map((input) => {
    const twin = other.find(same(input));
    return twin?.schema && input.schema ? { ...input, schema: joined(input.schema, twin.schema) } : input.schema ? input : (twin ?? input);
  });
  const names = new Set(both.map(({ name }) => name));
  const added = other
    .filter((input) => !one.some(same(input)))
    .map((input) => {
      const name = unusedName(input.name, names);
      names.add(name);
      return name === input.name ? input : { ...input, name, wire: input.wire ?? input.name };
    });
  return [...both, ...added];
}
