import type { Json } from "#kernel/json.ts";
import { isObject } from "#kernel/json.ts";
import type { Operation } from "#catalog/types.ts";
import type { AnswerBody, Call } from "./call.ts";

type Asked = Pick<Call, "query" | "body">;

/** The reads of the catalog that are answered by their examples: by route. A recipe asks others; rows under keys of their own are not laid out. */
export function readsByExample(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  const reads = operations.filter((o) => o.effect === "read" && o.example && !o.recipe && !o.keyed);
  return new Map(reads.map((o) => [`${o.method} ${o.path}`, o]));
}

/**
 * The described answer with the catalog's example as its result, so that a call returns the rows that the catalog shows. A list has only these rows,
 * whatever its paging.
 */
export function withExample(described: AnswerBody, { result, list, example, paging }: Operation, asked: Asked): AnswerBody {
  const rows = list && isBeyondFirstPage(paging, { ...asked.query, ...asked.body }) ? [] : example!.output;
  const ended = isObject(described) ? endOf(paging, rows).reduce((answer, [path, value]) => placed(answer, path, value), described) : {};
  return result === "" ? (rows as AnswerBody) : placed(ended, result, rows);
}

function isBeyondFirstPage(paging: Operation["paging"], asked: Readonly<Record<string, unknown>>): boolean {
  switch (paging?.style) {
    case "offset":
      return Number(asked[paging.offset] ?? 0) > 0;
    case "page":
      return Number(asked[paging.page] ?? 1) > 1 || (paging.after !== undefined && asked[paging.after.field] !== undefined);
    case "lastRow":
      return asked[paging.field] !== undefined;
    case "cursor":
      return Object.keys(paging.next).some((field) => asked[field] !== undefined);
    default:
      return false;
  }
}

/** The members that end a list: no more rows, the total, and no next page. */
function endOf(paging: Operation["paging"], rows: Json): [path: string, value: Json][] {
  if (!paging || !("size" in paging)) return [];
  const nowhere = paging.style === "cursor" ? Object.values(paging.next).map((path): [string, Json] => [path, null]) : [];
  const more = "more" in paging && paging.more ? [[paging.more, false] as [string, Json]] : [];
  const total = "total" in paging && paging.total && Array.isArray(rows) ? [[paging.total, rows.length] as [string, Json]] : [];
  return [...nowhere, ...more, ...total];
}

function placed(answer: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const [key = "", ...rest] = path.split(".");
  const inner = answer[key];
  return { ...answer, [key]: rest.length === 0 ? value : placed(isObject(inner) ? inner : {}, rest.join("."), value) };
}
