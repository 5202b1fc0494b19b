import type { Step, StepTest } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";

export type ScriptTest = NonNullable<Step<"code">["tests"]>[number];

/** A test made of a sample: what the script reads of it, and what it returned when the step was last tested. */
export function testFromSample(
  { code, tests }: Pick<Step<"code">, "code" | "tests">,
  values: Readonly<Record<string, unknown>>,
  last: Pick<StepTest, "input" | "output"> | undefined,
): ScriptTest {
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  const data = Object.fromEntries(
    Object.entries(values).filter(([name]) => words.has(name) || (words.has("steps") && name !== "run" && name !== "flow")),
  );
  const input = isObject(last?.input) && words.has("input") ? { input: last.input } : {};
  return {
    name: `Test ${(tests?.length ?? 0) + 1}`,
    data: { ...data, ...input } as NonNullable<ScriptTest["data"]>,
    expect: (last?.output ?? null) as ScriptTest["expect"],
  };
}
