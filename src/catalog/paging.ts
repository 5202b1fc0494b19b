import { MillraceError } from "#kernel/errors.ts";
import { digest } from "#kernel/digest.ts";
import { canonicalJson, getPath } from "#kernel/json.ts";
import { firstOfAddress, inputForAddress, nextAddress, nextOfAddress } from "./address-paging.ts";
import { idOf, versionOf, withoutGone } from "./result.ts";
import type { AddressPaging, Call, InputPaging, Operation, Paging } from "./types.ts";

export interface Page {
  /** Rows not seen on an earlier page. */
  rows: unknown[];
  /** The answer as it came. */
  raw: unknown;
  /** Nothing comes after it. */
  last: boolean;
  /** How many rows there are in all, where the answer says so. */
  total?: number;
}
export interface PageBounds {
  /** After so many pages the list counts as endless, and reading it fails. */
  maxPages?: number;
}
type Input = Record<string, unknown>;
type Paged = Exclude<Paging, { style: "none" }> | AddressPaging;

/**
 * Reads a list page by page to its end. Every filter is sent again with every page. A row that turns up on two pages
 * (the list moved meanwhile) comes once. A list that does not move on, or does not end, is an error: stopping quietly would lose rows.
 */
export async function* pages(operation: Operation, input: Input, call: Call, { maxPages = 1000 }: PageBounds = {}): AsyncGenerator<Page> {
  const paging = operation.paging ?? { style: "none" };
  if (paging.style === "none") {
    const { output, raw } = await call(operation.id, input);
    yield { rows: withoutGone(operation, rowsOf(output)), raw, last: true };
    return;
  }
  const names = namesOf(operation, "in" in paging ? paging.in : "query");
  const ties = paging.style === "lastRow" && paging.ties === true;
  let size = pageSize(paging, input, names);
  const seen = new SeenRows(operation);
  let at = firstPosition(paging, input, names);
  for (let page = 1, read = 0; ; page++) {
    if (page > maxPages) throw endless(operation, `${maxPages} pages`);
    const answer = await call(operation.id, { ...input, ...inputFor(paging, at, size, input, names) }, linkOf(paging, at));
    const all = rowsOf(answer.output);
    const rows = seen.add(all);
    read += all.length;
    const last = isLast(paging, answer.raw, all.length, size, read);
    if (!last && rows.length === 0 && !ties) throw stuck(operation);
    let next = last ? null : nextPosition(paging, at, { ...answer, rows: all, size, read, asked: input });
    yield { rows: withoutGone(operation, rows), raw: answer.raw, last: next === null, ...totalIn(paging, answer.raw) };
    if (!next) return;
    if (canonicalJson(next) === canonicalJson(at)) {
      if (!ties || (all.length >= size && size === paging.max)) throw stuck(operation);
      if (all.length >= size) size = paging.max; // more rows share a value than a small page holds
      else next = lastRow(paging.field, paging.row, all)!; // they were all shown
    }
    at = next;
  }
}

/** The whole list. */
export async function readAll(operation: Operation, input: Input, call: Call, bounds?: PageBounds): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const page of pages(operation, input, call, bounds)) rows.push(...page.rows);
  return rows;
}

/** Where reading stands: values by wire name. */
type Position = Record<string, unknown>;
interface PageRead {
  raw: unknown;
  headers?: Record<string, string>;
  rows: readonly unknown[];
  size: number;
  read: number;
  asked: Input;
}

/** A longer id is remembered by its hash: a list may have a hundred thousand rows. */
const longestId = 200;

