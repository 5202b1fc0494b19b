import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { DeliveryLog } from "./delivery-log.ts";

const arrival = {
  type: "ContactCreate",
  place: "loc_a",
  flows: 1,
  repeat: false,
  runId: "run_1",
  joined: false,
  person: null,
  flowId: "flow_a",
  outcome: null,
};
const unsigned = (problem: string) => new MillraceError("HOOK_REFUSED", { details: { problem } });

test("the latest deliveries of an inbox are kept, newest first, and no more than a screen of them", () => {
  const clock = new TestClock(0);
  const log = new DeliveryLog(clock);
  for (let n = 0; n < 30; n++) {
    void clock.advance(1);
    log.accepted("inb_a", { ...arrival, runId: `run_${n}` });
  }
  const { arrivals } = log.read("inb_a");
  expect(arrivals).toHaveLength(20);
  expect(arrivals[0]).toEqual({ ...arrival, runId: "run_29", at: 30 });
  expect(log.read("inb_b")).toEqual({ arrivals: [], refusals: [] });
});

test("refusals are counted by their reason, with the words of the last, for a day", () => {
  const clock = new TestClock(0);
  const log = new DeliveryLog(clock);
  log.refused("inb_a", unsigned("it is not signed"));
  void clock.advance(5);
  log.refused("inb_a", unsigned("its signature is wrong"));
  log.refused("inb_a", new MillraceError("HOOK_FOREIGN", { details: { problem: "it belongs to another app" } }));
  expect(log.read("inb_a").refusals).toEqual([
    { code: "HOOK_REFUSED", says: "The event was refused: its signature is wrong.", count: 2, lastAt: 5 },
    { code: "HOOK_FOREIGN", says: expect.stringContaining("it belongs to another app"), count: 1, lastAt: 5 },
  ]);
  void clock.advance(dayMs + 1);
  expect(log.read("inb_a").refusals).toEqual([]);
});

test("a fault of this machine is no refusal", () => {
  const log = new DeliveryLog(new TestClock(0));
  log.refused("inb_a", new Error("disk full"));
  log.refused("inb_a", new MillraceError("STORE_UNAVAILABLE", { details: { problem: "full", seconds: 5 } }));
  expect(log.read("inb_a").refusals).toEqual([]);
});
