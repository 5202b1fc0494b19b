import type { SearchField } from "#catalog/types.ts";
import { operatorWords } from "#engine/mapping/words/condition-words.ts";
import type { RowOperator } from "#engine/mapping/words/conditions.ts";
import { isObject, type Json } from "#kernel/json.ts";

/** Pure: the filters of a search, between how they are written and how they are edited. */

export type Comparison = Extract<
  RowOperator,
  "is" | "isNot" | "contains" | "containsNot" | "moreThan" | "atLeast" | "lessThan" | "atMost" | "filled" | "blank"
>;
export interface FilterRow {
  kind: "row";
  field: string;
  comparison: Comparison;
  value?: Json;
}
export interface FilterGroup {
  kind: "group";
  match: "all" | "any";
  of: readonly Filter[];
}
export type Filter = FilterRow | FilterGroup;

const operators = {
  is: "eq",
  isNot: "not_eq",
  contains: "contains",
  containsNot: "not_contains",
  filled: "exists",
  blank: "not_exists",
} as const satisfies Partial<Record<Comparison, string>>;
const bounds = { moreThan: "gt", atLeast: "gte", lessThan: "lt", atMost: "lte" } as const satisfies Partial<Record<Comparison, string>>;

const isBound = (comparison: Comparison): comparison is keyof typeof bounds => comparison in bounds;
/** Whether a comparison is with something. */
export const takesValue = (comparison: Comparison): boolean => comparison !== "filled" && comparison !== "blank";

/** Null: not all of them can be shown as rows. What is read here is written back the same. */
export function readFilters(value: unknown): FilterGroup | null {
  if (value === undefined || value === "") return { kind: "group", match: "all", of: [] };
  if (!Array.isArray(value)) return null;
  const of = readAll(value);
  const [only] = of ?? [];
  // Several of which any is enough are one group: people choose that above their rows.
  if (of?.length === 1 && only?.kind === "group" && only.match === "any") return only;
  return of && { kind: "group", match: "all", of };
}

function readAll(values: readonly unknown[]): Filter[] | null {
  const read = values.map(readOne);
  return read.every((one) => one !== null) ? read : null;
}

function readOne(value: unknown): Filter | null {
  if (!isObject(value)) return null;
  const { field, operator, value: right, group, filters } = value;
  if (group !== undefined) {
    const of = hasOnly(value, ["group", "filters"]) && Array.isArray(filters) ? readAll(filters) : null;
    return of && (group === "AND" || group === "OR") ? { kind: "group", match: group === "AND" ? "all" : "any", of } : null;
  }
  if (typeof field !== "string" || !hasOnly(value, ["field", "operator", "value"])) return null;
  if (operator === "range") return readBound(field, right);
  const comparison = keyWith(operators, operator);
  if (comparison === undefined || (right !== undefined && (!takesValue(comparison) || !isShown(right)))) return null;
  return { kind: "row", field, comparison, ...(right !== undefined && { value: right }) };
}

/** A range with one bound; one with two is no row. */
function readBound(field: string, range: unknown): FilterRow | null {
  const [[bound, value] = [], second] = isObject(range) ? Object.entries(range) : [];
  const comparison = keyWith(bounds, bound);
  if (comparison === undefined || second !== undefined || !isShown(value)) return null;
  return { kind: "row", field, comparison, value };
}

const isShown = (value: unknown): value is Json => ["string", "number", "boolean"].includes(typeof value);
const hasOnly = (value: object, names: readonly string[]): boolean => Object.keys(value).every((name) => names.includes(name));
const keyWith = <K extends string>(table: Readonly<Record<K, string>>, value: unknown): K | undefined =>
  (Object.keys(table) as K[]).find((key) => table[key] === value);

/** As the search takes them: nothing where there are none. A row without its field is not written yet. */
export function writeFilters({ match, of }: FilterGroup): Json[] | undefined {
  const written = of.flatMap(writeOne);
  if (written.length === 0) return undefined;
  return match === "any" ? [{ group: "OR", filters: written }] : written;
}

function writeOne(filter: Filter): Json[] {
  if (filter.kind === "group") {
    const filters = filter.of.flatMap(writeOne);
    return filters.length === 0 ? [] : [{ group: filter.match === "all" ? "AND" : "OR", filters }];
  }
  const { field, comparison, value } = filter;
  if (field === "") return [];
  if (isBound(comparison)) return [{ field, operator: "range", value: { [bounds[comparison]]: value ?? "" } }];
  return [{ field, operator: operators[comparison], ...(value !== undefined && { value }) }];
}

/** Whether a row has its field and lacks what it is compared with: the search would be wider than meant, or refused. */
export const lacksValue = ({ field, comparison, value }: FilterRow): boolean =>
  field !== "" && takesValue(comparison) && (value === undefined || value === "");

const ofText: readonly Comparison[] = ["is", "isNot", "contains", "containsNot", "filled", "blank"];
const ofOne: readonly Comparison[] = ["is", "isNot", "filled", "blank"];
const ofSize: readonly Comparison[] = ["is", "isNot", "moreThan", "atLeast", "lessThan", "atMost", "filled", "blank"];

const comparisons: Readonly<Record<SearchField["control"], readonly Comparison[]>> = {
  text: ofText,
  number: ofSize,
  date: ["moreThan", "atLeast", "lessThan", "atMost", "filled", "blank"],
  checkbox: ["is", "isNot"],
  choice: ofOne,
  lookup: ofOne,
  tags: ofOne,
};

/** How a field can be compared, in the words of conditions; the first is what is meant most often. */
export function comparisonsFor(control: SearchField["control"]): { comparison: Comparison; words: string }[] {
  return comparisons[control].map((comparison) => ({ comparison, words: wordsFor(comparison, control) }));
}

/** Of tags, one is compared with. */
const wordsOfTags: Readonly<Partial<Record<Comparison, string>>> = {
  is: "include",
  isNot: "do not include",
  filled: "are not empty",
  blank: "are empty",
};

function wordsFor(comparison: Comparison, control: SearchField["control"]): string {
  const words = operatorWords[comparison];
  const { says } = control === "date" ? (words.ofDate ?? words) : words;
  return control === "tags" ? (wordsOfTags[comparison] ?? says) : says;
}

/** The row with another field: what it was compared with is of no use to it. */
export const withField = (field: string, control: SearchField["control"]): FilterRow => ({
  kind: "row",
  field,
  comparison: comparisons[control][0]!,
});

/** The group with another of its filters; null takes it away. */
export const withFilterAt = (group: FilterGroup, at: number, next: Filter | null): FilterGroup => ({
  ...group,
  of: next === null ? group.of.toSpliced(at, 1) : group.of.toSpliced(at, 1, next),
});
