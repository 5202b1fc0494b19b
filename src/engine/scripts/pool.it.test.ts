import { afterAll, expect, test } from "vitest";
import type { ScriptJob } from "../ports/scripts.ts";
import { ScriptPool } from "./pool.ts";

const pool = new ScriptPool({ workers: 2, log: () => {} });
afterAll(() => pool.close());

const job = (code: string, more: Partial<ScriptJob> = {}): ScriptJob => ({
  workspace: "w",
  flow: "f",
  code,
  language: "javascript",
  data: {},
  moment: 0,
  seed: "run/step",
  timeoutMs: 5000,
  ...more,
});
const endless = "while (true) now.length";

test("a script is executed in a thread, twice alike, with what earlier ones did to its world gone", async () => {
  const code = "Object.prototype.left = 'behind'; return [uuid(), Math.random(), new Date().getHours()]";
  const first = await pool.run(job(code));
  expect(first).toMatchObject({ output: [expect.any(String), expect.any(Number), 0] });
  expect(await pool.run(job(code))).toMatchObject({ output: (first as { output: unknown }).output });
  expect(await pool.run(job("return [typeof left, typeof process]"))).toMatchObject({ output: ["undefined", "undefined"] });
});

test("an endless script is stopped, and its worker goes on with the next", async () => {
  expect(await pool.run(job(endless, { timeoutMs: 100 }))).toMatchObject({ fault: { problem: "it was stopped after 100 ms", line: 1 } });
  expect(await pool.run(job("return 1"))).toMatchObject({ output: 1 });
});

test("a script of another workspace does not wait for ten endless ones", async () => {
  await Promise.all([pool.run(job("return 1")), pool.run(job("return 1", { workspace: "other" }))]); // both threads are there
  let isOver = false;
  const endlessOnes = Promise.all(Array.from({ length: 10 }, (_, n) => pool.run(job(endless, { flow: `f${n}`, timeoutMs: 400 })))).then(
    () => (isOver = true),
  );
  for (let n = 0; n < 5; n++) expect(await pool.run(job("return 2", { workspace: "other" }))).toMatchObject({ output: 2 });
  expect(isOver).toBe(false);
  await endlessOnes;
});

test("a script that waits or runs is given up when its run stops, and all are when Millrace does", async () => {
  const stopping = new AbortController();
  const given = pool.run(job(endless, { timeoutMs: 300 }), stopping.signal);
  stopping.abort();
  await expect(given).rejects.toMatchObject({ code: "SCRIPTS_BUSY" });
  const other = new ScriptPool({ workers: 1, log: () => {} });
  const running = other.run(job(endless, { timeoutMs: 10_000 }));
  await other.close();
  await expect(running).rejects.toMatchObject({ code: "SCRIPTS_BUSY" });
  await expect(other.run(job("return 1"))).rejects.toMatchObject({ code: "SCRIPTS_BUSY" });
});

test("a script that does not let itself be stopped takes none of those behind it along", async () => {
  const single = new ScriptPool({ workers: 1, log: () => {} });
  const stuck = single.run(job("return Array(1e8).join('').length", { timeoutMs: 100 }));
  const behind = [1, 2].map((n) => single.run(job(`return ${n}`)));
  expect(await stuck).toHaveProperty("fault");
  expect(await Promise.all(behind)).toMatchObject([{ output: 1 }, { output: 2 }]);
  await single.close();
});

test("a workspace that tries one script after another leaves room for its runs, and for others", async () => {
  const single = new ScriptPool({ workers: 1, log: () => {} });
  const trials = Array.from({ length: 30 }, () =>
    single.run(job("return 0", { isTrial: true })).catch((error: { code: string }) => error.code),
  );
  const run = single.run(job("return 1"));
  const other = single.run(job("return 2", { workspace: "other", isTrial: true }));
  expect(await Promise.all([run, other])).toMatchObject([{ output: 1 }, { output: 2 }]);
  expect((await Promise.all(trials)).filter((outcome) => outcome === "SCRIPTS_BUSY")).toHaveLength(9);
  await single.close();
});

test("scripts that keep all they can get are stopped one after another, and the server does not grow with them", async () => {
  const single = new ScriptPool({ workers: 1, log: () => {} });
  const hungry = "const kept = []; for (let i = 0; i < 800; i++) kept.push(new Uint8Array(1e6).fill(7)); return kept.length";
  const run = () => single.run(job(hungry, { timeoutMs: 10_000 }));
  await run();
  const before = process.memoryUsage().rss;
  for (let n = 0; n < 10; n++) expect(await run()).toMatchObject({ fault: { problem: "it needs more than 32 MB of memory" } });
  expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(200);
  expect(await single.run(job("return 1"))).toMatchObject({ output: 1 });
  await single.close();
});