/** Rows met so far. One that has an id comes once; those without come as often as they are given, unless a whole page of them comes again. */
class SeenRows {
  readonly #operation: Operation;
  readonly #keys = new Set<string>();

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** Those that were not on an earlier page. */
  add(rows: readonly unknown[]): unknown[] {
    let anyNew = false;
    const unnamed: string[] = [];
    const kept = rows.filter((row) => {
      const id = idOf(this.#operation, row);
      if (id === undefined) return unnamed.push(versionOf(this.#operation, row)) > 0;
      const isNew = this.#isNew(id.length > longestId ? `#${digest(id)}` : `=${id}`);
      anyNew ||= isNew;
      return isNew;
    });
    const page = unnamed.length > 0 && this.#isNew(`#${digest(unnamed.join())}`);
    return anyNew || page ? kept : [];
  }

  #isNew(key: string): boolean {
    const before = this.#keys.size;
    return this.#keys.add(key).size > before;
  }
}

function firstPosition(paging: Paged, input: Input, names: (wire: string) => string): Position {
  if (paging.style === "address") return firstOfAddress(paging.next, input);
  if (paging.style === "offset") return { [paging.offset]: Number(input[names(paging.offset)] ?? 0) };
  if (paging.style !== "page") return {};
  const after = paging.after && input[names(paging.after.field)];
  return after === undefined ? { [paging.page]: Number(input[names(paging.page)] ?? 1) } : { [paging.after!.field]: after };
}

function nextPosition(paging: Paged, at: Position, page: PageRead): Position | null {
  const { raw, rows, size, read } = page;
  switch (paging.style) {
    case "address":
      return nextOfAddress(paging.next, at, page);
    case "link": {
      const link = nextAddress(paging.link ?? null, page);
      return link === null ? null : { link };
    }
    case "offset":
      return { [paging.offset]: (at[paging.offset] as number) + rows.length };
    case "cursor": {
      const next = Object.entries(paging.next).map(([name, path]) => [name, getPath(raw, path) ?? null] as const);
      return next.some(([, value]) => value === null || value === "") ? null : Object.fromEntries(next);
    }
    case "lastRow":
      return paging.ties ? tiedRow(paging.field, paging.row, rows) : lastRow(paging.field, paging.row, rows);
    case "page": {
      const { after, pageRows = Infinity } = paging;
      const beyond = after && (at[after.field] !== undefined || read + size > pageRows);
      return beyond ? lastRow(after.field, after.row, rows) : { [paging.page]: (at[paging.page] as number) + 1 };
    }
  }
}

function lastRow(field: string, path: string, rows: readonly unknown[]): Position | null {
  const value = getPath(rows.at(-1), path);
  return value === undefined || value === null ? null : { [field]: value };
}

/** The last row's value, one nearer to the first's. */
function tiedRow(field: string, path: string, rows: readonly unknown[]): Position | null {
  const [first, last] = [Number(getPath(rows[0], path)), Number(getPath(rows.at(-1), path))];
  return Number.isFinite(last) ? { [field]: first < last ? last - 1 : last + 1 } : lastRow(field, path, rows);
}

/** The answer's own word decides where it gives one; else a page that is not full is the last. */
function isLast(paging: Paged, raw: unknown, count: number, size: number, read: number): boolean {
  if (count === 0) return true;
  const more = "more" in paging && paging.more ? getPath(raw, paging.more) : undefined;
  if (typeof more === "boolean") return !more;
  const { total } = totalIn(paging, raw);
  if (total !== undefined && total >= read) return read === total;
  if (!("size" in paging)) return false;
  return count < Math.min(size, ("floor" in paging && paging.floor) || size);
}

function totalIn(paging: Paged, raw: unknown): { total?: number } {
  const total = "total" in paging && paging.total ? getPath(raw, paging.total) : undefined;
  return typeof total === "number" ? { total } : {};
}

function inputFor(paging: Paged, at: Position, size: number, input: Input, names: (wire: string) => string): Input {
  if (paging.style === "address") return inputForAddress(paging.next, at, input);
  if (paging.style === "link") return {};
  const asText = (paging.style === "offset" && paging.asText) || (paging.style === "cursor" && paging.sizeAsText);
  const fit = (value: unknown) => (paging.style === "offset" && asText ? String(value) : value);
  const moved = Object.fromEntries(Object.entries(at).map(([wire, value]) => [names(wire), fit(value)]));
  const stale = paging.style === "page" && paging.after ? { [names(paging.page)]: undefined, [names(paging.after.field)]: undefined } : {};
  return { ...stale, ...moved, [names(paging.size)]: asText ? String(size) : size };
}

/** The address that the page before named. */
const linkOf = (paging: Paged, at: Position): string | undefined =>
  paging.style === "link" ? (at["link"] as string | undefined) : undefined;

/** The size a person asks for counts, as far as the other side allows it; a list that goes on by addresses knows of no size. */
function pageSize(paging: Paged, input: Input, names: (wire: string) => string): number {
  if (!("size" in paging)) return Infinity;
  const asked = input[names(paging.size)];
  const size = Number(asked ?? paging.max);
  return Number.isInteger(size) && size > 0 ? Math.min(size, paging.max) : paging.max;
}

/** The input that sets the size of a page, and the smallest and largest it may be; null where there is none. */
export function sizeField(operation: Operation): { name: string; min: number; max: number } | null {
  const paging = inputPaging(operation);
  if (paging === null) return null;
  const name = namesOf(operation, paging.in)(paging.size);
  return { name, min: operation.input.find((field) => field.name === name)?.schema.minimum ?? 1, max: paging.max };
}

/** How a list is paged, if inputs of the operation say which page; else null. */
export const inputPaging = ({ paging }: Pick<Operation, "paging">): InputPaging | null => (paging && "size" in paging ? paging : null);

/** The wire names of what moves from page to page. */
export function positionNames(paging: InputPaging): string[] {
  switch (paging.style) {
    case "offset":
      return [paging.offset];
    case "cursor":
      return Object.keys(paging.next);
    case "lastRow":
      return [paging.field];
    case "page":
      return [paging.page, ...(paging.after ? [paging.after.field] : [])];
  }
}

/** Paging speaks wire names; an input speaks the fields' own. */
function namesOf({ input }: Operation, place: "query" | "body"): (wire: string) => string {
  const byWire = new Map(input.filter((f) => f.in === place).map((f) => [f.wire ?? f.name, f.name]));
  return (wire) => byWire.get(wire) ?? wire;
}

const rowsOf = (output: unknown): unknown[] => (Array.isArray(output) ? output : output === null || output === undefined ? [] : [output]);

const stuck = ({ app, title }: Operation) =>
  new MillraceError("OUTBOUND_FAILED", {
    details: {
      app,
      operation: title,
      status: 200,
      message: "it gave the same page twice, so the list cannot be read to its end",
      outcome: "refused",
    },
  });
const endless = ({ title }: Operation, limit: string) =>
  new MillraceError("OUTBOUND_TOO_LARGE", { details: { host: title, limit, outcome: "refused" } });
