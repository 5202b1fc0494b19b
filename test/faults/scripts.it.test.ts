/** Millrace is killed while a script of a run executes. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { connect, installFlow, millraceProcess, post, runDetail, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";
import { openTarget, type Target } from "#test/support/target.ts";

let millrace: MillraceProcess;
let target: Target;

afterEach(async () => {
  await millrace.remove();
  await target.close();
});

const tell = (id: string, value: string) => ({
  id,
  app: "http",
  operation: "post",
  connection: "target",
  input: { url: "/", body: { id: value }, idempotent: true },
});
/** Works until it has a text that depends on chance, as far as a script knows it. */
const slowly = "let n = 0; for (let i = 0; i < 4e7; i++) n += i % 7; return [n, uuid(), Math.random(), now].join(' ');";

test("a run that is killed in the middle of a script goes on once, and its script gives one result", async () => {
  target = await openTarget();
  millrace = await millraceProcess({ allow: [target.host] });
  await millrace.start();
  await connect(millrace, { name: "target", app: "http", auth: "none", baseUrl: target.origin });
  const { hookUrl } = await installFlow(millrace, {
    name: "Slow script",
    trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
    steps: [tell("before", "before"), { id: "made", code: slowly, timeoutMs: 10_000 }, tell("after", "{{ made }}")],
  });
  expect((await post(hookUrl, { id: "e1" })).status).toBe(202);
  await until("the step before the script is over", 20_000, () => target.created.has("before"));
  await sleep(300);
  await millrace.kill();
  expect([...target.created.keys()]).toEqual(["before"]); // else the script was over already, and this proves nothing

  await millrace.start();
  await until("the run has succeeded", 60_000, async () => (await runsOf(millrace, "&state=succeeded")).length === 1);
  const runs = await runsOf(millrace);
  const { steps } = await runDetail(millrace, runs[0]!.id);
  const made = steps.find(({ path }) => path === "made")!;
  expect(runs).toHaveLength(1);
  expect([...target.created]).toEqual([
    ["before", 1],
    [made.output, 1],
  ]);
});
