import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dataFiles } from "#server/start/data-folder.ts";
import { runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
beforeAll(() => writeFileSync(dataFiles(folder).apiKey, "mr_local-key-of-this-folder\n"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unset = { MILLRACE_URL: "", MILLRACE_API_KEY: "", MILLRACE_DATA: folder };
const flows = { "GET /flows": { flows: [] } };

describe("the key that is sent", () => {
  const sentTo = async (env: Record<string, string>) => {
    const { asked } = await runCli(["flow", "list"], { answers: flows, env });
    return { url: asked[0]!.url, authorization: asked[0]!.headers["authorization"] };
  };

  test("is the one of the environment", async () => {
    expect(await sentTo({ MILLRACE_URL: "https://millrace.example.com/", MILLRACE_API_KEY: "mr_given" })).toEqual({
      url: "https://millrace.example.com/api/v1/flows",
      authorization: "Bearer mr_given",
    });
  });

  test("is the one of the data folder when none is given", async () => {
    expect(await sentTo(unset)).toEqual({ url: "http://127.0.0.1:4400/api/v1/flows", authorization: "Bearer mr_local-key-of-this-folder" });
    expect((await sentTo({ ...unset, MILLRACE_URL: "http://localhost:9999" })).authorization).toBe("Bearer mr_local-key-of-this-folder");
  });

  test("of the data folder never goes to another machine", async () => {
    for (const url of ["https://millrace.example.com", "http://127.0.0.1.example.com", "http://10.0.0.7:4400"]) {
      expect((await sentTo({ ...unset, MILLRACE_URL: url })).authorization).toBeUndefined();
    }
  });

  test("goes where the running server wrote that it is", async () => {
    writeFileSync(dataFiles(folder).server, JSON.stringify({ url: "http://127.0.0.1:4777", pid: 1 }));
    expect((await sentTo(unset)).url).toBe("http://127.0.0.1:4777/api/v1/flows");
    rmSync(dataFiles(folder).server);
    expect((await sentTo({ ...unset, MILLRACE_PORT: "4888" })).url).toBe("http://127.0.0.1:4888/api/v1/flows");
  });
});

test("key rotate prints the new key alone on standard output", async () => {
  const { out, err, code } = await runCli(["key", "rotate", "--yes"], { answers: { "POST /api-key": { key: "mr_new" } } });
  expect([out, code]).toEqual(["mr_new\n", 0]);
  expect(err).toContain("MILLRACE_API_KEY still holds the old one");
  expect((await runCli(["key", "rotate", "--yes"], { answers: { "POST /api-key": { key: "mr_new" } }, env: unset })).err).toContain(
    dataFiles(folder).apiKey,
  );
});

test("key rotate asks first, and says that only sessions without an account end", async () => {
  expect((await runCli(["key", "rotate"])).asked).toEqual([]);
  const rotated = await runCli(["key", "rotate"], { keyboard: [true], answers: { "POST /api-key": { key: "mr_new" } } });
  expect(rotated.questions.join()).toContain("sessions without an account end");
  expect(rotated.err).toContain("Anyone signed in without an account must sign in again");
  expect((await runCli(["key", "rotate"], { keyboard: [false] })).asked).toEqual([]);
});

test("key show-prefix shows no more than tells keys apart", async () => {
  const { out } = await runCli(["key", "show-prefix"], { env: unset });
  expect(out).toBe(`mr_local-…  from ${dataFiles(folder).apiKey}\n`);
  expect((await runCli(["key", "show-prefix"], { env: { ...unset, MILLRACE_DATA: join(folder, "none") } })).code).toBe(2);
});

const view = {
  id: "key_1",
  name: "reports",
  prefix: "mr_abc123",
  role: "viewer",
  scopes: ["runs:read"],
  allowedFrom: ["10.0.0.0/8"],
  createdAt: 0,
  expiresAt: null,
  lastUsedAt: null,
  madeBy: null,
};

test("key add prints the key alone on standard output, once, with the bounds that were asked for", async () => {
  const { out, err, asked } = await runCli(["key", "add", "reports", "--scope", "runs:read", "--from", "10.0.0.0/8", "--expires", "30"], {
    answers: { "POST /api-keys": { key: "mr_secret", view } },
  });
  expect(out).toBe("mr_secret\n");
  expect(err).not.toContain("mr_secret");
  expect(asked[0]!.body).toEqual({
    name: "reports",
    role: "viewer",
    scopes: ["runs:read"],
    allowedFrom: ["10.0.0.0/8"],
    expiresInDays: 30,
  });
  expect((await runCli(["key", "add", "reports", "--expires", "soon"])).code).toBe(2);
});

test("key list shows the bounds of each, and key remove takes one by its name", async () => {
  const answers = { "GET /api-keys": { keys: [view] }, "DELETE /api-keys/key_1": { ok: true } };
  expect((await runCli(["key", "list"], { answers })).out).toBe(
    "KEY      BEGINS     ROLE                   LAST USED  EXPIRES  FROM\nreports  mr_abc123  viewer, 1 scope of it  never      never    10.0.0.0/8\n",
  );
  expect((await runCli(["key", "remove", "reports", "--yes"], { answers })).out).toBe("Removed: reports\n");
});
