/** Apps that a workspace defines: what is refused, and by which field. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appDefinition, appLimits, type DefinitionCheck } from "#api/schemas.ts";
import { openServer, withKey } from "../fakes/server.ts";
import { helpdeskDefinition } from "../support/add-an-app.ts";

const good = () => helpdeskDefinition("https://helpdesk.example.com");
let server: Awaited<ReturnType<typeof openServer>>;

beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());

const ask = async (method: "GET" | "PUT" | "POST" | "DELETE", path: string, payload?: object) => {
  const reply = await server.app.inject({ method, url: `/api/v1${path}`, headers: withKey(server.key), ...(payload && { payload }) });
  return { status: reply.statusCode, body: reply.json() };
};

/** The good definition with one value in it replaced; undefined takes it out. */
function changed(path: string, value: unknown): object {
  const definition = structuredClone(good()) as Record<string, unknown>;
  if (path === "") return { ...definition, ...(value as object) };
  const keys = path.split(".");
  const last = keys.pop()!;
  let at = definition;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  at[last] = value;
  return JSON.parse(JSON.stringify(definition)) as object;
}
const operation = (more: object) => ({ id: "x.y", title: "X", effect: "read", method: "GET", path: "/x", ...more });
const field = (more: object) => ({ name: "a", in: "query", ...more });
const lookup = (more: object) => ({ operation: "agents.list", value: "id", label: "name", ...more });

