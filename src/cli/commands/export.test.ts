import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const zipped = (files: Record<string, string>) =>
  new Response(Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))));
const packages = { zapier: "millrace-zapier", client: "millrace-client", n8n: "n8n-nodes-millrace" };

describe.each(["zapier", "client", "n8n"] as const)("export %s", (name) => {
  const answering = (files: Record<string, string>) => ({ answers: { [`GET /exports/${name}`]: zipped(files) } });
  const exportTo = (out: string, files: Record<string, string>, ...args: string[]) =>
    runCli(["export", name, "--out", out, ...args], answering(files));

  test("writes the files of the choice into a folder, which is made", async () => {
    const out = join(folder, name, "new");
    const choice = ["--app", "acme", "http", "--category", "Contacts", "Tags, and more", "--only", "a.b", "c.d", "--endpoints"];
    const { asked, code } = await exportTo(out, { "index.js": "a", "deep/er.js": "b" }, ...choice);
    const query = "apps=acme%2Chttp&categories=Contacts%2CTags+and+more&only=a.b%2Cc.d&endpoints=true";
    expect([asked[0]!.path, code]).toEqual([`/exports/${name}?${query}`, 0]);
    expect([readFileSync(join(out, "index.js"), "utf8"), readFileSync(join(out, "deep/er.js"), "utf8")]).toEqual(["a", "b"]);
  });

  test("leaves a folder with something else in it alone, unless it is to be written into", async () => {
    const out = join(folder, name);
    const refused = await runCli(["export", name, "--out", out]);
    expect([refused.code, refused.asked.length]).toEqual([2, 0]);
    expect((await exportTo(out, { "index.js": "c" }, "--force")).code).toBe(0);
    expect(readFileSync(join(out, "index.js"), "utf8")).toBe("c");
  });

  test("renews an earlier export", async () => {
    const out = join(folder, `${name}-again`);
    const facts = JSON.stringify({ name: packages[name], version: "1.0.0" });
    await exportTo(out, { "package.json": facts, "index.js": "a" });
    expect((await exportTo(out, { "package.json": facts, "index.js": "b" })).code).toBe(0);
    expect(readFileSync(join(out, "index.js"), "utf8")).toBe("b");
  });

  test("writes nothing at all where a file would lie outside of its folder, or Millrace refuses", async () => {
    const out = join(folder, `${name}-hostile`);
    const hostile = await exportTo(out, { "index.js": "a", "../out.js": "x" });
    expect([hostile.code, readdirSync(folder).filter((file) => file === "out.js" || file === `${name}-hostile`)]).toEqual([2, []]);
    const refusal = errorAnswer("BAD_INPUT", "apps: there is no 'x' in the catalog.", 400);
    const refused = await runCli(["export", name, "--out", out, "--app", "x"], { answers: { [`GET /exports/${name}`]: refusal } });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("there is no 'x'")]);
  });
});

test("export zapier says what the project holds, and keeps the name and the version that were set by hand", async () => {
  const files = {
    "package.json": '{"name": "millrace-zapier", "version": "1.0.0", "main": "index.js"}',
    "creates/x.json": '{"kind": "create"}',
    "triggers/x.json": '{"kind": "hook"}',
    "triggers/choices_x.json": '{"noun": "Tag"}',
  };
  const out = join(folder, "ours");
  mkdirSync(out);
  writeFileSync(join(out, "package.json"), '{"name": "ours", "version": "1.3.0"}');
  const answers = { "GET /exports/zapier": zipped(files) };
  const { out: said } = await runCli(["export", "zapier", "-o", out, "--force"], { answers });
  expect(said).toMatch(/^Wrote 1 triggers, 0 searches and 1 actions to .*ours\./);
  expect(JSON.parse(readFileSync(join(out, "package.json"), "utf8"))).toEqual({ name: "ours", version: "1.3.0", main: "index.js" });
});
