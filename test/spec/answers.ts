import { isObject } from "#kernel/json.ts";
import type { Operation } from "#catalog/types.ts";
import { operationsAt, type Described, type Description, type Raw } from "./document.ts";
import { membersOf, type Members, type Place } from "./members.ts";
import { schemaJudge } from "./schemas.ts";

/**
 * What the vendor's description has against the way Millrace reads an answer: where it looks for the record or list, its identity, its
 * time of change and the marks of its pages, and what the catalog shows of it. Nothing where no answer is described.
 */
export function answerJudge(description: Description): (operation: Operation) => string[] {
  const members = membersOf(description);
  const { at } = schemaJudge(description);
  const judge = ({ document, schema }: Place, value: unknown) => at(document, schema)(value);
  return (operation) => {
    const [described] = operationsAt(description, operation.method, operation.path);
    const schema = described && successOf(described);
    if (!described || !schema) return [];
    return faultsIn(operation, { document: described.document, schema }, members, judge);
  };
}

function faultsIn(
  operation: Operation,
  answer: Place,
  { at, items }: Members,
  judge: (place: Place, value: unknown) => string[],
): string[] {
  if (operation.keyed) return []; // its rows stand under keys that no description can list
  const missing = markPaths(operation).filter((path) => !at(answer, path));
  const marks = missing.map((path) => `answer: lacks '${path}'`);
  const paths = [operation.result, ...(operation.resultOr ?? [])];
  const found = paths.map((path) => at(answer, path)).find((place) => place !== undefined);
  if (!found) return [`answer: lacks '${operation.result}'`, ...marks];
  const row = items(found) ?? (operation.list && !operation.lone ? undefined : found);
  if (!row) return [`answer: '${operation.result}' is no list`, ...marks];
  const looked = rowPaths(operation).filter((path) => !at(row, path));
  const shown = Object.entries(shownRow(operation)).flatMap(([name, value]) => {
    const place = at(row, name);
    return place ? judge(place, value).map((fault) => `row: '${name}' ${fault}`) : [];
  });
  // An example shows the members that matter, not every one that is required.
  return [...marks, ...looked.map((path) => `row: lacks '${path}'`), ...shown.filter((fault) => !fault.includes(": lacks "))];
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
function rowPaths(operation: Operation): string[] {
  const { identity, changed, show = [], paging } = operation;
  const after = paging?.style === "page" ? paging.after?.row : paging?.style === "lastRow" ? paging.row : undefined;
  const paths = [identity, changed, after, ...show, ...Object.keys(shownRow(operation))];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

function shownRow({ example }: Operation): Record<string, unknown> {
  const output: unknown = example?.output;
  const row: unknown = Array.isArray(output) ? output[0] : output;
  return isObject(row) ? row : {};
}

function successOf({ operation: { responses } }: Described): Raw | undefined {
  const [status] = Object.keys(responses)
    .filter((s) => s.startsWith("2"))
    .sort();
  return status === undefined ? undefined : responses[status]!.content?.["application/json"]?.schema;
}
