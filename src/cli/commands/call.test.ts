import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reply = { output: { id: "c_1", email: "ada@example.com" }, exchanges: [] };

test("call sends operation, connection and input, and prints the result", async () => {
  const { asked, out, code } = await runCli(["call", "contacts.get", "-c", "acme", "-i", '{"contactId":"c_1"}'], {
    answers: { "POST /operations/contacts.get": reply },
  });
  expect(asked[0]!.body).toEqual({ connection: "acme", input: { contactId: "c_1" }, dryRun: false });
  expect(JSON.parse(out)).toEqual(reply.output);
  expect(code).toBe(0);
});

test("call takes its input from a file or from standard input", async () => {
  const file = join(folder, "in.json");
  writeFileSync(file, '\uFEFF{"a":1}'); // editors on Windows put a mark in front
  for (const args of [
    ["-i", `@${file}`],
    ["-i", "-"],
  ]) {
    const { asked } = await runCli(["call", "request", "--app", "http", ...args], {
      answers: { "POST /operations/http.request": reply },
      input: '{"a":1}',
    });
    expect(asked[0]!.body).toEqual({ input: { a: 1 }, dryRun: false });
  }
});

test("call --dry-run shows what would change", async () => {
  const effects = [
    {
      operation: "contacts.upsert",
      title: "Upsert Contact",
      effect: "create",
      unchanged: false,
      changes: [{ field: "email", old: undefined, new: "ada@example.com" }],
    },
  ];
  const { asked, out } = await runCli(["call", "contacts.upsert", "--dry-run"], {
    answers: { "POST /operations/contacts.upsert": { ...reply, effects } },
  });
  expect(asked[0]!.body).toMatchObject({ dryRun: true });
  expect(out).toBe("Would create: Upsert Contact\n  email: ada@example.com\nNothing was written.\n");
});

test("call tells what had better be changed beside the result, which stays what it is", async () => {
  const notices = ["HighLevel has deprecated List Contacts."];
  const { out, err } = await runCli(["call", "contacts.list"], { answers: { "POST /operations/contacts.list": { ...reply, notices } } });
  expect([JSON.parse(out), err]).toEqual([reply.output, "HighLevel has deprecated List Contacts.\n"]);
});

test("call --rows says how many rows of a list to read, and how far it was read stands beside the result (F26)", async () => {
  const list = { rows: 323, complete: true, total: 323, requests: 4 };
  const { asked, out, err } = await runCli(["call", "contacts.list", "--rows", "5000"], {
    answers: { "POST /operations/contacts.list": { ...reply, list } },
  });
  expect(asked[0]!.body).toMatchObject({ rows: 5000 });
  expect([JSON.parse(out), err]).toEqual([reply.output, "Read all 323 rows in 4 requests.\n"]);
  const refused = await runCli(["call", "contacts.list", "--rows", "many"]);
  expect([refused.code === 0, refused.err]).toEqual([false, expect.stringContaining("Give a whole number, 1 or more.")]);
});

test("call --json prints the whole answer, and an error as JSON too", async () => {
  expect(
    JSON.parse((await runCli(["call", "contacts.get", "--json"], { answers: { "POST /operations/contacts.get": reply } })).out),
  ).toEqual(reply);
  const refusal = errorAnswer("OUTBOUND_REFUSED", "HighLevel refused it.", 422, { field: "email" });
  const { err, out, code } = await runCli(["call", "contacts.get", "--json"], { answers: { "POST /operations/contacts.get": refusal } });
  expect([JSON.parse(err), out, code]).toEqual([
    { error: { code: "OUTBOUND_REFUSED", message: "HighLevel refused it.", details: { field: "email" } } },
    "",
    1,
  ]);
});

test("call tells what to do about a login that is over", async () => {
  const refusal = errorAnswer("CONNECTION_REVOKED", "HighLevel no longer accepts the connection 'acme'. Reconnect it.", 409, {
    connection: "acme",
  });
  const { err } = await runCli(["call", "contacts.get"], { answers: { "POST /operations/contacts.get": refusal } });
  expect(err).toBe(
    "HighLevel no longer accepts the connection 'acme'. Reconnect it.\nGive it a new login: millrace connect replace-secret acme\n",
  );
});

test("call refuses an input that is no object before anything is asked", async () => {
  for (const input of ["[1]", "{bad", "@/no/such/file"]) {
    const { code, asked } = await runCli(["call", "contacts.get", "-i", input]);
    expect([code, asked.length]).toEqual([2, 0]);
  }
});

test("call --batch makes a call for each line and prints its result, and fails where one did", async () => {
  const results = [
    { ok: true, output: { id: "c_1" } },
    { ok: false, error: { code: "OUTBOUND_REFUSED", message: "HighLevel refused it.", details: {} } },
  ];
  const { asked, out, err, code } = await runCli(
    ["call", "contacts.upsert", "-c", "acme", "--batch", "-", "--idempotency-key", "import-1"],
    { answers: { "POST /operations": { results, succeeded: 1, failed: 1 } }, input: '{"email":"a@b.c"}\n\n{"email":"d@e.f"}\n' },
  );
  expect(asked[0]!.body).toEqual({
    operation: "contacts.upsert",
    connection: "acme",
    dryRun: false,
    calls: [
      { input: { email: "a@b.c" }, idempotencyKey: "import-1/1" },
      { input: { email: "d@e.f" }, idempotencyKey: "import-1/2" },
    ],
  });
  expect(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { line: 1, ok: true, output: { id: "c_1" } },
    { line: 2, ok: false, code: "OUTBOUND_REFUSED", message: "HighLevel refused it." },
  ]);
  expect([err, code]).toEqual(["1 of 2 calls succeeded.\n", 1]);
});

test("call --batch sends a hundred at once, and nothing where a line is not an object", async () => {
  const input = Array.from({ length: 150 }, (_, n) => `{"n":${n}}`).join("\n");
  const { asked, code } = await runCli(["call", "contacts.get", "--batch", "-"], {
    answers: { "POST /operations": { results: [], succeeded: 0, failed: 0 } },
    input,
  });
  expect([asked.map(({ body }) => (body as { calls: unknown[] }).calls.length), code]).toEqual([[100, 50], 0]);
  for (const wrong of ['{"a":1}\n[1]', "{bad", " \n"]) {
    const refused = await runCli(["call", "contacts.get", "--batch", "-"], { input: wrong });
    expect([refused.code, refused.asked.length]).toEqual([2, 0]);
  }
});
