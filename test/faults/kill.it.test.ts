/** Millrace is killed again and again while events come in; the sandbox and the target it writes to live on and count. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import {
  connect,
  idleMs,
  installFlow,
  millraceProcess,
  openRuns,
  post,
  runsOf,
  until,
  type MillraceProcess,
} from "#test/support/millrace.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";
import { openTarget, type Target } from "#test/support/target.ts";

const kills = 20;
const eventsPerSecond = 20;

/** Everything a repeat would harm, and one write that a key protects. */
const flow = {
  name: "New lead",
  trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
  steps: [
    {
      id: "told",
      app: "http",
      operation: "post",
      connection: "target",
      input: { url: "/leads", body: { id: "{{ trigger.id }}" }, idempotent: true },
    },
    {
      id: "contact",
      app: "highlevel",
      operation: "contacts.create",
      connection: "acme",
      input: { email: "{{ trigger.id }}@example.com", firstName: "Ada" },
    },
    {
      id: "note",
      app: "highlevel",
      operation: "contacts.create_note",
      connection: "acme",
      input: { contactId: "{{ contact.id }}", body: "Asked {{ trigger.id }}" },
    },
    {
      id: "task",
      app: "highlevel",
      operation: "contacts.create_task",
      connection: "acme",
      input: { contactId: "{{ contact.id }}", title: "Call {{ trigger.id }}", dueDate: "2030-01-15T09:30:00Z" },
    },
  ],
};

interface World {
  millrace: MillraceProcess;
  local: LocalSandbox;
  target: Target;
  hookUrl: string;
}
let world: World;

async function openWorld(): Promise<World> {
  const local = await localSandbox();
  const target = await openTarget();
  const millrace = await millraceProcess({ allow: [local.host, target.host] });
  await millrace.start();
  await connect(millrace, local.connection);
  await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
  const { hookUrl } = await installFlow(millrace, flow);
  return { millrace, local, target, hookUrl };
}

/** Sends events at a steady pace until stopped; an event that was not acknowledged is sent again, as a good sender does. */
function sender(hookUrl: string) {
  const acknowledged = new Set<string>();
  const open: Promise<void>[] = [];
  let sending = true;
  const deliver = async (id: string) => {
    while ((await post(hookUrl, { id })).status !== 202) await sleep(100 + Math.random() * 200);
    acknowledged.add(id);
  };
  const timer = setInterval(() => sending && open.push(deliver(`e${open.length}`)), 1000 / eventsPerSecond);
  return {
    acknowledged,
    async stop() {
      sending = false;
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

async function settled({ millrace }: World): Promise<void> {
  await until("every run reaches its end", 60_000, async () => (await openRuns(millrace)) === 0);
}

async function expectOnceEach({ millrace, local, target }: World, ids: ReadonlySet<string>): Promise<void> {
  const attention = await runsOf(millrace, "&attention=true");
  expect(attention.map((run) => `${run.person}: ${run.error?.message}`)).toEqual([]);
  const { state } = local.sandbox;
  const made = (family: readonly { key: string }[]) =>
    doubledAndMissing(
      family.map((row) => row.key),
      ids,
    );
  const contacts = state.contacts.all().filter((c) => c.email?.endsWith("@example.com") && ids.has(c.email.split("@")[0]!));
  expect(
    doubledAndMissing(
      [...target.created].flatMap(([id, times]) => Array<string>(times).fill(id)),
      ids,
    ),
  ).toEqual(nothingWrong);
  expect(made(contacts.map((c) => ({ key: c.email!.split("@")[0]! })))).toEqual(nothingWrong);
  expect(
    made(
      state.notes
        .all()
        .filter((n) => /^Asked e\d+$/.test(n.body))
        .map((n) => ({ key: n.body.slice(6) })),
    ),
  ).toEqual(nothingWrong);
  expect(
    made(
      state.tasks
        .all()
        .filter((t) => /^Call e\d+$/.test(t.title))
        .map((t) => ({ key: t.title.slice(5) })),
    ),
  ).toEqual(nothingWrong);
}

const nothingWrong = { doubled: [], missing: [] };
function doubledAndMissing(keys: readonly string[], wanted: ReadonlySet<string>) {
  const seen = new Set<string>();
  const doubled = keys.filter((key) => seen.has(key) || !seen.add(key));
  return { doubled, missing: [...wanted].filter((id) => !seen.has(id)) };
}

afterEach(async () => {
  await world.millrace.remove();
  await world.local.close();
  await world.target.close();
});

describe("an event that was acknowledged", () => {
  test(`takes effect exactly once, though Millrace is killed ${kills} times at random moments`, async () => {
    world = await openWorld();
    const events = sender(world.hookUrl);
    for (let i = 0; i < kills; i++) {
      await sleep(Math.random() * 1200);
      await world.millrace.kill();
      await world.millrace.start();
    }
    await events.stop();
    await settled(world);
    expect(events.acknowledged.size).toBeGreaterThan(kills * 5);
    await expectOnceEach(world, events.acknowledged);
  });

  test("takes effect exactly once across restarts that were asked for, and each ends by itself within ten seconds", async () => {
    world = await openWorld();
    const events = sender(world.hookUrl);
    for (let i = 0; i < 3; i++) {
      await sleep(1000);
      const stopped = world.millrace.stop();
      expect(await idleMs(stopped)).toBeLessThan(10_000);
      expect(await stopped).toBe(0);
      await world.millrace.start();
    }
    await events.stop();
    await settled(world);
    await expectOnceEach(world, events.acknowledged);
  });

  test("takes effect exactly once when a connection to the app breaks after it stored the write", async () => {
    world = await openWorld();
    world.local.sandbox.faults.set({ kind: "drop_after", route: "POST /contacts*", probability: 0.3 });
    const events = sender(world.hookUrl);
    await sleep(3000);
    await events.stop();
    world.local.sandbox.faults.clear();
    await settled(world);
    await expectOnceEach(world, events.acknowledged);
  });
});
