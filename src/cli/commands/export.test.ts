import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = {
  "package.json": '{"name": "millrace-zapier", "version": "1.0.0", "main": "index.js"}',
  "creates/x.json": '{"kind": "create"}',
  "triggers/x.json": '{"kind": "hook"}',
  "triggers/choices_x.json": '{"noun": "Tag"}',
};
const zipped = (all: Record<string, string>) =>
  new Response(zipSync(Object.fromEntries(Object.entries(all).map(([path, text]) => [path, strToU8(text)]))));

test("export zapier writes the files of the choice, and says what they hold", async () => {
  const args = ["--app", "acme", "--category", "Contacts", "--category", "Tags, and more", "--only", "a.b,c.d"];
  const answers = { "GET /exports/zapier": zipped(files) };
  const { out, code, asked } = await runCli(["export", "zapier", "--out", join(folder, "one"), ...args], { answers });
  expect(asked[0]!.path).toBe("/exports/zapier?apps=acme&categories=Contacts%2CTags+and+more&only=a.b%2Cc.d");
  expect([code, out]).toEqual([0, expect.stringMatching(/^Wrote 1 triggers, 0 searches and 1 actions to .*one\./)]);
  expect(readFileSync(join(folder, "one/creates/x.json"), "utf8")).toBe(files["creates/x.json"]);
});

test("a further export keeps the name and the version that were raised by hand", async () => {
  const out = join(folder, "two");
  const run = () => runCli(["export", "zapier", "--out", out], { answers: { "GET /exports/zapier": zipped(files) } });
  await run();
  writeFileSync(join(out, "package.json"), '{"name": "ours", "version": "1.3.0"}');
  await run();
  expect(JSON.parse(readFileSync(join(out, "package.json"), "utf8"))).toEqual({ name: "ours", version: "1.3.0", main: "index.js" });
});

test("a file that would lie outside the folder is not written", async () => {
  const { code, err } = await runCli(["export", "zapier", "--out", join(folder, "three")], {
    answers: { "GET /exports/zapier": zipped({ "../outside.txt": "x" }) },
  });
  expect([code, err]).toEqual([2, expect.stringMatching(/outside/)]);
});

test("a refusal of the server is printed", async () => {
  const refused = errorAnswer("BAD_INPUT", "only: there is no 'x' in the catalog.", 400);
  const { code, err } = await runCli(["export", "zapier", "--out", folder, "--only", "x"], {
    answers: { "GET /exports/zapier": refused },
  });
  expect([code, err]).toEqual([1, expect.stringMatching(/there is no 'x'/)]);
});
