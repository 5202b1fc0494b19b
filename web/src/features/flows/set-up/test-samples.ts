import type { SampleView, SetupView } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";

/** Whether nobody sent it. */
export const isMadeUp = ({ from }: SampleView): boolean => from === "example" || from === "schema";

/**
 * Pure: what a set-up tests with. What really happened goes first; behind it a made-up event that the template's flow does something for, since
 * those that happened may all be filtered.
 */
export function testSamples(
  received: readonly SampleView[],
  example: SetupView["example"],
  catalogExample: unknown,
  now: number,
): readonly SampleView[] {
  if (example === undefined) return received;
  const real = received.filter((sample) => !isMadeUp(sample));
  const base = received.find(isMadeUp)?.payload ?? catalogExample;
  const payload = { ...(isObject(base) ? base : {}), ...example };
  return [...real, { event: null, at: now, payload, person: null, from: "example" }];
}
