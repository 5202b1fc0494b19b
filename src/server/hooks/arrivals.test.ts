import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { createArrivals, type ArrivalParts } from "./arrivals.ts";

function world(connection: string | undefined) {
  const clock = new TestClock();
  const used: [string, number][] = [];
  let asked = 0;
  const parts = {
    engine: { triggerDefinition: async () => ({ app: "sightmill", operation: "response.received", ...(connection && { connection }) }) },
    vault: {
      find: async (_: string, name: string) => (asked++, name === "sm" ? { id: "con_1" } : null),
      used: async (_: string, id: string, at: number) => void used.push([id, at]),
    },
    clock,
    log: silentLog,
  } as unknown as ArrivalParts;
  return { arrived: createArrivals(parts), clock, used, asked: () => asked };
}
const trigger = { id: "trg_1", workspaceId: "ws" } as Trigger;

test("an event counts as a use of the connection its trigger names, at most once a minute", async () => {
  const { arrived, clock, used } = world("sm");
  for (let i = 0; i < 100; i++) arrived(trigger);
  await clock.advance(59_000);
  arrived(trigger);
  await clock.advance(1_000);
  expect(used).toEqual([["con_1", clock.now() - 60_000]]);
  arrived(trigger);
  await clock.advance(1);
  expect(used).toHaveLength(2);
});

test("a trigger without a connection, or with one that is gone, marks nothing", async () => {
  const [none, gone] = [world(undefined), world("removed")];
  none.arrived(trigger);
  gone.arrived(trigger);
  await none.clock.advance(1);
  await gone.clock.advance(1);
  expect([none.used, none.asked(), gone.used, gone.asked()]).toEqual([[], 0, [], 1]);
});