/** [what is wrong, where it is put, what is put there, the field that is named] */
const wrong: [what: string, path: string, value: unknown, field: string][] = [
  ["no title", "title", undefined, "title"],
  ["an unknown member", "colour", "red", "colour"],
  ["an address of another kind", "baseUrl", "ftp://helpdesk.example.com", "baseUrl"],
  ["a part of the address that nothing describes", "baseUrl", "https://{account}.example.com", "baseUrl"],
  [
    "an address whose end anybody may own",
    "",
    { baseUrl: "https://{account}.com", variables: [{ name: "account", label: "Account" }] },
    "baseUrl",
  ],
  ["a shared end", "", { baseUrl: "https://{account}.co.uk", variables: [{ name: "account", label: "Account" }] }, "baseUrl"],
  ["a host beside something", "", { baseUrl: "https://x.{host}", variables: [{ name: "host", label: "Host", as: "host" }] }, "baseUrl"],
  [
    "a usual value of two parts",
    "",
    { baseUrl: "https://{a}.example.com", variables: [{ name: "a", label: "A", default: "x.y" }] },
    "variables.0.default",
  ],
  ["a part of no address", "variables", [{ name: "account", label: "Account" }], "variables.0"],
  [
    "a part named as a login's setting",
    "",
    { baseUrl: "https://{param}.example.com", variables: [{ name: "param", label: "P" }] },
    "variables.0.name",
  ],
  ["an address with a password", "baseUrl", "https://ada:secret@helpdesk.example.com", "baseUrl"],
  ["an address with a query", "baseUrl", "https://helpdesk.example.com/api?v=1", "baseUrl"],
  ["an address with a fragment, which would swallow every path", "baseUrl", "https://helpdesk.example.com/#api", "baseUrl"],
  ["a login of no kind", "auth.0.kind", "magic", "auth.0.kind"],
  ["no login", "auth", [], "auth"],
  ["two logins of one kind", "auth.1", { kind: "header", title: "B", header: "X-B" }, "auth"],
  ["a header that is none", "auth.0.header", "X Key", "auth.0.header"],
  ["a login that would name another host", "auth.0.header", "Host", "auth.0.header"],
  ["a token that would cut the body", "auth.0", { kind: "token", title: "T", header: "Content-Length" }, "auth.0.header"],
  ["a token's prefix of two lines", "auth.0", { kind: "token", title: "T", prefix: "Bearer\r\nX: " }, "auth.0.prefix"],
  ["a header of two lines", "headers", { "X-Team": "a\r\nX-Other: b" }, "headers.X-Team"],
  ["a login field that is never sent", "auth.0.fields.1", { name: "pin", in: "secret", label: "PIN" }, "auth.0.fields.1.name"],
  ["a setting the login has not", "auth.0.fields.1", { name: "realm", in: "setting", label: "Realm" }, "auth.0.fields.1.name"],
  ["two login fields of one name", "auth.0.fields.1", { name: "token", in: "secret", label: "Again" }, "auth.0.fields"],
  [
    "an address field that is none",
    "auth.1",
    { kind: "url", title: "U", fields: [{ name: "u", in: "secret", label: "U" }] },
    "auth.1.fields.0",
  ],
  ["a login sent as a plain header", "headers", { Authorization: "Bearer x" }, "headers.Authorization"],
  ["a header of the transport", "headers", { Host: "other.example" }, "headers.Host"],
  ["a header that changes the method", "headers", { "X-HTTP-Method-Override": "DELETE" }, "headers.X-HTTP-Method-Override"],
  ["code that is not there", "prepare", "nope", "prepare"],
  ["a probe of nothing", "probe.0.operation", "account.put", "probe.0.operation"],
  ["a probe that writes", "probe.0.operation", "tickets.create", "probe.0.operation"],
  ["a mark without a hue", "mark", { letters: "HD" }, "mark.hue"],
  ["a finder of nothing", "finders", { ticketId: "tickets.find" }, "finders.ticketId"],
  ["a refusal of a success", "refusals", [{ status: [200], code: "OUTBOUND_REFUSED" }], "refusals.0.status.0"],
  ["a refusal with a code of ours", "refusals", [{ status: [400], code: "INTERNAL" }], "refusals.0.code"],
  ["a refusal of no operation", "refusals", [{ status: [400], code: "OUTBOUND_REFUSED", operations: ["no"] }], "refusals.0.operations.0"],
  ["two operations of one id", "operations.0.id", "agents.list", "operations"],
  ["a trigger with an operation's id", "triggers.0.id", "agents.list", "operations"],
  ["an id in capitals", "operations.0.id", "Account.Get", "operations.0.id"],
  ["an effect of no kind", "operations.0.effect", "maybe", "operations.0.effect"],
  ["a read that deletes", "operations.0.method", "DELETE", "operations.0.effect"],
  ["a GET that writes", "operations.0.effect", "update", "operations.0.effect"],
  ["a path that is a whole address", "operations.0.path", "https://elsewhere.example/x", "operations.0.path"],
  ["a path that takes any address", "operations.0.path", "{+url}", "operations.0.path"],
  ["a path with a query", "operations.0.path", "/account?x=1", "operations.0.path"],
  ["a secret address no login has", "operations.0.path", "secret-url:nope", "operations.0.path"],
  ["a path that nothing fills", "operations.0.path", "/account/{id}", "operations.0.path"],
  ["an input that is in no path", "operations.0.input", [field({ in: "path", required: true })], "operations.0.path"],
  [
    "a path filled without encoding",
    "operations.0",
    operation({ path: "/a/{+r}", input: [field({ in: "path", wire: "+r", required: true })] }),
    "operations.0.path",
  ],
  ...["__proto__", "constructor", "toString"].map((name): [string, string, unknown, string] => [
    `an input ${name}, which every object has`,
    "operations.0.input",
    [field({ name })],
    "operations.0.input.0.name",
  ]),
  ["a path filled by what may be missing", "operations.3.input.0.required", false, "operations.3.input"],
  ["two inputs of one name", "operations.0.input", [field({}), field({})], "operations.0.input"],
  ["a body of a GET", "operations.0.input", [field({ in: "body" })], "operations.0.input.0.in"],
  ["a setting as an input", "operations.0.input", [field({ in: "setting" })], "operations.0.input.0.in"],
  ["a header that logs in", "operations.0.input", [field({ in: "header", name: "Cookie" })], "operations.0.input.0.name"],
  ["a schema that refers elsewhere", "operations.0.input", [field({ schema: { $ref: "#/x" } })], "operations.0.input.0.schema"],
  ["a schema without an end", "operations.0.output", JSON.parse('{"items":'.repeat(20) + "{}" + "}".repeat(20)), "operations.0.output"],
  ["custom fields without code", "operations.0.input", [field({ control: "customFields" })], "operations.0.input.0.control"],
  [
    "a look-up of nothing",
    "operations.0.input",
    [field({ lookup: lookup({ operation: "no.list" }) })],
    "operations.0.input.0.lookup.operation",
  ],
  [
    "a look-up of no list",
    "operations.0.input",
    [field({ lookup: lookup({ operation: "account.get" }) })],
    "operations.0.input.0.lookup.operation",
  ],
  [
    "a look-up within nothing",
    "operations.0.input",
    [field({ lookup: lookup({ within: { row: "a", label: "b", field: "no" } }) })],
    "operations.0.input.0.lookup.within.field",
  ],
  ...["(a+)+$", "^(a|a)*$", "^a*a*$", "a*b", "^a|b", "^[", "^(?=a)", "^\\1", `^${"a?".repeat(40)}${"a".repeat(40)}$`, "^a?b+?$"].map(
    (id): [string, string, unknown, string] => [
      `the pattern ${id}`,
      "operations.0.input",
      [field({ lookup: lookup({ id }) })],
      "operations.0.input.0.lookup.id",
    ],
  ),
  ["a refusal by a hostile pattern", "refusals", [{ status: [400], code: "OUTBOUND_REFUSED", message: "(x+)+y" }], "refusals.0.message"],
  ["paging of no list", "operations.2.list", false, "operations.2.list"],
  ["paging by what is no input", "operations.2.paging.page", "seite", "operations.2.paging"],
  ["a confirmation by nothing", "operations.4.confirm.operation", "tickets.search", "operations.4.confirm.operation"],
  ["a look before by a write", "operations.5.before.operation", "tickets.create", "operations.5.before.operation"],
  ["a rule over what is no input", "operations.0.rules", [{ kind: "atLeastOne", fields: ["no"] }], "operations.0.rules"],
  [
    "too many operations",
    "operations",
    Array.from({ length: appLimits.operations + 1 }, (_, i) => operation({ id: `x.n${i}` })),
    "operations",
  ],
  [
    "too many inputs",
    "operations.0.input",
    Array.from({ length: appLimits.inputs + 1 }, (_, i) => field({ name: `a${i}` })),
    "operations.0.input",
  ],
  ["a trigger without an example", "triggers.0.example", undefined, "triggers.0.example"],
  [
    "a list beside a webhook that is not there",
    "triggers.0.reconcile",
    { operation: "no.list", emit: "new" },
    "triggers.0.reconcile.operation",
  ],
];

