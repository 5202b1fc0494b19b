import { saidOfField } from "#surfaces/said-of-field.ts";
import { plural } from "../../../lib/words.ts";
import type { TestedInOrder } from "./test-in-order.ts";

/** Pure: how the test of all steps went, in a sentence or two. `where`: the step at which it ended, as people call it. */
export function testAllWords({ tests, ended }: TestedInOrder, where: string): string {
  const done = tests.filter(({ state }) => state !== "failed");
  const dry = done.filter(({ state }) => state === "pretended").length;
  const read = done.filter(({ state, operation }) => state === "succeeded" && operation !== null).length;
  const parts = [
    ...(read > 0 ? [`${read} read for real`] : []),
    ...(dry > 0 ? [`${dry} as a dry run`] : []),
    ...(done.length - read - dry > 0 ? [`${done.length - read - dry} computed`] : []),
  ];
  const tested = done.length === 0 ? "" : `Tested ${plural(done.length, "step")}: ${parts.join(", ")}. Nothing was written.`;
  const failure = tests.find(({ state }) => state === "failed")?.error;
  const why = failure ? `: ${saidOfField(failure)}` : ".";
  if (ended === null) return tested === "" ? "There is no step to test." : tested;
  return `${endWords[ended.by](where, why)} ${tested}`.trim();
}

const endWords: Record<NonNullable<TestedInOrder["ended"]>["by"], (where: string, why: string) => string> = {
  failure: (where, why) => `${where} failed${why}`,
  filter: (where) => `The run would end at ${where.charAt(0).toLowerCase()}${where.slice(1)}: its condition does not hold.`,
  stop: (where) => `The run ends at ${where.charAt(0).toLowerCase()}${where.slice(1)}.`,
};
