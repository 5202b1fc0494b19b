import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { patiently, searchInput } from "./tag-calls.ts";

/** Runs work that fails in this way each time before it succeeds, and says what was tried and what was told. */
async function tried(failures: readonly MillraceError[], { tries, stopAfterMs }: { tries?: number; stopAfterMs?: number } = {}) {
  const clock = new TestClock();
  const begun = clock.now();
  const stopping = new AbortController();
  const told: (string | null)[] = [];
  const keys = new Set<string>();
  const left = [...failures];
  let calls = 0;
  const waiting = async (problem: MillraceError | null) => void told.push(problem?.code ?? null);
  const result = patiently({ clock, waiting, signal: stopping.signal, ...(tries !== undefined && { tries }) }, async (key) => {
    calls++;
    keys.add(key);
    const failure = left.shift();
    if (failure) throw failure;
    return "done";
  }).catch((thrown: unknown) => (thrown as MillraceError).code);
  let outcome: string | undefined;
  void result.then((value) => (outcome = value));
  while (outcome === undefined) {
    await clock.advance(500);
    if (stopAfterMs !== undefined && clock.now() - begun >= stopAfterMs) stopping.abort();
  }
  return { outcome, calls, told, keys: keys.size, ms: clock.now() - begun };
}
const budget = (ms: number) => new MillraceError("QUOTA_WAIT", { details: { retryAt: new TestClock().now() + ms, wait: "a moment" } });
const busy = () => new MillraceError("RATE_LIMITED", { details: { app: "CRM" } });
const refused = new MillraceError("OUTBOUND_REFUSED", { details: {} });

test("a short wait for the budget is no news, and the same call keeps its place", async () => {
  expect(await tried([budget(2_000)])).toMatchObject({ outcome: "done", calls: 2, told: [], keys: 1 });
});

test("a long one is said, looked at again every half minute, and said to be over", async () => {
  const { outcome, told, ms } = await tried([budget(40_000), budget(40_000)]);
  expect([outcome, told, ms >= 40_000]).toEqual(["done", ["QUOTA_WAIT", "QUOTA_WAIT", null], true]);
});

test("what heals is tried again with growing pauses, for ever or so often; what does not is thrown at once", async () => {
  const many = Array.from({ length: 6 }, busy);
  expect(await tried(many)).toMatchObject({ outcome: "done", calls: 7 });
  expect(await tried(many, { tries: 3 })).toMatchObject({ outcome: "RATE_LIMITED", calls: 3 });
  expect(await tried([refused])).toMatchObject({ outcome: "OUTBOUND_REFUSED", calls: 1, told: [] });
});

test("nothing is tried again once it is to stop", async () => {
  expect(await tried([budget(60_000)], { stopAfterMs: 1_000 })).toMatchObject({ outcome: "QUOTA_WAIT", calls: 1 });
});

test("the name stands for $tag wherever that is a whole value", () => {
  expect(searchInput({ filters: [{ field: "tags", value: "$tag" }], note: "$tags" }, "vip")).toEqual({
    filters: [{ field: "tags", value: "vip" }],
    note: "$tags",
  });
});
