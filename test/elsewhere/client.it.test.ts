/** The exported client, as a stranger uses it: in an empty folder, compiled, and called against a running Millrace. */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAppRegistry } from "#apps/index.ts";
import { packageRoot } from "#kernel/root.ts";
import { openExportHouse, writeFiles, type ExportHouse } from "./house.ts";

let open: ExportHouse;
let files: Record<string, string>;
beforeAll(async () => {
  open = await openExportHouse();
  files = await open.exported("client", join(open.place, "node_modules", "millrace-client"));
});
afterAll(() => open.close());

/** What the compiler says; empty where it has nothing to say. */
async function compiled(name: string, options: object, sources: Record<string, string>): Promise<string> {
  const compilerOptions = { strict: true, noEmit: true, target: "es2023", lib: ["es2023", "dom"], types: [], ...options };
  writeFiles(join(open.place, name), { ...sources, "package.json": '{"type":"module"}' });
  writeFiles(join(open.place, name), { "tsconfig.json": JSON.stringify({ compilerOptions }) });
  const run = promisify(execFile)(join(packageRoot(), "node_modules/.bin/tsc"), ["-p", join(open.place, name)]);
  return run.then(() => "").catch((failure: { stdout: string }) => failure.stdout);
}
const nodenext = { module: "nodenext", moduleResolution: "nodenext" };

const use = `
import { createMillrace, MillraceError, RateLimitedError, StepInputInvalidError, type CallResult } from "millrace-client";
const millrace = createMillrace({ url: "http://localhost:4400", key: "mr_x" });
const { output, notices } = await millrace.highlevel.contacts.upsert({ connection: "acme", input: { email: "a@b.c", tags: ["vip"] } });
export const name: string | undefined = output.firstName;
export const said: string[] | undefined = notices;
await millrace.highlevel.contacts.upsert({ connection: "acme", input: { email: { $empty: true }, customFields: { Colour: "teal" }, $more: { x: 1 } }, dryRun: true });
const { output: rows } = await millrace.highlevel.contacts.search({ connection: "acme", rows: 5 });
export const first: string | undefined = rows[0]?.id;
export const ticket: CallResult<unknown> = await millrace.helpdesk.tickets.create({ connection: "desk", input: { subject: "Help", email: "a@b.c" } });
await millrace.http.get({ input: { url: "https://example.com" }, signal: AbortSignal.timeout(1000) });
for await (const { runs } of millrace.$runs.list.pages({ query: { limit: 5 } })) export_(runs[0]?.state);
const { flows } = await millrace.$flows.list();
await millrace.$flows.pause({ id: flows[0]!.id });
const { results } = await millrace.$batch({ operation: "http.get", calls: [{ input: { url: "https://example.com" } }] });
await millrace.$batch({ connection: "acme", calls: [{ operation: "highlevel.contacts.get", input: { contactId: "c" } }, { operation: "http.get", input: { url: "https://example.com" } }] });
for (const result of results) if (!result.ok) export_(result.error.code);
try { await millrace.$call("highlevel.contacts.get", { connection: "acme", input: { contactId: "c" } }); } catch (error) {
  if (error instanceof RateLimitedError) { const code: "RATE_LIMITED" = error.code; export_(code); }
  else if (error instanceof StepInputInvalidError) export_(error.details["field"]);
  else if (error instanceof MillraceError) export_(error.status);
}
function export_(_: unknown) {}
`;

/** Each line must not compile: an expected error that does not come is an error. */
const wrongUses = [
  `millrace.highlevel.contacts.upsert({ input: { email: "a@b.c" } })`,
  `millrace.highlevel.contacts.get({ connection: "acme" })`,
  `millrace.$call("highlevel.contacts.gett", { connection: "acme", input: { contactId: "c" } })`,
  `millrace.$call("highlevel.contacts.get", { connection: "acme", input: { contactID: "c" } })`,
  `millrace.$batch({ operation: "http.gett", calls: [{ input: { url: "https://example.com" } }] })`,
  `millrace.$batch({ operation: "http.get", calls: [{ input: { uri: "https://example.com" } }] })`,
  `millrace.$batch({ calls: [{ operation: "http.get", input: { uri: "https://example.com" } }] })`,
  `millrace.highlevel.contacts.get({ connection: "acme", input: {} })`,
  `millrace.highlevel.contacts.get({ connection: "acme", input: { contactId: 7 } })`,
  `millrace.highlevel.contacts.upsert({ connection: "acme", input: { emial: "a@b.c" } })`,
  `millrace.highlevel.contacts.get({ connection: "acme", input: { contactId: "x" }, rows: 5 })`,
  `millrace.highlevel.contacts.upserts({ connection: "acme" })`,
  `millrace.nobody.contacts.get({ connection: "acme" })`,
  `createMillrace({ url: "http://localhost:4400" })`,
  `millrace.$flows.pause({})`,
  `millrace.$flows.nothing()`,
  `millrace.$batch({ operation: "http.get" })`,
];

