import { cutText } from "#kernel/characters.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { oneLine } from "#kernel/one-line.ts";
import { NotConvertible } from "./expr.ts";
import { fitsLine, ImportReport, type Why } from "./report.ts";
import { isSecretText } from "./secrets.ts";

export type Key = string | number;

/**
 * A place in an export: its value, and which values of the export lie in it. Whoever reads it says what became of them: they are in the flow
 * (`converted`), they need a person (`toCheck`), or nothing is to be done about them (`ignored`).
 */
export class ExportNode {
  readonly value: Json;
  readonly path: readonly Key[];
  readonly start: number;
  readonly end: number;
  /** The path in words: an item of a list goes by its name, where it has one. */
  readonly #place: readonly string[];
  readonly #report: ImportReport;
  readonly #members: ReadonlyMap<Key, ExportNode>;

  private constructor(value: Json, path: readonly Key[], place: readonly string[], report: ImportReport) {
    this.value = value;
    this.path = path;
    this.#place = place;
    this.#report = report;
    this.start = report.size;
    if (value === null || holdsNothing(value)) this.#members = none;
    else if (typeof value === "object")
      this.#members = new Map(
        entriesOf(value).map(([key, member]) => [key, new ExportNode(member, [...path, key], [...place, wordsFor(key, member)], report)]),
      );
    else {
      this.#members = none;
      report.add();
    }
    this.end = report.size;
  }

  /** The root of an export, whose depth and number of values were checked before. */
  static of(value: Json): ExportNode {
    return new ExportNode(value, [], [], new ImportReport());
  }

  get report(): ImportReport {
    return this.#report;
  }

  /** What lies under these keys; undefined where nothing does. */
  get(...keys: Key[]): ExportNode | undefined {
    return keys.reduce<ExportNode | undefined>((part, key) => (part ? part.#members.get(key) : undefined), this);
  }

  /** The first of these members that is there. */
  either(...names: string[]): ExportNode | undefined {
    return names.map((name) => this.get(name)).find((part) => part !== undefined && !holdsNothing(part.value));
  }

  /** Its members by name, or its items by number. */
  entries(): [Key, ExportNode][] {
    return [...this.#members];
  }

  items(): ExportNode[] {
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

  /** Its text, where only a text can be read. Throws NotConvertible for a list or an object with something in it. */
  get plainText(): string {
    if (this.#members.size > 0) throw new NotConvertible("compares with a list or an object");
    return this.text;
  }

  textAt(...keys: Key[]): string {
    return this.get(...keys)?.text ?? "";
  }

  /** Its text, which is in the flow from now on. */
  take(): string {
    this.converted();
    return this.text;
  }

  takeAt(...keys: Key[]): string {
    return this.get(...keys)?.take() ?? "";
  }

  converted(): this {
    this.#report.converted(this);
    return this;
  }

  /** It is not in the flow, or needs a look there. What is too long for a line, or has a secret in it, has a line for each of its members. */
  check(why: Why, label = ""): void {
    const isWhole = this.#members.size === 0 || (fitsLine(this.value) && !holdsSecret(this.value, this.#name(label)));
    if (!isWhole) {
      for (const [key, member] of this.#members)
        if (member.start < member.end)
          member.check({ ...why, at: `${why.at} › ${member.#place.at(-1)}` }, key === "value" ? this.textAt("name") : "");
      return;
    }
    const secret = why.secret === true || holdsSecret(this.value, this.#name(label));
    this.#report.check(this, { ...why, secret });
  }

  /** What its value is called: by its key, or by the name that stands beside it. */
  #name(label: string): string {
    return `${label} ${this.path.at(-1) ?? ""}`;
  }

  /** It is ignored, and nobody misses it. */
  ignore(reason: string): void {
    this.#report.ignore(this, this.#place.join(" › "), reason);
  }

  ignoreAt(reason: string, ...names: string[]): void {
    for (const name of names) this.get(name)?.ignore(reason);
  }
}

const none: ReadonlyMap<Key, ExportNode> = new Map();

/** What says nothing is not counted: null, an empty text, an empty list. */
export const holdsNothing = (value: Json): boolean =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** Whether a text in it must not be repeated. */
function holdsSecret(value: Json, name: string): boolean {
  if (typeof value === "string") return isSecretText(value, name);
  if (value === null || typeof value !== "object") return false;
  const label = isObject(value) && typeof value["name"] === "string" ? value["name"] : "";
  return entriesOf(value).some(([key, member]) => holdsSecret(member, key === "value" ? `${label} value` : String(key)));
}

const longestWords = 60;

/** What a member is called: an item of a list by its name, where it has one. */
function wordsFor(key: Key, member: Json): string {
  const name = typeof key === "number" && isObject(member) ? member["name"] : undefined;
  return cutText(typeof name === "string" && name.trim() !== "" ? oneLine(name) : String(key), longestWords);
}

const entriesOf = (value: Exclude<Json, string | number | boolean | null>): [Key, Json][] =>
  Array.isArray(value) ? value.map((item, i): [Key, Json] => [i, item]) : Object.entries(value);
