import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { findOperation } from "#test/support/built-in.ts";
import { newerId } from "#apps/highlevel/facts.ts";
import { type ActionBench, openActionBench, wrote } from "./bench.ts";
import { cases } from "./cases.ts";

// The same steps with the same inputs, in the vendor's newer API: against the sandbox, which speaks both.
let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.close());
beforeEach(() => bench.sandbox.reset());

const carried = Object.entries(cases).filter(([id]) => findOperation("highlevel", newerId(id)));

test.each(carried)(
  "%s does the same in the newer API, from the same input",
  async (id, { arrange, input, connection = "acme", wrote: expected }) => {
    const prepared = input((await arrange?.(bench)) ?? {});
    const before = bench.snapshot();
    const { run } = await bench.run(newerId(id), prepared, connection);
    expect([run.state, wrote(before, bench.snapshot()), run.error]).toEqual(["succeeded", expected, null]);
  },
);
