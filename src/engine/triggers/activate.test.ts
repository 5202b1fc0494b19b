import { describe, expect, test } from "vitest";
import { sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import type { Trigger } from "../types/triggers.ts";
import { activation, deactivation } from "./activate.ts";
import { freshPollState, pollStateOf, storedPollState } from "./poll-state.ts";

const now = Date.UTC(2026, 0, 15, 9, 30);
const off = sampleTrigger("t", { active: false, nextAt: null, state: {} });
const list = { app: "highlevel", operation: "contacts.search", every: "2m" };
const daily = { app: "schedule", operation: "cron", input: { cron: "0 12 * * *" } };
const applied = (trigger: Trigger, patch: Partial<Trigger>): Trigger => ({ ...trigger, ...patch });

describe("switching on", () => {
  test("a poll makes it look at once", () => {
    expect(activation(off, list, { kind: "poll", now })).toMatchObject({
      kind: "poll",
      active: true,
      everyMs: 120_000,
      nextAt: now,
      lastError: null,
    });
  });

  test("a poll keeps its cursor, and drops it only when it is to start from now", () => {
    const earlier = { ...freshPollState, fingerprint: "f", cursor: 5, polls: 9, failures: 4 };
    const trigger = { ...off, state: storedPollState(earlier) };
    expect(pollStateOf(activation(trigger, list, { kind: "poll", now }).state!)).toEqual({ ...earlier, failures: 0 });
    const fromNow = pollStateOf(activation(trigger, list, { kind: "poll", now, startFrom: "now" }).state!);
    expect(fromNow).toMatchObject({ fingerprint: null, polls: 9 });
  });

  test("a schedule waits for its next time", () => {
    expect(activation(off, daily, { kind: "schedule", now })).toMatchObject({
      active: true,
      nextAt: Date.UTC(2026, 0, 15, 12),
      everyMs: null,
    });
  });

  test("a webhook waits for nothing", () => {
    expect(
      activation({ ...off, nextAt: 5, everyMs: null }, { app: "sightmill", operation: "response.received" }, { kind: "webhook", now }),
    ).toEqual({ kind: "webhook", active: true, nextAt: null, everyMs: null, lastError: null });
  });

  test("a webhook that is reconciled looks at once, and goes on where it stood", () => {
    const earlier = { ...freshPollState, fingerprint: "f", polls: 9 };
    const trigger = { ...off, kind: "webhook" as const, everyMs: 60_000, state: storedPollState(earlier) };
    const hook = { app: "highlevel", operation: "ContactCreate", reconcile: "15m" };
    const patch = activation(trigger, hook, { kind: "webhook", now });
    expect(patch).toMatchObject({ kind: "webhook", active: true, everyMs: 900_000, nextAt: now });
    expect(pollStateOf(patch.state!)).toEqual(earlier);
    expect(() => activation(trigger, { ...hook, reconcile: "5s" }, { kind: "webhook", now })).toThrow(/reconcile/);
  });

  test("a webhook that is no longer reconciled would begin with a new baseline: what it tells meanwhile is in no ledger", () => {
    const trigger = { ...off, kind: "webhook" as const, everyMs: 60_000, state: storedPollState({ ...freshPollState, fingerprint: "f" }) };
    const patch = activation(trigger, { app: "highlevel", operation: "ContactCreate" }, { kind: "webhook", now });
    expect(patch).toMatchObject({ everyMs: null, nextAt: null });
    expect(pollStateOf(patch.state!).fingerprint).toBeNull();
  });

  test("something that cannot be is refused, with the field", () => {
    expect(() => activation(off, { ...list, every: "1s" }, { kind: "poll", now })).toThrow(/every/);
    expect(() => activation(off, { ...daily, input: { cron: "never" } }, { kind: "schedule", now })).toThrow(/cron/);
  });
});

describe("publishing a schedule that is on", () => {
  const on = applied(off, activation(off, daily, { kind: "schedule", now }));

  test("keeps a time that is due, when the schedule is the same", () => {
    const later = on.nextAt! + 30_000;
    expect(activation(on, daily, { kind: "schedule", now: later }).nextAt).toBe(on.nextAt);
  });

  test("counts anew when it is another", () => {
    expect(activation(on, { ...daily, input: { cron: "0 10 * * *" } }, { kind: "schedule", now }).nextAt).toBe(Date.UTC(2026, 0, 15, 10));
  });

  test("does not catch up what passed while it was off", () => {
    const away = applied(on, deactivation);
    expect(activation(away, daily, { kind: "schedule", now: now + 3 * 86_400_000 }).nextAt).toBe(Date.UTC(2026, 0, 18, 12));
  });
});
