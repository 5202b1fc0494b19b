import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { compileExpression } from "../../../mapping/mapping.ts";
import { isBlank } from "../../../mapping/text.ts";
import { still } from "../../../lint/spots.ts";
import type { Step } from "../../format.ts";
import type { StepKind } from "../kind.ts";
import { forEach as shape } from "./shape.ts";

const longestLoop = 10_000;
/** The name of a loop's item where the flow gives none. */
const usualItem = "item";

export const forEach: StepKind<Step<"forEach">> = {
  shape,
  templates: { forEach: "expression" },
  gives: false,
  labels: { forEach: "List", as: "Name of the item", do: "Steps" },
  clause: (step, { all, expression }) => `for each of ${expression(step.forEach) || "a list"}, ${all(step.do)}`,
  title: (step, { expression }) => `For each of ${expression(step.forEach) || "a list"}`,
  check({ as: item = usualItem }, check) {
    if (check.isTaken(item)) check.tell("as", `the name '${item}' is taken; give the item another one with 'as'`);
  },
  inside: ({ as: item = usualItem }) => [item, `${item}_index`],
  compile({ id, forEach: list, as: item = usualItem, do: steps }, compiling) {
    const items = compiling.expression(list, "forEach");
    const body = compiling.steps(steps);
    const index = `${item}_index`;
    return async (walk, path, scope) => {
      const isNew = walk.recorded(path) === undefined;
      const { output } = await walk.decide(path, async () => ({ items: listOf(await items.unhurried(scope, walk.parts.pace), id) }));
      const { items: all } = output as { items: Json[] };
      return walk.each({ id, body, isNew }, all, path, (one, i) => ({ ...scope, [item]: one, [index]: i }));
    };
  },
  lint({ forEach: list, as: item = usualItem }, { at, spots, inside }) {
    const { uses } = compileExpression(list, still, `${at}.forEach`);
    for (const path of uses) spots.looped.add(/^[^.[]*/.exec(path)![0]);
    inside(item, { kind: "item", of: uses });
  },
};

function listOf(value: unknown, step: string): Json[] {
  if (isBlank(value)) return [];
  if (!Array.isArray(value)) throw new MillraceError("MAPPING_FAILED", { details: { field: `${step}.forEach`, problem: noList(value) } });
  if (value.length > longestLoop) {
    throw new MillraceError("MAPPING_FAILED", {
      details: { field: `${step}.forEach`, problem: `the list has ${value.length} items; ${longestLoop} are the most` },
    });
  }
  return value as Json[];
}

function noList(value: unknown): string {
  if (typeof value === "string" && /^\s*\[/.test(value)) return "this is the text of a list; write | parse_json after it to make it one";
  if (typeof value === "string") return "this is a text and not a list; write | split_list after it where it has several parts";
  return `this is ${typeof value === "object" ? "an object" : `a ${typeof value}`} and not a list; write | to_list after it for a list of one`;
}
