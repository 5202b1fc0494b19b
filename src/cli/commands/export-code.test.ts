import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const zipped = (files: Record<string, string>) =>
  new Response(Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))));

describe.each(["client", "n8n"])("export %s", (name) => {
  test("writes the files of the export into a folder, which is made", async () => {
    const out = join(folder, name, "new");
    const answers = { [`GET /exports/${name}`]: zipped({ "index.js": "a", "deep/er.js": "b" }) };
    const { asked, code } = await runCli(["export", name, "--out", out, "--app", "http", "--endpoints"], { answers });
    expect([asked[0]!.path, code]).toEqual([`/exports/${name}?app=http&endpoints=true`, 0]);
    expect([readFileSync(join(out, "index.js"), "utf8"), readFileSync(join(out, "deep/er.js"), "utf8")]).toEqual(["a", "b"]);
  });

  test("leaves a folder that is not empty alone, unless it is to be written into", async () => {
    const out = join(folder, name);
    const refused = await runCli(["export", name, "--out", out]);
    expect([refused.code, refused.asked.length]).toEqual([2, 0]);
    const answers = { [`GET /exports/${name}`]: zipped({ "index.js": "c" }) };
    expect((await runCli(["export", name, "--out", out, "--force"], { answers })).code).toBe(0);
    expect(readFileSync(join(out, "index.js"), "utf8")).toBe("c");
  });

  test("writes nothing outside of its folder, and nothing where Millrace refuses", async () => {
    const out = join(folder, `${name}-hostile`);
    const hostile = await runCli(["export", name, "--out", out], { answers: { [`GET /exports/${name}`]: zipped({ "../out.js": "x" }) } });
    expect([hostile.code, readdirSync(folder).includes("out.js")]).toEqual([2, false]);
    const refusal = errorAnswer("NOT_FOUND", "There is no app 'nobody' here.", 404, { what: "app" });
    const refused = await runCli(["export", name, "--out", out, "--app", "nobody"], { answers: { [`GET /exports/${name}`]: refusal } });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("There is no app 'nobody' here.")]);
  });
});