describe("a definition is refused, with the field that is wrong:", () => {
  test.each(wrong)("%s", async (_, path, value, named) => {
    const { status, body } = await ask("PUT", "/apps/helpdesk", changed(path, value));
    expect([status, body.error?.code, body.error?.details.field]).toEqual([400, "BAD_INPUT", named]);
    expect(body.error.message).toMatch(/^\S.*[.?]$/);
    expect((await ask("GET", "/apps/helpdesk")).status).toBe(404);
  });

  test("one that is too large", async () => {
    const notes = Array.from({ length: 900 }, (_, i) =>
      operation({ id: `x.n${i}`, note: "n".repeat(450), example: { input: { a: "x".repeat(2000) }, output: {} } }),
    );
    const { status, body } = await ask("PUT", "/apps/helpdesk", changed("operations", [...good().operations!, ...notes]));
    expect([status, body.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
  });

  test.each(["Helpdesk", "help desk", "-x", "x".repeat(41), "highlevel", "http", "millrace", "sightmill"])("the name '%s'", async (id) => {
    const { status, body } = await ask("PUT", `/apps/${encodeURIComponent(id)}`, good());
    expect([status, body.error.details.field]).toEqual([400, "id"]);
  });
});

describe("the check of a definition", () => {
  const check = async (definition: object, id?: string) =>
    (await ask("POST", "/app-drafts/check", { definition, ...(id !== undefined && { id }) })).body as DefinitionCheck;

  test("tells all problems at once, by their fields, and saves nothing", async () => {
    const broken = { ...good(), colour: "red", auth: [{ kind: "magic" }] };
    expect((await check(broken)).problems.map(({ field }) => field).sort()).toEqual(["auth.0.kind", "colour"]);
    const unfit = {
      ...good(),
      operations: [operation({ path: "/{id}", input: [field({ in: "body" })] }), operation({ effect: "create" })],
    };
    const { problems } = await check(unfit);
    expect(problems.map(({ field: at }) => at)).toEqual(
      expect.arrayContaining(["operations", "operations.0.path", "operations.0.input.0.in", "operations.1.effect", "probe.0.operation"]),
    );
    expect((await ask("GET", "/apps/helpdesk")).status).toBe(404);
  });

  test("advises what careful writes lack", async () => {
    const careless = operation({ id: "notes.create", effect: "create", method: "POST", input: [field({ name: "ticketId", in: "body" })] });
    const { problems, advice } = await check({
      ...good(),
      probe: [],
      operations: [...(good() as { operations: object[] }).operations, careless],
    });
    expect(problems).toEqual([]);
    expect(advice.filter(({ operation: id }) => id === "" || id === "notes.create").map(({ member }) => member)).toEqual([
      "probe",
      "confirm",
      "example",
      "input.0.lookup",
    ]);
    expect(advice.find(({ member }) => member === "input.0.lookup")?.says).toContain("'List Tickets' could offer names instead");
  });
});

describe("an app of the workspace", () => {
  test("is listed with its login, found in the catalog, changed, and deleted", async () => {
    const before = (await ask("GET", "/apps")).body.revision as number;
    const put = await ask("PUT", "/apps/helpdesk", good());
    expect(put).toMatchObject({ status: 200, body: { id: "helpdesk", builtIn: false, revision: 1, operations: 6, triggers: 1 } });
    expect(put.body.logins).toEqual([expect.objectContaining({ kind: "header", fields: [expect.objectContaining({ label: "API key" })] })]);
    expect(appDefinition.safeParse(put.body.definition).success).toBe(true);
    const { body: list } = await ask("GET", "/apps");
    expect(list.revision).toBeGreaterThan(before);
    expect(list.apps.map(({ id }: { id: string }) => id)).toEqual(["highlevel", "sightmill", "flocksy", "http", "millrace", "helpdesk"]);
    const { body: found } = await ask("GET", "/catalog?app=helpdesk&q=ticket%20create");
    expect(found.operations.map(({ key }: { key: string }) => key)).toEqual(["tickets.create", "ticket.created"]);
    expect((await ask("PUT", "/apps/helpdesk", changed("title", "Help"))).body).toMatchObject({ title: "Help", revision: 2 });
    expect(await ask("DELETE", "/apps/helpdesk")).toMatchObject({ status: 200, body: { ok: true } });
    expect((await ask("GET", "/catalog?app=helpdesk")).body.operations).toEqual([]);
    expect((await ask("DELETE", "/apps/helpdesk")).status).toBe(404);
  });

  test("asks for the parts of its address also where its login is allowed at its own page", async () => {
    const urls = { authorizeUrl: "https://{account}.example.com/allow", tokenUrl: "https://{account}.example.com/token" };
    const variables = [{ name: "account", label: "Account" }];
    const oauth2 = { kind: "oauth2", title: "OAuth", ...urls, tokenPath: "/token" };
    const definition = { ...good(), baseUrl: "https://{account}.example.com/api", variables, auth: [oauth2] };
    const { body } = await ask("PUT", "/apps/by-account", definition);
    expect(body.logins[0].consent.asker.map(({ name }: { name: string }) => name)).toEqual(["account", "clientId", "clientSecret"]);
    await ask("DELETE", "/apps/by-account");
  });

  test("that comes with Millrace is shown without a definition, and stays", async () => {
    expect((await ask("GET", "/apps/highlevel")).body).toMatchObject({ builtIn: true, main: true, definition: null, revision: null });
    expect(await ask("DELETE", "/apps/highlevel")).toMatchObject({ status: 409, body: { error: { code: "CONFLICT" } } });
  });
});
