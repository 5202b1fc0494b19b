import { isObject, type Json } from "#kernel/json.ts";
import { Ledger, type Why } from "./ledger.ts";

export type Key = string | number;

/**
 * A place in an export: its value, and which values of the export lie in it. Whoever reads it says what became of them: they are in the flow
 * (`mapped`), they need a person (`listed`), or nothing is to be done about them (`left`).
 */
export class Part {
  readonly value: Json;
  readonly path: readonly Key[];
  readonly start: number;
  readonly end: number;
  readonly #ledger: Ledger;
  readonly #members: ReadonlyMap<Key, Part>;

  private constructor(value: Json, path: readonly Key[], ledger: Ledger) {
    this.value = value;
    this.path = path;
    this.#ledger = ledger;
    this.start = ledger.size;
    if (value === null || holdsNothing(value)) this.#members = none;
    else if (typeof value === "object")
      this.#members = new Map(entriesOf(value).map(([key, member]) => [key, new Part(member, [...path, key], ledger)]));
    else {
      this.#members = none;
      ledger.add();
    }
    this.end = ledger.size;
  }

  /** The root of an export, whose depth and number of values were checked before. */
  static of(value: Json): Part {
    return new Part(value, [], new Ledger());
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** What lies under these keys; undefined where nothing does. */
  get(...keys: Key[]): Part | undefined {
    return keys.reduce<Part | undefined>((part, key) => (part ? part.#members.get(key) : undefined), this);
  }

  /** The first of these members that is there. */
  either(...names: string[]): Part | undefined {
    return names.map((name) => this.get(name)).find((part) => part !== undefined && !holdsNothing(part.value));
  }

  /** Its members by name, or its items by number. */
  entries(): [Key, Part][] {
    return [...this.#members];
  }

  items(): Part[] {
    return Array.isArray(this.value) ? [...this.#members.values()] : [];
  }

  get isObject(): boolean {
    return isObject(this.value);
  }

  get isList(): boolean {
    return Array.isArray(this.value);
  }

  /** A text, or a number as one; empty for anything else. */
  get text(): string {
    return typeof this.value === "string" ? this.value : typeof this.value === "number" ? String(this.value) : "";
  }

  textAt(...keys: Key[]): string {
    return this.get(...keys)?.text ?? "";
  }

  /** Its text, which is in the flow from now on. */
  take(): string {
    this.mapped();
    return this.text;
  }

  takeAt(...keys: Key[]): string {
    return this.get(...keys)?.take() ?? "";
  }

  mapped(): this {
    this.#ledger.mapped(this);
    return this;
  }

  /** It is not in the flow, or needs a look there. */
  listed(why: Why): void {
    this.#ledger.listed(this, why);
  }

  /** It is not taken over, and nobody misses it. */
  left(reason: string): void {
    this.#ledger.left(this, reason);
  }

  leaveAt(reason: string, ...names: string[]): void {
    for (const name of names) this.get(name)?.left(reason);
  }
}

const none: ReadonlyMap<Key, Part> = new Map();

/** What says nothing is not counted: null, an empty text, an empty list. */
export const holdsNothing = (value: Json): boolean =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

const entriesOf = (value: Exclude<Json, string | number | boolean | null>): [Key, Json][] =>
  Array.isArray(value) ? value.map((item, i): [Key, Json] => [i, item]) : Object.entries(value);
