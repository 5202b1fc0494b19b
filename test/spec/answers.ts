import { isObject } from "#kernel/json.ts";
import type { Operation } from "#catalog/types.ts";
import { operationsAt, type Described, type Description, type Raw } from "./document.ts";
import { membersOf, type Members, type Place } from "./members.ts";

/**
 * What the vendor's description has against the way Millrace reads an answer: where it looks for the record or list, its identity, its
 * time of change and the marks of its pages, and what the catalog shows of it. Nothing where no answer is described.
 */
export function answerJudge(description: Description): (operation: Operation) => string[] {
  const members = membersOf(description);
  return (operation) => {
    const [described] = operationsAt(description, operation.method, operation.path);
    const schema = described && successOf(described);
    if (!described || !schema) return [];
    return faultsIn(operation, { document: described.document, schema }, members);
  };
}

function faultsIn(operation: Operation, answer: Place, { at, items }: Members): string[] {
  if (operation.keyed) return []; // its rows stand under keys that no description can list
  const missing = markPaths(operation).filter((path) => !at(answer, path));
  const marks = missing.map((path) => `answer: lacks '${path}'`);
  const paths = [operation.result, ...(operation.resultOr ?? [])];
  const found = paths.map((path) => at(answer, path)).find((place) => place !== undefined);
  if (!found) return [`answer: lacks '${operation.result}'`, ...marks];
  const row = items(found) ?? (operation.list && !operation.lone ? undefined : found);
  if (!row) return [`answer: '${operation.result}' is no list`, ...marks];
  const looked = rowPaths(operation).filter((path) => !at(row, path));
  return [...marks, ...looked.map((path) => `row: lacks '${path}'`)];
}

/** What is read of an answer beside its rows. */
function markPaths({ paging }: Operation): string[] {
  if (!paging || paging.style === "none") return [];
  const next = paging.style === "cursor" ? Object.values(paging.next) : [];
  const more = "more" in paging ? paging.more : undefined;
  const total = "total" in paging ? paging.total : undefined;
  return [...next, more, total].filter((path) => path !== undefined);
}

/** What is read of a row, and what the example shows of it. */
function rowPaths({ identity, changed, show = [], example, paging }: Operation): string[] {
  const output: unknown = example?.output;
  const shown: unknown = Array.isArray(output) ? output[0] : output;
  const after = paging?.style === "page" ? paging.after?.row : paging?.style === "lastRow" ? paging.row : undefined;
  const paths = [identity, changed, after, ...show, ...(isObject(shown) ? Object.keys(shown) : [])];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

function successOf({ operation: { responses } }: Described): Raw | undefined {
  const [status] = Object.keys(responses)
    .filter((s) => s.startsWith("2"))
    .sort();
  return status === undefined ? undefined : responses[status]!.content?.["application/json"]?.schema;
}
