import { expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { rest, turnsUntil } from "../support/turns.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

it("an outage of ten minutes delays every run and loses none", async () => {
  const clock = new TestClock();
  const up = clock.now() + 10 * 60_000;
  const down = () =>
    new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "target", problem: "connection refused", outcome: "not_sent" } });
  const made = new Set<unknown>();
  const { engine, published, fire, calls } = await openEngine(
    {
      make: {
        answer: (call) => {
          if (clock.now() < up) throw down();
          made.add(call.input.n);
        },
      },
    },
    { clock },
  );
  await engine.start();
  const flow = await published([{ id: "send", app: "app", operation: "make", input: { n: "{{ trigger.id }}" } }]);
  for (let i = 0; i < 200; i++) await fire(flow.id, { id: i });
  for (let passed = 0; passed < 21 * 60_000; passed += 5000) await clock.advance(5000);
  await turnsUntil("every run has reached the other side", () => made.size === 200, clock);
  await rest(clock);
  expect(made.size).toBe(200);
  expect(await engine.counts(workspace, {})).toMatchObject({ succeeded: 200, failed: 0, waiting: 0, queued: 0 });
  expect(calls.length / 200).toBeLessThan(20);
});

it("a storm of 429s is ridden out at the times the other side names", async () => {
  const clock = new TestClock();
  let refused = 0;
  const { engine, published, fire } = await openEngine(
    {
      make: {
        answer: () => {
          if (refused++ < 500)
            throw new MillraceError("RATE_LIMITED", { details: { app: "App", retryAt: clock.now() + 10_000, outcome: "refused" } });
        },
      },
    },
    { clock },
  );
  await engine.start();
  const flow = await published([{ id: "send", app: "app", operation: "make", input: { n: "{{ trigger.id }}" } }]);
  for (let i = 0; i < 100; i++) await fire(flow.id, { id: i });
  for (let passed = 0; passed < 240_000; passed += 2000) {
    await rest(clock, 10);
    await clock.advance(2000);
  }
  await rest(clock);
  expect(await engine.counts(workspace, {})).toMatchObject({ succeeded: 100, failed: 0 });
});
