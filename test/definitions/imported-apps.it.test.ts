/** Documents imported into a running Millrace: read, saved, connected, and called against servers that are made of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppDraft, DefinitionComparison } from "#api/schemas/app-drafts.ts";
import { silentLog } from "#kernel/log.ts";
import { ReadingThread } from "#server/reading/reading-thread.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";
import { anchors, broken, circular, everyScheme, large, oddNames, petstore20, petstore30, petstore31 } from "./documents.ts";
import { openMock } from "./mock.ts";

const { folder, remove } = inboxFolder();
let mock: Awaited<ReturnType<typeof openMock>>;
let house: House;

beforeAll(async () => {
  mock = await openMock((origin) => ({
    "pets30.json": petstore30(`${origin}/pets30/v1`),
    "pets31.json": petstore31(`${origin}/pets31/v1`),
    "pets20.json": { ...petstore20(new URL(origin).host, "http"), basePath: "/pets20/v1" },
    "tree.json": circular(`${origin}/tree`),
    "large.json": large(520, `${origin}/large`),
    "doors.json": everyScheme(`${origin}/doors`),
    "broken.json": broken(`${origin}/broken`),
    "names.json": oddNames(`${origin}/names`),
    docs: '<!doctype html><html><body><redoc spec-url="/pets30.json"></redoc></body></html>',
    empty: "<!doctype html><html><body>Welcome</body></html>",
  }));
  house = await openHouse(folder, false, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: mock.host } });
});
afterAll(async () => {
  await house.millrace.close();
  await mock.close();
  remove();
});

const draftOf = (source: object) => house.api<AppDraft & { error: { message: string } }>("POST", "/app-drafts/document", source);
const definitionOf = ({ title, baseUrl, auth, operations, triggers }: AppDraft) => ({
  title,
  ...(baseUrl !== null && { baseUrl }),
  auth,
  operations: operations.map(({ definition }) => definition).slice(0, 500),
  triggers,
});

interface Kind {
  name: string;
  operations: number;
  /** The login, and its secret. */
  auth: string;
  secret?: Record<string, string>;
  call: [operation: string, input: object];
  output: unknown;
  /** What arrived there. */
  sent: object;
}
const kinds: Kind[] = [
  {
    name: "pets30",
    operations: 7,
    auth: "header",
    secret: { token: "k" },
    call: ["create_pet", { name: "Rex", tags: ["a", "b"] }],
    output: { id: 2, name: "Rex" },
    sent: { method: "POST", path: "/pets30/v1/pets", body: '{"name":"Rex","tags":["a","b"]}', headers: { "x-api-key": "k" } },
  },
  {
    name: "pets31",
    operations: 2,
    auth: "token",
    secret: { token: "t" },
    call: ["pets.create", { name: "Rex", size: "s" }],
    output: { id: "p_2", name: "Rex" },
    sent: { body: '{"name":"Rex","size":"s"}', headers: { authorization: "Bearer t" } },
  },
  {
    name: "pets20",
    operations: 3,
    auth: "basic",
    secret: { username: "ada", password: "p" },
    call: ["rename_pet", { id: 7, name: "Rex II" }],
    output: { ok: true },
    sent: { path: "/pets20/v1/pets/7/name", body: "name=Rex+II" },
  },
  { name: "tree", operations: 3, auth: "none", call: ["add_node", { name: "root" }], output: { id: "n_1" }, sent: { path: "/tree/nodes" } },
  {
    name: "large",
    operations: 520,
    auth: "none",
    call: ["get_thing41", { id: "x" }],
    output: { id: "t_41" },
    sent: { path: "/large/things41/x" },
  },
  {
    name: "doors",
    operations: 1,
    auth: "query",
    secret: { token: "k" },
    call: ["me", {}],
    output: { id: "u_1" },
    sent: { query: { key: ["k"] } },
  },
  { name: "broken", operations: 7, auth: "none", call: ["good", {}], output: { id: "g_1" }, sent: { path: "/broken/good" } },
  {
    name: "names",
    operations: 1,
    auth: "none",
    call: ["things.replace", { "thing-id": "a", thing_id: "b", ids: ["1", "2"], id_2: "in", gr_e: 3 }],
    output: { ok: true },
    sent: { path: "/names/things/a/b.json", query: { "ids[]": ["1", "2"] }, body: '{"id":"in","größe":3}' },
  },
];

test.each(kinds)("$name: $operations operations are read, saved and connected, and one is called", async (kind) => {
  const { name, auth, secret } = kind;
  const draft = await draftOf({ url: `${mock.origin}/${name}.json` });
  expect([draft.status, draft.body.operations?.length]).toEqual([200, kind.operations]);
  const put = await house.api("PUT", `/apps/${name}`, definitionOf(draft.body));
  expect([put.status, put.body]).toMatchObject([200, { title: draft.body.title }]);
  const login = { name, app: name, auth, ...(secret && { secret }) };
  const connected = await house.api("POST", "/connections?verify=false", login);
  expect([connected.status, connected.body]).toMatchObject([201, {}]);
  const [operation, input] = kind.call;
  const called = await house.api<{ output: unknown }>("POST", `/operations/${name}.${encodeURIComponent(operation)}`, {
    connection: name,
    input,
  });
  expect([called.status, called.body]).toMatchObject([200, { output: kind.output }]);
  expect(mock.asked.at(-1)).toMatchObject(kind.sent);
});

