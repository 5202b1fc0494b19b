import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { connect, installFlow, millraceProcess, openRuns, post, runsOf, until, type MillraceProcess } from "./millrace.ts";
import { localSandbox, type LocalSandbox } from "./sandbox.ts";
import { openTarget, type Target } from "./target.ts";

/** A Millrace whose flow makes a contact, a note and a task of each event; the sandbox and the target it writes to count what was made. */

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

export interface LeadWorld {
  millrace: MillraceProcess;
  local: LocalSandbox;
  target: Target;
  hookUrl: string;
}
export async function openLeadWorld(env: Record<string, string> = {}): Promise<LeadWorld> {
  const local = await localSandbox();
  const target = await openTarget();
  const millrace = await millraceProcess({ allow: [local.host, target.host], env });
  await millrace.start();
  await connect(millrace, local.connection);
  await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
  const { hookUrl } = await installFlow(millrace, flow);
  return { millrace, local, target, hookUrl };
}

export async function closeLeadWorld({ millrace, local, target }: LeadWorld): Promise<void> {
  await millrace.remove();
  await local.close();
  await target.close();
}

/** Sends events at a steady pace until stopped; an event that was not acknowledged is sent again, as a good sender does. */
export function sender(hookUrl: string, prefix = "e") {
  const acknowledged = new Set<string>();
  const open: Promise<void>[] = [];
  let sending = true;
  const deliver = async (id: string) => {
    while ((await post(hookUrl, { id })).status !== 202) await sleep(100 + Math.random() * 200);
    acknowledged.add(id);
  };
  const timer = setInterval(() => sending && open.push(deliver(`${prefix}${open.length}`)), 1000 / eventsPerSecond);
  return {
    acknowledged,
    async stop() {
      sending = false;
      clearInterval(timer);
      await Promise.all(open);
    },
  };
}

export async function settled({ millrace }: LeadWorld): Promise<void> {
  await until("every run reaches its end", 60_000, async () => (await openRuns(millrace)) === 0);
}

export async function expectOnceEach({ millrace, local, target }: LeadWorld, ids: ReadonlySet<string>): Promise<void> {
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
        .filter((n) => n.body.startsWith("Asked ") && ids.has(n.body.slice(6)))
        .map((n) => ({ key: n.body.slice(6) })),
    ),
  ).toEqual(nothingWrong);
  expect(
    made(
      state.tasks
        .all()
        .filter((t) => t.title.startsWith("Call ") && ids.has(t.title.slice(5)))
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
