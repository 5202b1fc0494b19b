/** The example of every operation, sent to the sandbox, whose validator is as strict as the vendor's. */
import { beforeAll, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { judgedOperations } from "#apps/highlevel/operations.ts";
import type { Call } from "#catalog/types.ts";
import { openBench, type Bench } from "#sandbox/testing.ts";
import { benchCall } from "#test/support/bench-call.ts";

let bench: Bench;
let call: Call;
beforeAll(async () => {
  bench = await openBench();
  call = benchCall(bench);
});

/** Records of the examples are not there, and some operations want an agency's login: that is told, and nothing else. */
const expected = new Set(["OUTBOUND_NOT_FOUND", "CONNECTION_WRONG_KIND", "WRONG_LOCATION"]);

test.each(judgedOperations.map((o) => [o.id, o.example!.input] as const))("%s is well formed", async (id, input) => {
  await bench.clock.advance(1000); // within the quota
  const outcome = await call(id, input).then(
    () => "answered",
    (error: unknown) => (error instanceof MillraceError && expected.has(error.code) ? "answered" : String(error)),
  );
  expect(outcome).toBe("answered");
});