test("a document is found in a page that shows it; a page without one, a text that is none and a private address are refused", async () => {
  const found = await draftOf({ url: `${mock.origin}/docs` });
  expect([found.body.operations.length, found.body.notes[0]?.says]).toEqual([
    7,
    `The address is a page; the document was found at ${mock.origin}/pets30.json.`,
  ]);
  expect((await draftOf({ text: anchors })).body.operations).toHaveLength(2);
  const refusals = [
    { url: `${mock.origin}/empty` },
    { url: `${mock.origin}/nothing.json` },
    { text: "[1" },
    { url: "http://127.0.0.1:9/x" },
  ];
  const replies = await Promise.all(refusals.map(draftOf));
  expect(replies.map(({ status, body }) => `${status} ${body.error.message}`)).toEqual([
    expect.stringMatching(/^400 url: is a page in which no OpenAPI document was found/),
    "400 url: answers with the status 404.",
    expect.stringMatching(/^400 text: is no JSON/),
    expect.stringMatching(/^\d+ .*127\.0\.0\.1:9/),
  ]);
});

test("a document that takes too long, or more memory than there is, is refused, and no workspace takes all places in the line", async () => {
  const text = JSON.stringify(petstore30());
  const bounds = { timeoutMs: 20_000, memoryMb: 512, threads: 1, waiting: 2, ofWorkspace: 1, short: 0 };
  const reading = (changed: Partial<typeof bounds>) => new ReadingThread(silentLog, { ...bounds, ...changed });
  await expect(reading({ timeoutMs: 1 }).read("ws_1", { kind: "document", text })).rejects.toThrow("takes more than 0.001 s to read");
  await expect(reading({ timeoutMs: 1 }).read("ws_1", { kind: "curl", text: "curl https://x.example.com/a" })).rejects.toThrow("to read");
  await expect(reading({ memoryMb: 4 }).read("ws_1", { kind: "document", text })).rejects.toThrow("takes more memory");
  const thread = reading({});
  const first = thread.read("ws_1", { kind: "document", text });
  await expect(thread.read("ws_1", { kind: "document", text })).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  const other = thread.read("ws_2", { kind: "document", text });
  await expect(thread.read("ws_3", { kind: "document", text })).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  for (const draft of [await first, await other]) expect(draft.operations).toHaveLength(7);
});

test("slow texts of one workspace are read one after another, and those of others pass them", async () => {
  const text = JSON.stringify(large(200));
  const thread = new ReadingThread(silentLog, { timeoutMs: 20_000, memoryMb: 512, threads: 2, waiting: 10, ofWorkspace: 3, short: 0 });
  const done: string[] = [];
  const read = (workspaceId: string, kind: "document" | "curl", given: string) =>
    thread.read(workspaceId, { kind, text: given }).then(() => done.push(`${workspaceId} ${kind}`));
  const slow = [read("ws_1", "document", text), read("ws_1", "document", text), read("ws_1", "document", text)];
  await Promise.all([...slow, read("ws_2", "curl", "curl https://x.example.com/a")]);
  expect(done.indexOf("ws_2 curl")).toBeLessThan(2);
  expect(done).toHaveLength(4);
});

test("a newer document is compared first: what changes, and the flow that would fail; the older one is put again from its version", async () => {
  const { body: draft } = await draftOf({ url: `${mock.origin}/pets30.json` });
  await house.api("PUT", "/apps/shop", definitionOf(draft));
  const step = { id: "pet", app: "shop", operation: "create_pet", input: { name: "{{ trigger.name }}", status: "sold" } };
  const flow = { name: "New pets", trigger: { app: "shop", operation: "sold" }, steps: [step] };
  expect((await house.api("POST", "/flows", flow)).status).toBeLessThan(300);
  const newer = definitionOf(draft);
  const operations = newer.operations
    .filter(({ id }) => id !== "get_pet")
    .map((each) => (each.id === "create_pet" ? { ...each, input: each.input.filter(({ name }) => name !== "status") } : each));
  const compared = await house.api<DefinitionComparison>("POST", "/apps/shop/compare", { definition: { ...newer, operations } });
  expect(compared.body).toEqual({
    changes: [
      { kind: "removed", what: "operations.get_pet", says: "'Get pet' is gone." },
      { kind: "changed", what: "operations.create_pet", says: "'Add a pet' does not take 'status' any more." },
    ],
    flows: [{ id: expect.any(String), name: "New pets", problems: ["The step 'pet': 'Add a pet' does not take 'status'."] }],
  });
  const wrong = await house.api<{ error: { message: string } }>("POST", "/apps/shop/compare", { definition: { title: 7 } });
  expect([wrong.status, wrong.body.error.message]).toEqual([400, expect.stringMatching(/^definition\.title/)]);
  await house.api("PUT", "/apps/shop", { ...newer, operations, millraceApp: 1 });
  const { versions } = (await house.api<{ versions: { revision: number; operations: number; by: string }[] }>("GET", "/apps/shop/versions"))
    .body;
  expect(versions).toMatchObject([
    { revision: 2, operations: 6, by: expect.any(String) },
    { revision: 1, operations: 7 },
  ]);
  const first = await house.api<{ definition: object }>("GET", "/apps/shop/versions/1");
  expect((await house.api("PUT", "/apps/shop", first.body.definition)).body).toMatchObject({ revision: 3, operations: 7 });
  expect((await house.api("GET", "/apps/shop/versions/9")).status).toBe(404);
});
