import type { QueryClient } from "@tanstack/react-query";
import type { StepDefinition, StepTest } from "#api/schemas.ts";
import { stepTestsQuery } from "../../../lib/queries.ts";

/** Where it is kept what a step was when it was tested from this page. */
export const testedStepKey = ({ step, at }: StepTest) => ["tested-step", step, at];

/** Shows the result of a test on the page, and notes what the step was then. */
export function keepTest(cache: QueryClient, flowId: string, test: StepTest, step: StepDefinition | undefined): void {
  cache.setQueryData(testedStepKey(test), JSON.stringify(step));
  cache.setQueryData(stepTestsQuery(flowId).queryKey, (tests = []) => [...tests.filter((one) => one.step !== test.step), test]);
}
