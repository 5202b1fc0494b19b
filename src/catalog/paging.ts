import { MillraceError } from "#kernel/errors.ts";
import { canonicalJson, getPath } from "#kernel/json.ts";
import { identityOf, withoutGone } from "./result.ts";
import type { Call, Operation, Paging } from "./types.ts";

export interface Page {
  /** Rows not seen on an earlier page. */
  rows: unknown[];
  /** The answer as it came. */
  raw: unknown;
}
export interface PageBounds {
  /** After so many pages the list counts as endless, and reading it fails. */
  maxPages?: number;
}
type Input = Record<string, unknown>;
type Paged = Exclude<Paging, { style: "none" }>;

/**
 * Reads a list page by page to its end. Every filter is sent again with every page. A row that turns up on two pages
 * (the list moved meanwhile) comes once. A list that does not move on, or does not end, is an error: stopping quietly would lose rows.
 */
export async function* pages(operation: Operation, input: Input, call: Call, { maxPages = 1000 }: PageBounds = {}): AsyncGenerator<Page> {
  const paging = operation.paging ?? { style: "none" };
  if (paging.style === "none") {
    const { output, raw } = await call(operation.id, input);
    yield { rows: withoutGone(operation, rowsOf(output)), raw };
    return;
  }
  const names = namesOf(operation, paging.in);
  const ties = paging.style === "lastRow" && paging.ties === true;
  let size = pageSize(paging, input[names(paging.size)]);
  const seen = new Set<string>();
  let at = firstPosition(paging, input, names);
  for (let page = 1, read = 0; ; page++) {
    if (page > maxPages) throw endless(operation, `${maxPages} pages`);
    const { output, raw } = await call(operation.id, { ...input, ...inputFor(paging, at, size, names) });
    const all = rowsOf(output);
    const rows = all.filter((row) => isNew(seen, identityOf(operation, row)));
    read += all.length;
    if (rows.length > 0 || page === 1) yield { rows: withoutGone(operation, rows), raw };
    if (isLast(paging, raw, all.length, size, read)) return;
    if (rows.length === 0 && !ties) throw stuck(operation);
    let next = nextPosition(paging, at, { raw, rows: all, size, read });
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
  rows: readonly unknown[];
  size: number;
  read: number;
}

function firstPosition(paging: Paged, input: Input, names: (wire: string) => string): Position {
  if (paging.style === "offset") return { [paging.offset]: Number(input[names(paging.offset)] ?? 0) };
  if (paging.style !== "page") return {};
  const after = paging.after && input[names(paging.after.field)];
  return after === undefined ? { [paging.page]: Number(input[names(paging.page)] ?? 1) } : { [paging.after!.field]: after };
}

function nextPosition(paging: Paged, at: Position, { raw, rows, size, read }: PageRead): Position | null {
  switch (paging.style) {
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
  const total = "total" in paging && paging.total ? getPath(raw, paging.total) : undefined;
  if (typeof total === "number" && total >= read) return read === total;
  return count < Math.min(size, ("floor" in paging && paging.floor) || size);
}

function inputFor(paging: Paged, at: Position, size: number, names: (wire: string) => string): Input {
  const asText = (paging.style === "offset" && paging.asText) || (paging.style === "cursor" && paging.sizeAsText);
  const fit = (value: unknown) => (paging.style === "offset" && asText ? String(value) : value);
  const moved = Object.fromEntries(Object.entries(at).map(([wire, value]) => [names(wire), fit(value)]));
  const stale = paging.style === "page" && paging.after ? { [names(paging.page)]: undefined, [names(paging.after.field)]: undefined } : {};
  return { ...stale, ...moved, [names(paging.size)]: asText ? String(size) : size };
}

function pageSize(paging: Paged, asked: unknown): number {
  const size = Number(asked ?? paging.max);
  return Number.isInteger(size) && size > 0 ? Math.min(size, paging.max) : paging.max;
}

/** Paging speaks wire names; an input speaks the fields' own. */
function namesOf({ input }: Operation, place: "query" | "body"): (wire: string) => string {
  const byWire = new Map(input.filter((f) => f.in === place).map((f) => [f.wire ?? f.name, f.name]));
  return (wire) => byWire.get(wire) ?? wire;
}

const rowsOf = (output: unknown): unknown[] => (Array.isArray(output) ? output : output === null || output === undefined ? [] : [output]);

function isNew(seen: Set<string>, identity: string): boolean {
  if (seen.has(identity)) return false;
  seen.add(identity);
  return true;
}

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
