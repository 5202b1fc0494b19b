import type { SearchField } from "#catalog/types.ts";
import { isObject, type Json } from "#kernel/json.ts";

/** Pure: the order of a search, between how it is written and how it is edited. */

export interface OrderRow {
  field: string;
  direction: "asc" | "desc";
}

/** Null: it cannot be shown as rows. */
export function readOrder(value: unknown): OrderRow[] | null {
  if (value === undefined || value === "") return [];
  if (!Array.isArray(value)) return null;
  const rows = value.map(readOne);
  return rows.every((row) => row !== null) ? rows : null;
}

function readOne(value: unknown): OrderRow | null {
  if (!isObject(value) || Object.keys(value).length !== 2) return null;
  const { field, direction } = value;
  return typeof field === "string" && (direction === "asc" || direction === "desc") ? { field, direction } : null;
}

/** Nothing where there are none. */
export const writeOrder = (rows: readonly OrderRow[]): Json[] | undefined =>
  rows.length === 0 ? undefined : rows.map(({ field, direction }) => ({ field, direction }));

const words: Partial<Record<SearchField["control"], Record<OrderRow["direction"], string>>> = {
  date: { asc: "oldest first", desc: "newest first" },
  number: { asc: "lowest first", desc: "highest first" },
};

/** What a direction means for a field. */
export const directionWords = (control: SearchField["control"]): Record<OrderRow["direction"], string> =>
  words[control] ?? { asc: "from A to Z", desc: "from Z to A" };

/** The order most people mean: the newest and the highest first, names from A to Z. */
export const usualDirection = (control: SearchField["control"]): OrderRow["direction"] => (control in words ? "desc" : "asc");
