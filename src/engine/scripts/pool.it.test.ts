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
