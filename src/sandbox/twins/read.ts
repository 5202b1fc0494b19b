import { notFound, unprocessable } from "../refusal.ts";
import type { TwinRequest } from "./door.ts";

/** What a twin reads of a body: what fits, and a sentence for each member that does not. Thrown together, as a strict validator does. */
export class BodyReader {
  readonly #body: Record<string, unknown>;
  readonly #faults: string[] = [];

  constructor(body: Record<string, unknown>) {
    this.#body = body;
  }

  text(name: string, { required = false, pattern = /^/, words = "must be a text" } = {}): string | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null || value === "") {
      if (required) this.#faults.push(`${name} should not be empty`);
      return undefined;
    }
    if (typeof value === "string" && value.length <= 2000 && pattern.test(value)) return value;
    this.#faults.push(`${name} ${words}`);
    return undefined;
  }

  needed(name: string, how: { pattern?: RegExp; words?: string } = {}): string {
    return this.text(name, { ...how, required: true }) ?? "";
  }

  /** A text, or `null` where the body empties it. */
  textOrNull(name: string, how: { pattern?: RegExp; words?: string } = {}): string | null | undefined {
    return this.#body[name] === null || this.#body[name] === "" ? null : this.text(name, how);
  }

  number(name: string): number {
    const value = this.#body[name];
    if (typeof value !== "number" || !Number.isFinite(value)) this.#faults.push(`${name} must be a number`);
    return Number(value);
  }

  texts(name: string): string[] | undefined {
    const value = this.#body[name];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value) && value.length <= 500 && value.every((each) => typeof each === "string"))
      return [...new Set(value)] as string[];
    this.#faults.push(`${name} must be a list of texts`);
    return undefined;
  }

  /** Throws what was wrong. */
  end(): void {
    if (this.#faults.length > 0) throw unprocessable(this.#faults);
  }
}

/** The page of a list that a request asks for, under the list's name. */
export function pageOf<T>(name: string, rows: readonly T[], { query }: TwinRequest): Record<string, unknown> {
  const size = Math.min(Number(query["pageSize"]) || 50, 100);
  const page = Math.max(Number(query["page"]) || 1, 1);
  return { [name]: rows.slice((page - 1) * size, page * size), total: rows.length, page };
}

/** The rows after the one that a request names, under the list's name, with the address of the page that follows. */
export function pageByAddress<T extends { id: string }>(
  name: string,
  rows: readonly T[],
  { query, address }: TwinRequest,
): Record<string, unknown> {
  const { after = "", ...asked } = query;
  const from = after === "" ? 0 : rows.findIndex(({ id }) => id === after) + 1;
  const page = rows.slice(from, from + addressedRows);
  const isLast = from + page.length >= rows.length;
  return { [name]: page, next: isLast ? null : `${address}?${new URLSearchParams({ ...asked, after: page.at(-1)!.id })}` };
}
const addressedRows = 50;

/** Rows of the sub-account that is asked for; those of no sub-account belong to each. */
export const inPlace = <T extends { locationId?: string | undefined }>(rows: readonly T[], { query }: TwinRequest): T[] =>
  rows.filter((row) => !query["locationId"] || row.locationId === undefined || row.locationId === query["locationId"]);

/** As asked for: as they are kept, or those first that changed last. */
export const inOrder = <T extends { updatedAt: string }>(rows: readonly T[], { query }: TwinRequest): readonly T[] =>
  query["order"] === "newest" ? rows.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0)) : rows;

/** A row, or a refusal that it is not there. */
export function there<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw notFound(`There is no such ${what}`);
  return row;
}
