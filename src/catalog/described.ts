import { MillraceError } from "#kernel/errors.ts";
import { canonicalJson, isObject } from "#kernel/json.ts";
import { nearest } from "./nearest.ts";
import type { InputField, NextPage, Operation } from "./types.ts";

type Input = Readonly<Record<string, unknown>>;

/** The inputs by which a user describes a list at an address. They steer Millrace and are never sent. */
export const listInputs: InputField[] = [
  {
    name: "list",
    in: "setting",
    schema: { type: "string", maxLength: 500 },
    label: "List",
    control: "text",
    help: "Path of the list in the answer, such as data.items; empty if the answer itself is the list. Without it the answer counts as one record.",
  },
  {
    name: "id",
    in: "setting",
    schema: { type: "string", maxLength: 500 },
    label: "Id of an item",
    control: "text",
    help: "Path of an item's id; `id` or `_id` by default. Items without one are compared by their content.",
  },
  {
    name: "changed",
    in: "setting",
    schema: { type: "string", maxLength: 500 },
    label: "Time of change",
    control: "text",
    help: "Path of an item's time of last change, if it has one.",
  },
  {
    name: "paging",
    in: "setting",
    schema: { type: "object" },
    label: "Paging",
    control: "json",
    help: 'What leads to the next page: {"link": "links.next"}, {"link": "header"}, {"cursor": "meta.next", "query": "cursor"}, {"page": "page"} or {"offset": "offset"}; and, with any of them, {"total": "meta.total"}.',
  },
];

const longestPath = 500;
const mostKept = 200;
const kept = new Map<string, Operation>();

/** The operation as this input describes it: one that reads a list, where the input says so. */
export function describedBy(operation: Operation, input: Input): Operation {
  if (!operation.anyList || input["list"] === undefined || input["list"] === null) return operation;
  const settings = listInputs.map(({ name }) => input[name]);
  const key = canonicalJson([operation.app, operation.id, ...settings]);
  const cached = kept.get(key);
  if (cached) return cached;
  const [problem] = describedProblems(operation, input);
  if (problem) throw new MillraceError("STEP_INPUT_INVALID", { details: { ...problem, outcome: "not_sent" } });
  const operationOfList = described(operation, input);
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, operationOfList);
  return operationOfList;
}

function described(operation: Operation, input: Input): Operation {
  const { id, changed, paging } = input;
  const next = isObject(paging) ? nextOf(paging) : null;
  return {
    ...operation,
    list: true,
    result: pathIn(input["list"]),
    ...(isPath(id) ? { identity: pathIn(id) } : { identity: "id", identityOr: ["_id"] }),
    ...(isPath(changed) && { changed: pathIn(changed) }),
    ...(next &&
      isObject(paging) && {
        paging: { style: "address", next, ...(isPath(paging["total"]) && { total: pathIn(paging["total"]) }) },
      }),
  };
}

/** `$.data.items` and `.data.items` are what other tools call `data.items`. */
const pathIn = (path: unknown): string =>
  String(path)
    .trim()
    .replace(/^\$?\.?/, "");
const isPath = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** What is wrong with a description, each with its field. */
export function describedProblems({ anyList }: { anyList?: boolean }, input: Input): { field: string; problem: string }[] {
  if (!anyList) return [];
  const problems: { field: string; problem: string }[] = [];
  for (const name of ["list", "id", "changed"]) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    const problem = typeof value !== "string" ? "takes a path such as data.items" : pathProblem(value);
    if (problem !== null) problems.push({ field: name, problem });
  }
  for (const name of ["id", "changed", "paging"])
    if (input[name] !== undefined && input[name] !== null && (input["list"] === undefined || input["list"] === null))
      problems.push({ field: name, problem: "only applies to a list: set 'list' to the list's path in the answer" });
  const { paging } = input;
  const problem = paging === undefined || paging === null ? null : isObject(paging) ? pagingProblem(paging) : "takes an object";
  if (problem !== null) problems.push({ field: "paging", problem });
  return problems;
}

function pathProblem(path: string): string | null {
  if (path.length > longestPath) return `is longer than ${longestPath} characters`;
  const odd = /[[\]*?|]/.exec(path)?.[0];
  return odd === undefined ? null : `has '${odd}'; a path is names with dots between them, and a number for an item: data.0.rows`;
}

/** The settings of each paging style, its main one first. */
const ways = { link: ["link"], cursor: ["cursor", "query"], page: ["page"], offset: ["offset"] } as const;
const words = [...new Set([...Object.values(ways).flat(), "total"])];

function pagingProblem(paging: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(paging)) {
    if (!(words as string[]).includes(name)) {
      const guess = nearest(name, words);
      return `has no member '${name}'${guess === undefined ? `; it takes ${words.join(", ")}` : `; did you mean '${guess}'`}`;
    }
    if (!isPath(value)) return `needs a text for '${name}'`;
  }
  const styles = (Object.keys(ways) as (keyof typeof ways)[]).filter((way) => paging[way] !== undefined);
  const [way, second] = styles;
  if (way === undefined) return "needs one of link, cursor, page or offset, to find the next page";
  if (second !== undefined) return `has both '${way}' and '${second}'; use one of them`;
  const missing = ways[way].find((name) => paging[name] === undefined);
  if (missing !== undefined) return `with '${way}' also needs '${missing}', the query parameter to send it in`;
  return way !== "cursor" && paging["query"] !== undefined ? "takes 'query' with 'cursor' only" : null;
}

function nextOf({ link, cursor, query, page, offset }: Record<string, unknown>): NextPage {
  if (isPath(link)) return { link: link === "header" ? null : pathIn(link) };
  if (isPath(cursor)) return { cursor: pathIn(cursor), query: String(query) };
  return isPath(page) ? { page } : { offset: String(offset) };
}
