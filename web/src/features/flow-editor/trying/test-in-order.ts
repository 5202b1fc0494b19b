import type { StepDefinition, StepTest } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { listMembersOf } from "../document/kinds.ts";

/** Pure: tests steps in the order in which a run comes to them. */

/** How far it came. */
export interface TestedInOrder {
  tests: readonly StepTest[];
  /** The step at which it ended; null: it came to the end. */
  ended: { step: string; by: "failure" | "filter" | "stop" } | null;
}

type Test = (step: StepDefinition) => Promise<StepTest | null>;

/** `test` makes one test; null: there was nothing to try. Ends where a step fails, and where a run would end. */
export async function testInOrder(steps: readonly StepDefinition[], test: Test): Promise<TestedInOrder> {
  const tests: StepTest[] = [];
  const noted: Test = async (step) => {
    const done = await test(step);
    if (done !== null) tests.push(done);
    return done;
  };
  return { ended: await walk(steps, noted), tests };
}

async function walk(steps: readonly StepDefinition[], test: Test): Promise<TestedInOrder["ended"]> {
  for (const step of steps) {
    if (!isObject(step) || step.off === true) continue;
    if ("stop" in step) return { step: step.id, by: "stop" };
    const done = await test(step);
    if (done?.state === "failed") return { step: step.id, by: "failure" };
    if (memberOf(done?.output, "passed") === false && "filter" in step) return { step: step.id, by: "filter" };
    const ended = await walk(innerSteps(step, done?.output), test);
    if (ended !== null) return ended;
  }
  return null;
}

/** The steps inside one that a run comes to: of a branch, those of the way it takes; of a loop, those of the first round. */
function innerSteps(step: StepDefinition, output: unknown): readonly StepDefinition[] {
  const [first, ...others] = listMembersOf(step);
  if (first === undefined) return [];
  const member = others.length > 0 ? memberOf(output, "taken") : first;
  const items = memberOf(output, "items");
  const isEmptyLoop = Array.isArray(items) && items.length === 0;
  const list: unknown = typeof member === "string" && !isEmptyLoop ? (step as unknown as Record<string, unknown>)[member] : undefined;
  return Array.isArray(list) ? (list as StepDefinition[]) : [];
}

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);
