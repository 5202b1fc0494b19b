import { momentMs } from "#catalog/moments.ts";
import { contentHash, digest } from "#kernel/digest.ts";
import { getPath, isObject } from "#kernel/json.ts";
import type { PollPlan } from "./plan.ts";

/** One row of a read, as far as comparing goes. */
export interface Observed {
  /** Tells the record from the others of its list. */
  key: string;
  hash: string;
  /** The row's own time, epoch ms, in UTC where it names no zone: only its order counts. Null where it has none that can be read. */
  time: number | null;
  row: unknown;
}

type RowFacts = Pick<PollPlan, "identity" | "identityOr" | "time" | "volatile" | "only"> & Partial<Pick<PollPlan, "list">>;

const longestKey = 200;

/** Reads key, content hash and time off a row. The hash decides even where a time is trusted: two changes may share one millisecond. */
export function observe(facts: RowFacts, row: unknown): Observed {
  const hash = contentHash(contentOf(facts, row));
  return { key: keyOf(facts, row, hash), hash, time: facts.time === null ? null : momentMs(getPath(row, facts.time)), row };
}

function contentOf({ only, volatile }: RowFacts, row: unknown): unknown {
  if (only) return only.map((path) => getPath(row, path) ?? null);
  return volatile.length ? without(row, volatile) : row;
}

/** Rows of a page that are something: a single read that found nothing gives null. */
export const presentRows = (rows: readonly unknown[]): unknown[] => rows.filter((row) => row !== null && row !== undefined);

/** The key of the one record of a read that gives no list, where it has no id. */
const onlyOne = "*";

/** A row that nothing else tells from others is told by its content: each content is then a record of its own. */
function keyOf({ identity, identityOr = [], list = true }: RowFacts, row: unknown, hash: string): string {
  const id = idOf({ identity, identityOr }, row);
  if (id === undefined) return list ? `#${hash}` : onlyOne;
  const text = String(id);
  return text.length <= longestKey ? text : `#${digest(text)}`;
}

/** A row's id; undefined where it has none. */
export function idOf({ identity, identityOr = [] }: Pick<RowFacts, "identity" | "identityOr">, row: unknown): string | number | undefined {
  const paths = identity === null ? identityOr : [identity, ...identityOr];
  return paths.map((path) => getPath(row, path)).find(isId);
}

const isId = (value: unknown): value is string | number => typeof value === "number" || (typeof value === "string" && value !== "");

/** A value without what stands at these paths. */
export function without(row: unknown, paths: readonly string[]): unknown {
  return paths.reduce(withoutPath, row);
}

function withoutPath(value: unknown, path: string): unknown {
  if (!isObject(value)) return value;
  const [head = "", ...rest] = path.split(".");
  if (!Object.hasOwn(value, head)) return value;
  if (rest.length > 0) return { ...value, [head]: withoutPath(value[head], rest.join(".")) };
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== head));
}
