import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { MessageGate } from "#engine/messages/gate.ts";
import { dayOf } from "#engine/messages/quiet-hours.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import { TestClock } from "#kernel/clock.ts";
import { hourMs } from "#kernel/durations.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createMessageStore } from "#storage/message-store.ts";
import { trials } from "../support/trials.ts";

/** Steps of several flows send to a few people; processes die in between, answers are lost, refused calls are tried again or given up, runs are replayed. */

const zone = "Europe/Berlin";
const people = ["ada", "ben"];
let db: Db;
afterEach(() => db.close());

const attempt = fc.record({
  step: fc.integer({ min: 0, max: 11 }),
  hours: fc.constantFrom(0, 0, 0, 1, 7),
  ends: fc.constantFrom("sent", "died before it was sent", "answer lost", "refused, tried later", "refused for good"),
});

it("nobody ever gets more messages in a day of theirs than the cap allows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 5, maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (attempts, perChannel) => {
      db = await openSqlite({ file: ":memory:" });
      const clock = new TestClock(Date.parse("2026-10-24T18:00:00Z")); // the night of the 25th has an hour more
      const store = createMessageStore(db);
      await store.setPolicy("ws_1", { doNotDisturb: false, quietHours: null, cap: { perChannel, inAll: null } });
      const personOf = (call: StepCall) => people[Number(call.input["to"])]!;
      /** Each process has a gate of its own; what was counted is in the rows. */
      const gate = () =>
        new MessageGate({
          store: createMessageStore(db),
          recipient: async (call) => ({ channel: "sms", person: personOf(call), name: null, blocked: null, zone, at: null }),
          clock,
        });
      const delivered = new Map<string, { person: string; at: number }>();
      for (const { step, hours, ends } of attempts) {
        await clock.advance(hours * hourMs);
        const call = callOf(step);
        if (delivered.has(call.idempotencyKey)) continue; // the look before a repeat finds it
        const own = gate();
        if ((await own.decide({ call, exceptions: [], zone: "UTC" })).kind !== "send") continue;
        if (ends === "sent" || ends === "answer lost") delivered.set(call.idempotencyKey, { person: personOf(call), at: clock.now() });
        if (ends === "refused for good") await own.notSent(call);
      }
      for (const person of people) {
        const days = [...delivered.values()].filter((one) => one.person === person).map(({ at }) => dayOf(zone, at).from);
        for (const day of days) expect(days.filter((other) => other === day).length).toBeLessThanOrEqual(perChannel);
      }
      await db.close();
    }),
    { numRuns: trials(60) },
  );
  db = await openSqlite({ file: ":memory:" });
});

const callOf = (step: number): StepCall => ({
  workspaceId: "ws_1",
  app: "app",
  operation: "text",
  input: { to: step % 2 },
  lane: "live",
  dry: false,
  idempotencyKey: `run_${step}/text`,
});
