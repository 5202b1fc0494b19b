import { asksForPage } from "#catalog/read-list.ts";
import { listRows, type ListRead, type Operation } from "#catalog/types.ts";
import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";

/** `reads`: how far the last runs read the list. `loops`: steps that a loop goes through. */
interface Seen {
  last: ListRead | null;
  isLooped: boolean;
}

/** A list that a step does not read to its end: what the flow does, it then does for a part of the rows. */
export function cutLists({ at, step, input, rows }: Place, operation: Operation, { last, isLooped }: Seen): LintFinding[] {
  if (step === null || !operation.list) return [];
  const warning = { level: "warning" as const, at, step, field: null };
  if (rows === undefined && asksForPage(operation, input)) {
    if (!isLooped) return []; // the flow wants just this page or the first row
    const problem = `a loop goes through one page of '${operation.title}' only${last ? seen(last) : ""}`;
    return [{ ...warning, problem, fix: "Set the step's 'rows' to how many to read; the size in its input is then the page size." }];
  }
  const bound = rows ?? listRows.usual;
  if (!last || last.complete || last.cut === "page" || bound > (last.total ?? last.rows)) return [];
  if (bound === last.total) return [];
  const problem = `'${operation.title}' has more rows than the step reads${seen(last)}`;
  const fix =
    last.cut === "rows" && bound < listRows.most
      ? `Raise the step's 'rows' (now ${count(bound)}; ${count(listRows.most)} at most), or narrow the search.`
      : "Narrow the search.";
  return [{ ...warning, problem, fix }];
}

const seen = ({ rows, total, complete }: ListRead): string =>
  complete ? "" : `: a run read ${count(rows)}${total === undefined ? " rows, and there may be more" : ` of ${count(total)} rows`}`;
const count = (n: number): string => n.toLocaleString("en-US");
