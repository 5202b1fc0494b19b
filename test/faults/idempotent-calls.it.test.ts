/** Millrace is killed again and again while a program calls operations with idempotency keys, and repeats each call until it has an answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { closeLeadWorld, openLeadWorld, type LeadWorld } from "#test/support/lead-world.ts";

const kills = 8;
const callers = 5;
let world: LeadWorld;
afterEach(() => closeLeadWorld(world));

/** Calls until there is an answer that is final: what a careful program does. */
async function called({ millrace }: LeadWorld, operation: string, body: object, key: string): Promise<{ status: number; code?: string }> {
  for (;;) {
    const reply = await fetch(`${millrace.origin}/api/v1/operations/${operation}`, {
      method: "POST",
      headers: { ...millrace.headers(), "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    const answer = (await reply?.json().catch(() => null)) as { error?: { code: string } } | null | undefined;
    const isFinal = reply && answer && (reply.ok || answer.error?.code === "UNKNOWN_OUTCOME");
    if (isFinal) return { status: reply.status, ...(answer.error && { code: answer.error.code }) };
    await sleep(50 + Math.random() * 100);
  }
}

/** Makes the calls, a few at a time, while Millrace is killed at random moments. */
async function callThroughKills(world: LeadWorld, calls: readonly (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...calls];
  const caller = async () => {
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      await call();
      await sleep(Math.random() * 100);
    }
  };
  const done = Promise.all(Array.from({ length: callers }, caller));
  for (let i = 0; i < kills; i++) {
    await sleep(300 + Math.random() * 600);
    await world.millrace.kill();
    await world.millrace.start();
  }
  await done;
}

const named = (count: number, what: string) => Array.from({ length: count }, (_, i) => `${what} ${i}`);

describe("a call with an idempotency key", () => {
  test("takes effect exactly once where the app can be looked at, though Millrace is killed in the middle of it", async () => {
    world = await openLeadWorld();
    world.local.sandbox.faults.set({ kind: "latency", route: "POST /contacts*", ms: 150 });
    const [contact] = world.local.sandbox.state.contacts.inLocation(sandboxDefaults.acmeDental);
    const bodies = named(120, "Note");
    const calls = bodies.map((body) => async () => {
      const input = { contactId: contact!.id, body };
      expect((await called(world, "highlevel.contacts.create_note", { connection: "acme", input }, body.replace(" ", "-"))).status).toBe(
        200,
      );
    });
    await callThroughKills(world, calls);
    const made = world.local.sandbox.state.notes.all().flatMap(({ body }) => (body.startsWith("Note ") ? [body] : []));
    expect(made.toSorted()).toEqual(bodies.toSorted());
  });

  test("is never made twice where nobody can look, and says when its outcome is unknown", async () => {
    world = await openLeadWorld();
    const ids = named(120, "lead").map((id) => id.replace(" ", "-"));
    const outcomes = new Map<string, string>();
    const calls = ids.map((id) => async () => {
      const body = { connection: "target", input: { url: "/leads", body: { id } } };
      const { status, code } = await called(world, "http.post", body, id);
      outcomes.set(id, code ?? String(status));
    });
    await callThroughKills(world, calls);
    expect(world.target.repeats()).toBe(0);
    for (const id of ids) {
      const times = world.target.created.get(id) ?? 0;
      expect(times, id).toBeLessThanOrEqual(1);
      if (outcomes.get(id) === "200") expect(times, id).toBe(1);
      else expect(outcomes.get(id), id).toBe("UNKNOWN_OUTCOME");
    }
  });
});