describe("the exported client", () => {
  test("is compiled by a stranger under strict rules, and is itself free of type errors", async () => {
    expect(await compiled("use", nodenext, { "use.ts": use })).toBe("");
    expect(await compiled("own", { ...nodenext, allowJs: true, checkJs: true }, { "client.js": files["index.js"]! })).toBe("");
  });

  test("refuses wrong uses when they are compiled", async () => {
    const lines = wrongUses.map((line) => `// @ts-expect-error\n${line};`).join("\n");
    const head = `import { createMillrace } from "millrace-client";\nconst millrace = createMillrace({ url: "u", key: "k" });\n`;
    expect(await compiled("wrong", nodenext, { "wrong.ts": head + lines })).toBe("");
  });

  test("has a method for every operation that the catalog lists", async () => {
    const { apps } = createAppRegistry().of("any");
    const names = apps.flatMap(({ operations }) => operations.map(({ app, id }) => [app, ...id.split(".")]));
    const uses = names.map(
      (path) => `millrace${path.map((part) => `[${JSON.stringify(part)}]`).join("")} satisfies (options: never) => unknown;`,
    );
    const head = `import type { Millrace } from "millrace-client";\ndeclare const millrace: Millrace;\n`;
    expect(await compiled("every", nodenext, { "every.ts": head + uses.join("\n") })).toBe("");
  });

  test("has no dependency and no secret", () => {
    expect(Object.keys(JSON.parse(files["package.json"]!) as object)).not.toContain("dependencies");
    expect(Object.values(files).join("")).not.toContain(open.key);
    expect(Object.keys(files).toSorted()).toEqual(["README.md", "index.d.ts", "index.js", "package.json"]);
  });
});

/** The client's own types are tested above; here it is called. */
interface Loose {
  [name: string]: Loose &
    ((input?: object) => Promise<Record<string, never>>) & { pages(input?: object): AsyncIterable<{ runs: unknown[] }> };
}
const load = async (options: object = {}, url = open.url): Promise<Loose> => {
  const address = pathToFileURL(join(open.place, "node_modules/millrace-client/index.js")).href;
  const { createMillrace } = (await import(address)) as { createMillrace(options: object): Loose };
  return createMillrace({ url, key: open.key, ...options });
};

describe("a running Millrace is called by the exported client", () => {
  test("operations read, write, are tried without a write, and fail as classes", async () => {
    const millrace = await load();
    const made = await millrace["highlevel"]!["contacts"]!["create"]!({ connection: "acme", input: { email: "client@example.com" } });
    const { id } = made["output"] as unknown as { id: string };
    const read = await millrace["highlevel"]!["contacts"]!["get"]!({ connection: "acme", input: { contactId: id } });
    expect(read["output"]).toMatchObject({ id, email: "client@example.com" });
    const dry = await millrace["highlevel"]!["contacts"]!["update"]!({
      connection: "acme",
      input: { contactId: id, firstName: "Ada" },
      dryRun: true,
    });
    expect(dry["effects"]).toHaveLength(1);
    const refused = await millrace["highlevel"]!["contacts"]!["get"]!({ connection: "acme", input: {} }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: "StepInputInvalidError",
      code: "STEP_INPUT_INVALID",
      status: 422,
      details: { field: "contactId" },
    });
  });

  test("endpoints of their own keys, batches, flows and runs are reached too", async () => {
    const millrace = await load();
    const batch = await millrace["$batch"]!({
      operation: "highlevel.contacts.list",
      connection: "acme",
      calls: [{}, { input: { nothing: 1 } }],
    });
    expect(batch).toMatchObject({ succeeded: 1, failed: 1 });
    const trigger = { app: "http", operation: "webhook" };
    const body = { name: "Seen", trigger, steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }] };
    const { id } = (await millrace["$flows"]!["create"]!({ body })) as unknown as { id: string };
    await millrace["$flows"]!["publish"]!({ id });
    for (const n of [1, 2]) await millrace["$flows"]!["run"]!({ id, body: { payload: { id: n } } });
    const pages = [];
    for await (const { runs } of millrace["$runs"]!["list"]!.pages({ query: { limit: 1 } })) pages.push(runs.length);
    expect(pages.length).toBeGreaterThan(1);
    expect(Math.max(...pages)).toBe(1);
  });

  test("what is slowed down, or breaks, is tried again with the same key, as long as nobody gives up", async () => {
    const keys: (string | undefined)[] = [];
    const server = createServer((request, reply) => {
      keys.push(request.headers["idempotency-key"] as string | undefined);
      if (keys.length === 1) return void request.socket.destroy();
      const [status, body] =
        keys.length === 2 ? [429, { error: { code: "RATE_LIMITED", message: "slow", details: {} } }] : [200, { output: 7 }];
      reply.writeHead(status, { "content-type": "application/json", "retry-after": "0" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const millrace = await load({}, url);
    expect(await millrace["app"]!["make"]!({ input: {} })).toEqual({ output: 7 });
    expect([keys.length, new Set(keys).size, keys[0]?.length]).toEqual([3, 1, 36]);
    const given = new AbortController();
    given.abort(new Error("enough"));
    await expect(millrace["app"]!["make"]!({ input: {}, signal: given.signal })).rejects.toThrow("enough");
    await new Promise((resolve) => server.close(resolve));
    await expect((await load({ retries: 0 }, url))["app"]!["make"]!()).rejects.toThrow("No Millrace answers");
  });
});
