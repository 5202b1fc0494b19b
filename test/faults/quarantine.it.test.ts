/** Runs that freeze, hang or end a process: the built product is killed while they execute, and has to get on without them. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { Overview, RunDetail } from "#api/schemas.ts";
import { connect, installFlow, millraceProcess, post, runDetail, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";

let millrace: MillraceProcess;
let target: { origin: string; host: string; asked: string[]; close(): void };
afterEach(async () => {
  await millrace.remove();
  target.close();
});

/** Answers at once, but for paths with `hang` in them: those never. */
async function openTarget(): Promise<typeof target> {
  const asked: string[] = [];
  const server: Server = createServer((request, reply) => {
    asked.push(request.url ?? "");
    request.resume();
    if (!request.url?.includes("hang")) reply.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin: `http://${host}`, host, asked, close: () => (server.closeAllConnections(), server.close()) };
}

/** The arguments of its next start may be changed. */
async function open(args = ["--no-sandbox"]): Promise<{ hookUrl: string }> {
  target = await openTarget();
  millrace = await millraceProcess({ allow: [target.host], args });
  await millrace.start();
  await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
  return installFlow(millrace, {
    name: "Puts",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "put", app: "http", operation: "put", connection: "target", input: { url: "/{{ trigger.path }}", body: {} } }],
  });
}

const asked = (path: string) => target.asked.filter((url) => url === `/${path}`).length;
const stateOf = async (path: string) => (await runsOf(millrace)).filter((run) => run.state === path).length;

/** The slowest of health and of another flow's events, asked over and over until `done`. */
async function slowestWhile(hookUrl: string, done: () => Promise<boolean>): Promise<{ health: number[]; hook: number[] }> {
  const times = { health: [] as number[], hook: [] as number[] };
  const timed = async (into: number[], ask: () => Promise<unknown>) => {
    const began = performance.now();
    await ask();
    into.push(performance.now() - began);
  };
  for (let n = 0; !(await done()) && n < 2000; n++) {
    await timed(times.health, () => fetch(`${millrace.origin}/healthz`, { signal: AbortSignal.timeout(20_000) }));
    await timed(times.hook, () => post(hookUrl, { path: `quick-${n}` }));
    await sleep(20);
  }
  return times;
}
const p99 = (times: number[]) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * 0.99))]!;

describe("one event cannot stop the rest", () => {
  test("a run that was executing at two crashes rests in Needs attention; the others go on, and a replay is one more chance", async () => {
    const { hookUrl } = await open();
    await post(hookUrl, { path: "hang" });
    await until("the run executes", 20_000, () => asked("hang") === 1);
    await millrace.kill();
    await millrace.start();
    await until("it is taken up again", 20_000, () => asked("hang") === 2);
    await post(hookUrl, { path: "fine" });
    await until("another goes on beside it", 20_000, () => asked("fine") === 1);
    await millrace.kill();
    await millrace.start();
    const [aside] = await runsOf(millrace, "&attention=true");
    expect(aside).toMatchObject({ state: "held", error: { code: "RUN_SET_ASIDE" } });
    await post(hookUrl, { path: "later" });
    await until("the others go on", 20_000, () => asked("later") === 1);
    await sleep(4000);
    expect(asked("hang")).toBe(2);
    await millrace.api("POST", "/runs/replay", { ids: [aside!.id], from: "failed" });
    await until("the replay executes it again", 20_000, () => asked("hang") === 3);
  });

  test("a run that merely was in flight at one crash is done, and none of many is set aside over ten crashes in a row", async () => {
    const { hookUrl } = await open();
    let sent = 0;
    for (let crash = 0; crash < 10; crash++) {
      for (let i = 0; i < 20; i++) if ((await post(hookUrl, { path: `honest-${sent}` })).status === 202) sent++;
      await millrace.kill();
      await millrace.start();
    }
    await until("every run is done", 60_000, async () => (await stateOf("succeeded")) >= Math.min(sent, 200));
    expect(await runsOf(millrace, "&attention=true")).toEqual([]);
  });

  test("started with --hold it executes nothing, says so, and goes on when somebody says so", async () => {
    const args = ["--no-sandbox"];
    const { hookUrl } = await open(args);
    await millrace.stop();
    args.push("--hold");
    await millrace.start();
    expect((await post(hookUrl, { path: "kept" })).status).toBe(202);
    expect((await post(hookUrl, { path: "unwanted" })).status).toBe(202);
    expect((await millrace.api<Overview>("GET", "/overview")).held).toBe(true);
    expect(millrace.log()).toContain("millrace resume");
    await sleep(1000);
    expect(target.asked).toEqual([]);
    const runs = await Promise.all((await runsOf(millrace)).map((run) => runDetail(millrace, run.id)));
    const { id } = runs.find((run) => (run.event.payload as { path: string }).path === "unwanted")!;
    await millrace.api<RunDetail>("POST", `/runs/${id}/cancel`);
    await millrace.api("POST", "/resume");
    await until("what was kept is done", 20_000, () => asked("kept") === 1);
    await sleep(500);
    expect(asked("unwanted")).toBe(0);
    expect((await runDetail(millrace, id)).state).toBe("cancelled");
  });

  test("loops of 3,000 within loops of 3,000 leave health and another flow's events answered", async () => {
    const { hookUrl } = await open();
    const loops = await installFlow(millrace, {
      name: "Pairs",
      trigger: { app: "http", operation: "webhook" },
      steps: [
        {
          id: "outer",
          forEach: "trigger.items",
          as: "a",
          do: [{ id: "inner", forEach: "trigger.items", as: "b", do: [{ id: "pair", format: { of: "{{ a }}-{{ b }}" } }] }],
        },
      ],
    });
    const items = Array.from({ length: 3000 }, (_, i) => i);
    let looks = 0;
    const usual = await slowestWhile(hookUrl, async () => ++looks > 50);
    for (let n = 0; n < 4; n++) expect((await post(loops.hookUrl, { n, items })).status).toBe(202);
    const { health, hook } = await slowestWhile(hookUrl, async () => (await runsOf(millrace, "&attention=true")).length === 4);
    const sentence = (await runsOf(millrace, "&attention=true"))[0]!.error?.message;
    expect(sentence).toContain("the loop 'outer' has 3,000 items, inside it the loop 'inner' has 3,000 items");
    console.log(`nested loops: health p99 ${p99(health).toFixed(0)} ms, hook p99 ${p99(hook).toFixed(0)} ms of ${hook.length}`);
    // Frozen it would be minutes. A machine that is busy with other things was so before the loops as well.
    expect(p99(health)).toBeLessThan(Math.max(1000, 5 * p99(usual.health)));
    expect(p99(hook)).toBeLessThan(Math.max(1000, 5 * p99(usual.hook)));
  });
});
