/** The other side misbehaves: what can heal heals by itself, what cannot rests with a sentence that says what to do. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  connect,
  installFlow,
  millraceProcess,
  openRuns,
  post,
  runDetail,
  runsOf,
  until,
  type MillraceProcess,
} from "#test/support/millrace.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";
import { openTarget, type Target } from "#test/support/target.ts";

let millrace: MillraceProcess;
let local: LocalSandbox;
let target: Target;

beforeAll(async () => {
  local = await localSandbox();
  target = await openTarget();
  millrace = await millraceProcess({ allow: [local.host, target.host] });
  await millrace.start();
  await connect(millrace, local.connection);
  await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
});
afterEach(() => {
  local.sandbox.faults.clear();
  target.answer(201);
});
afterAll(async () => {
  await millrace.remove();
  await local.close();
  await target.close();
});

const webhook = { app: "http", operation: "webhook", key: "{{ trigger.id }}" };
const upsert = {
  id: "contact",
  app: "highlevel",
  operation: "contacts.upsert",
  connection: "acme",
  input: { email: "{{ trigger.id }}@example.com", firstName: "Ada" },
};
const tell = {
  id: "told",
  app: "http",
  operation: "post",
  connection: "target",
  input: { url: "/leads", body: { id: "{{ trigger.id }}" }, idempotent: true },
};

async function send(hookUrl: string, ids: readonly string[]): Promise<void> {
  const replies = await Promise.all(ids.map((id) => post(hookUrl, { id })));
  expect(replies.map((r) => r.status)).toEqual(ids.map(() => 202));
}
const idsOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}${i}`);
const allEnded = (limitMs = 60_000) => until("every run reaches its end", limitMs, async () => (await openRuns(millrace)) === 0);
const contactsOf = (name: string) => local.sandbox.state.contacts.all().filter((c) => c.email?.startsWith(name));

describe("a fault that heals", () => {
  test("a storm of 429s delays runs and loses none", async () => {
    const { id, hookUrl } = await installFlow(millrace, { name: "Storm", trigger: webhook, steps: [upsert] });
    local.sandbox.faults.set({ kind: "rate_limit", count: 3 });
    await send(hookUrl, idsOf("storm", 40));
    await allEnded(120_000);
    expect(contactsOf("storm")).toHaveLength(40);
    expect(new Set((await runsOf(millrace, `&flow=${id}`)).map((r) => r.state))).toEqual(new Set(["succeeded"]));
  });

  test("an outage of the target is waited out, and each event arrives once", async () => {
    const { hookUrl } = await installFlow(millrace, { name: "Outage", trigger: webhook, steps: [tell] });
    target.answer(503);
    const ids = idsOf("outage", 30);
    await send(hookUrl, ids);
    await until("the target was asked", 10_000, () => target.requests() > 0);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    target.answer(201);
    await allEnded();
    expect(ids.map((id) => target.created.get(id))).toEqual(ids.map(() => 1));
  });

  test("server errors are tried again", async () => {
    const { hookUrl } = await installFlow(millrace, { name: "Errors", trigger: webhook, steps: [upsert] });
    local.sandbox.faults.set({ kind: "server_error", status: 502, count: 10 });
    await send(hookUrl, idsOf("errors", 10));
    await allEnded();
    expect(contactsOf("errors")).toHaveLength(10);
  });
});

describe("a fault that does not heal", () => {
  test("a revoked token: the run waits for its connection and says so, no tries follow, and a new login lets it go on", async () => {
    const { id, hookUrl } = await installFlow(millrace, { name: "Revoked", trigger: webhook, steps: [upsert] });
    const revoked = local.sandbox.issueToken({ locationId: String(local.connection["locationId"]) });
    const connection = await connect(millrace, { ...local.connection, name: "doomed", secret: { token: revoked.accessToken } });
    const doomed = await installFlow(millrace, { name: "Doomed", trigger: webhook, steps: [{ ...upsert, connection: "doomed" }] });
    local.sandbox.faults.set({ kind: "token_revoked", count: 1 });
    await send(doomed.hookUrl, ["revoked"]);
    const runOf = async (flow: string) => (await runsOf(millrace, `&flow=${flow}`))[0];
    await until("the run waits", 60_000, async () => (await runOf(doomed.id))?.state === "waiting");
    const run = (await runOf(doomed.id))!;
    expect(run).toMatchObject({ attention: false, waiting: { kind: "connection", connection: connection.id } });
    const { steps } = await runDetail(millrace, run.id);
    expect(steps[0]!.error!.message).toMatch(/Reconnect it/);
    expect(steps[0]!.attempts).toEqual([]);
    await send(hookUrl, ["untouched"]);
    await until("a flow of another login is untouched", 60_000, async () => (await runOf(id))?.state === "succeeded");
    const fresh = local.sandbox.issueToken({ locationId: String(local.connection["locationId"]) });
    await millrace.api("PATCH", `/connections/${connection.id}`, { secret: { token: fresh.accessToken } });
    await allEnded();
    expect(await runOf(doomed.id)).toMatchObject({ state: "succeeded" });
    expect(contactsOf("revoked")).toHaveLength(1);
  });

  test("a field the app refuses: the run rests at once with the app's own sentence, and can be replayed", async () => {
    const { id, hookUrl } = await installFlow(millrace, {
      name: "Refused",
      trigger: webhook,
      steps: [{ ...upsert, input: { email: "not an address {{ trigger.id }}" } }],
    });
    await send(hookUrl, ["refused"]);
    await allEnded();
    const [run] = await runsOf(millrace, `&flow=${id}`);
    expect(run).toMatchObject({ state: "failed", attention: true });
    expect(run!.error!.message).toMatch(/email/i);
    const reply = await millrace.api<{ replayed: unknown[] }>("POST", "/runs/replay", { ids: [run!.id], from: "start" });
    expect(reply.replayed).toHaveLength(1);
    await allEnded();
  });

  test("an answer that is not what was promised does not take the process down", async () => {
    const { id, hookUrl } = await installFlow(millrace, {
      name: "Odd",
      trigger: webhook,
      steps: [{ ...tell, input: { ...tell.input, body: { id: "{{ trigger.id }}" } } }],
    });
    target.answer(418, { "content-type": "application/json; charset=nonsense" });
    await send(hookUrl, ["odd"]);
    await allEnded();
    expect((await runsOf(millrace, `&flow=${id}`))[0]).toMatchObject({ state: "failed", attention: true });
    expect(millrace.running).toBe(true);
  });
});
