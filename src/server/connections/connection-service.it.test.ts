import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import type { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { openSqlite } from "#storage/database.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import type { Connection } from "#vault/types.ts";
import { createConnectionService, type ConnectionService } from "./connection-service.ts";
import type { ConnectionBody } from "#api/schemas.ts";
import { builtIn } from "#test/support/built-in.ts";
import { openOutboundServices, type OutboundServices } from "./outbound-services.ts";

const { acmeDental, companyId } = sandboxDefaults;
const workspaceId = "ws";

let sandbox: Sandbox;
let erp: Server;
let urls: { sandbox: string; erp: string; down: string };
let outbound: OutboundServices;
let service: ConnectionService;
let other: string;
/** What the pretend ERP answers to, by path. */
let gates: Record<string, (login: string) => number>;

beforeEach(async () => {
  sandbox = await openSandbox({ clock: systemClock, indexLagMs: 0 });
  other = sandbox.state.locations.all().find(({ id }) => id !== acmeDental)!.id;
  gates = { "/": (login) => (login === "right" ? 200 : 401) };
  erp = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url!, "http://x");
    const authorization = req.headers.authorization ?? "";
    const basic = authorization.startsWith("Basic ") ? Buffer.from(authorization.slice(6), "base64").toString().split(":")[1]! : undefined;
    const login = basic ?? searchParams.get("api_key") ?? req.headers["x-api-key"] ?? authorization.replace("Bearer ", "");
    res.writeHead((gates[pathname] ?? (() => 404))(String(login)), { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => erp.listen(0, "127.0.0.1", resolve));
  const down = await unusedPort();
  urls = {
    sandbox: await sandbox.listen({ port: 0 }),
    erp: `http://127.0.0.1:${(erp.address() as AddressInfo).port}`,
    down: `http://127.0.0.1:${down}`,
  };
  outbound = openOutboundServices({
    catalog: builtIn,
    store: createVaultStore(await openSqlite({ file: ":memory:" })),
    keys: [randomBytes(32)],
    allowPrivateHosts: ["127.0.0.1"],
    clock: systemClock,
    log: silentLog,
    called: () => undefined,
  });
  service = createConnectionService({
    vault: outbound.vault,
    probe: outbound.probe,
    use: { of: async () => () => [] },
    inboxesOf: async () => [],
    quota: outbound.quota,
    reconnectLinks: { list: async () => [] },
    rotateDays: () => null,
    variables: () => undefined,
    clock: systemClock,
    log: silentLog,
  });
});
afterEach(async () => {
  await outbound.close();
  await sandbox.close();
  await new Promise((resolve) => erp.close(resolve));
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const highLevel = (more: Partial<ConnectionBody> = {}): ConnectionBody => ({
  name: "acme",
  title: "Acme Dental",
  app: "highlevel",
  auth: "token",
  baseUrl: urls.sandbox,
  locationId: acmeDental,
  secret: { token: sandbox.issueToken({ locationId: acmeDental }).accessToken },
  ...more,
});
const oauth = (wish: Parameters<Sandbox["issueToken"]>[0] = { locationId: acmeDental }): Partial<ConnectionBody> => {
  const { accessToken, refreshToken, clientId, clientSecret } = sandbox.issueToken({ kind: "oauth", ...wish });
  return { auth: "oauth2", secret: { accessToken, refreshToken: refreshToken!, clientId: clientId!, clientSecret: clientSecret! } };
};
const http = (auth: ConnectionBody["auth"], secret: ConnectionBody["secret"], baseUrl = urls.erp): ConnectionBody => ({
  name: "erp",
  app: "http",
  auth,
  baseUrl,
  secret,
  ...(auth === "header" && { settings: { header: "X-API-Key" } }),
  ...(auth === "query" && { settings: { param: "api_key" } }),
});
const rightOf: Record<string, ConnectionBody["secret"]> = {
  token: { token: "right" },
  header: { token: "right" },
  query: { token: "right" },
  basic: { username: "me", password: "right" },
};
const wrongOf: Record<string, ConnectionBody["secret"]> = {
  token: { token: "wrong" },
  header: { token: "wrong" },
  query: { token: "wrong" },
  basic: { username: "me", password: "wrong" },
};
const sightMill = (base: string, paths: Record<string, string>): ConnectionBody => ({
  name: "sm",
  app: "sightmill",
  auth: "url",
  secret: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, base + path])),
});
const one = async (name: string): Promise<Connection> => outbound.vault.get(workspaceId, name);

interface Case {
  what: string;
  body: () => ConnectionBody;
  status: Connection["status"];
  /** Part of the sentence a person reads. */
  says: string | null;
  ok?: boolean;
}

/** Every kind of login of every app, in every way it can be right or wrong. */
const cases: Case[] = [
  { what: "HighLevel token: right", body: () => highLevel(), status: "connected", says: null, ok: true },
  {
    what: "HighLevel token: wrong secret",
    body: () => highLevel({ secret: { token: "pit-00000000-0000-0000-0000-000000000000" } }),
    status: "broken",
    says: "no longer accepts this login. Reconnect it",
  },
  {
    what: "HighLevel token: not even a token",
    body: () => highLevel({ secret: { token: "nonsense" } }),
    status: "broken",
    says: "refused the login (Invalid JWT)",
  },
  {
    what: "HighLevel token: of another sub-account",
    body: () => highLevel({ secret: { token: sandbox.issueToken({ locationId: other }).accessToken } }),
    status: "failed",
    says: `no access to the sub-account ${acmeDental}`,
  },
  {
    what: "HighLevel token: of the agency, for a sub-account",
    body: () => highLevel({ secret: { token: sandbox.issueToken().accessToken } }),
    status: "failed",
    says: "This is an agency login, and the connection is for the sub-account",
  },
  {
    what: "HighLevel token: of a sub-account, for an agency",
    body: () => ({ ...highLevel({ companyId }), locationId: undefined }) as ConnectionBody,
    status: "failed",
    says: "login of a sub-account, and the connection is for an agency",
  },
  {
    what: "HighLevel token: of a sub-account that is not named",
    body: () => ({ ...highLevel(), locationId: undefined }) as ConnectionBody,
    status: "failed",
    says: `sees the sub-account ${acmeDental} alone`,
  },
  {
    what: "HighLevel token: of the agency, which needs no name",
    body: () => ({ ...highLevel({ secret: { token: sandbox.issueToken().accessToken } }), locationId: undefined }) as ConnectionBody,
    status: "connected",
    says: null,
    ok: true,
  },
  {
    what: "HighLevel token: without any scope",
    body: () => highLevel({ secret: { token: sandbox.issueToken({ locationId: acmeDental, scopes: [] }).accessToken } }),
    status: "failed",
    says: "lacks the scope contacts.readonly",
  },
  {
    what: "HighLevel token: with one scope that is not the first asked for",
    body: () =>
      highLevel({ secret: { token: sandbox.issueToken({ locationId: acmeDental, scopes: ["calendars.readonly"] }).accessToken } }),
    status: "connected",
    says: null,
    ok: true,
  },
  {
    what: "HighLevel token: revoked",
    body: () => {
      sandbox.faults.set({ kind: "token_revoked", count: 1 });
      return highLevel();
    },
    status: "broken",
    says: "no longer accepts this login. Reconnect it",
  },
  {
    what: "HighLevel token: the app is unwell",
    body: () => {
      sandbox.faults.set({ kind: "server_error" });
      return highLevel();
    },
    status: "failed",
    says: "The login itself may be fine",
  },
  {
    what: "HighLevel token: host down",
    body: () => highLevel({ baseUrl: urls.down }),
    status: "failed",
    says: "refused the connection. The login itself may be fine",
  },
  { what: "HighLevel OAuth: right", body: () => highLevel(oauth()), status: "connected", says: null, ok: true },
  {
    what: "HighLevel OAuth: expired, and renewed by the test",
    body: () => {
      sandbox.faults.set({ kind: "token_expired", count: 1 });
      return highLevel(oauth());
    },
    status: "connected",
    says: null,
    ok: true,
  },
  {
    what: "HighLevel OAuth: revoked",
    body: () => {
      sandbox.faults.set({ kind: "token_revoked", count: 1 });
      sandbox.faults.set({ kind: "refresh_spent", count: 1 });
      return highLevel(oauth());
    },
    status: "broken",
    says: "no longer accepts this login. Reconnect it",
  },
  {
    what: "HighLevel OAuth: the sub-account is not active",
    body: () => {
      sandbox.faults.set({ kind: "token_expired", count: 1 });
      sandbox.faults.set({ kind: "location_inactive", count: 1 });
      return highLevel(oauth());
    },
    status: "paused",
    says: "works again once the sub-account is",
  },
  {
    what: "HighLevel OAuth: wrong secret",
    body: () =>
      highLevel({ auth: "oauth2", secret: { accessToken: "nonsense", refreshToken: "spent", clientId: "a-b", clientSecret: "c" } }),
    status: "broken",
    says: "Reconnect it",
  },
  {
    what: "HighLevel OAuth: expired, and it cannot be renewed",
    body: () => highLevel({ auth: "oauth2", secret: { accessToken: "old", expiresAt: "1" } }),
    status: "broken",
    says: "Reconnect it",
  },
  {
    what: "HighLevel OAuth: of another sub-account",
    body: () => highLevel(oauth({ locationId: other })),
    status: "failed",
    says: `no access to the sub-account ${acmeDental}`,
  },
  {
    what: "HighLevel OAuth: of the agency, for a sub-account",
    body: () => highLevel(oauth({})),
    status: "failed",
    says: "agency login",
  },
  ...Object.keys(rightOf).flatMap((auth): Case[] => [
    {
      what: `HTTP ${auth}: right`,
      body: () => http(auth as ConnectionBody["auth"], rightOf[auth]!),
      status: "connected",
      says: null,
      ok: true,
    },
    {
      what: `HTTP ${auth}: wrong secret`,
      body: () => http(auth as ConnectionBody["auth"], wrongOf[auth]!),
      status: "broken",
      says: "HTTP refused the login (status 401). Reconnect it",
    },
    {
      what: `HTTP ${auth}: host down`,
      body: () => http(auth as ConnectionBody["auth"], rightOf[auth]!, urls.down),
      status: "failed",
      says: "The login itself may be fine",
    },
    {
      what: `HTTP ${auth}: an address that says nothing of the login`,
      body: () => http(auth as ConnectionBody["auth"], rightOf[auth]!, `${urls.erp}/elsewhere`),
      status: "untested",
      says: "The first real call will",
      ok: true,
    },
  ]),
  { what: "HTTP without a login: there", body: () => http("none", {}), status: "connected", says: null, ok: true },
  { what: "HTTP without a login: host down", body: () => http("none", {}, urls.down), status: "failed", says: "could not be reached" },
  {
    what: "SightMill: nothing harmless to ask",
    body: () => sightMill(urls.sandbox, sandbox.sightMillPaths()),
    status: "untested",
    says: "The first real call will show",
    ok: true,
  },
  { what: "SightMill: host down", body: () => sightMill(urls.down, { add_contact: "/x" }), status: "failed", says: "could not be reached" },
];

describe("the state of a connection is what its test showed:", () => {
  test.each(cases)("$what -> $status", async ({ body, status, says, ok = false }) => {
    const draft = body();
    const { id } = await service.add(workspaceId, draft, { verify: false });
    expect((await one(id)).status).not.toBe("connected");
    const reply = await service.test(workspaceId, id);
    const saved = await one(id);
    expect({ ok: reply.ok, status: saved.status }).toEqual({ ok, status });
    if (says === null) expect(saved.reason).toBeUndefined();
    else expect(saved.reason).toContain(says);
    if (status !== "untested") expect([saved.checkedBy, typeof saved.checkedAt]).toEqual(["test", "number"]);
  });

  test.each(cases)("before it is saved: $what", async ({ body, status, says, ok = false }) => {
    const adding = service.add(workspaceId, body());
    if (ok) return expect((await adding).status).toBe(status);
    const error = (await adding.catch((thrown: unknown) => thrown)) as MillraceError;
    expect(error.code).toBe("CONNECTION_TEST_FAILED");
    if (status === "broken") expect(error.message).toMatch(/does not accept this login.*Check that it is the right one and copy it again/);
    else if (says !== null) expect(error.message).toContain(says);
    if (says?.endsWith("alone")) expect(error.details["place"], "so that nobody has to copy it").toBe(acmeDental);
    expect(await outbound.vault.list(workspaceId)).toEqual([]);
  });
});

const call = (operation: string, input: Record<string, unknown> = {}, connection = "acme", app = "highlevel") =>
  outbound.caller
    .call({ workspaceId, app, operation, connection, input, lane: "live", dry: false, idempotencyKey: `k${Math.random()}` })
    .then(
      () => null,
      (error: MillraceError) => error.code,
    );
/** What is written of a call is written behind it. */
async function becomes(name: string, wanted: Partial<Connection>): Promise<void> {
  await expect.poll(async () => one(name), { timeout: 30_000, interval: 10 }).toMatchObject(wanted);
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

describe("calls say whether a login works:", () => {
  test("an accepted one proves it, at once the first time", async () => {
    await service.add(workspaceId, highLevel(), { verify: false });
    expect(await call("contacts.list")).toBeNull();
    await becomes("acme", { status: "connected", checkedBy: "call" });
    expect((await one("acme")).lastUsedAt).toBeTypeOf("number");
  });

  test("a refused login breaks it, and counts as a use", async () => {
    await service.add(workspaceId, highLevel());
    sandbox.faults.set({ kind: "token_revoked", count: 1 });
    expect(await call("contacts.list")).toBe("CONNECTION_REVOKED");
    await becomes("acme", { status: "broken", problem: "CONNECTION_REVOKED", checkedBy: "call" });
  });

  test("a missing scope, a missing record and a host that is unwell say nothing of it", async () => {
    await service.add(
      workspaceId,
      highLevel({ secret: { token: sandbox.issueToken({ locationId: acmeDental, scopes: ["contacts.readonly"] }).accessToken } }),
    );
    expect(await call("calendars.list")).toBe("SCOPE_MISSING");
    expect(await call("contacts.get", { contactId: "aaaaaaaaaaaaaaaaaaaa" })).toBe("OUTBOUND_NOT_FOUND");
    sandbox.faults.set({ kind: "server_error", count: 1 });
    expect(await call("contacts.list")).toBe("OUTBOUND_FAILED");
    await settled();
    expect(await one("acme")).toMatchObject({ status: "connected", checkedBy: "test" });
  });

  test("a record of another sub-account says nothing of it; being shut out of its own does", async () => {
    outbound.onDoubt((connection) => void service.doubt(connection));
    await service.add(workspaceId, highLevel());
    const [foreign] = sandbox.seedContacts(1, other);
    expect(await call("contacts.get", { contactId: foreign! })).not.toBeNull();
    await settled();
    expect((await one("acme")).status).toBe("connected");
    await service.change(workspaceId, "acme", { locationId: other }, { verify: false });
    expect((await one("acme")).status).toBe("untested");
    expect(await call("contacts.list")).toBe("WRONG_LOCATION");
    await becomes("acme", { status: "failed", problem: "WRONG_LOCATION" });
  });

  test("a good answer that has nothing to do with the sub-account does not heal a wrong one", async () => {
    await service.add(workspaceId, highLevel());
    const [own] = sandbox.seedContacts(1, acmeDental);
    await service.change(workspaceId, "acme", { locationId: other }, { verify: false });
    await service.test(workspaceId, "acme");
    expect(await call("contacts.get", { contactId: own! })).toBeNull();
    await settled();
    expect((await one("acme")).status).toBe("failed");
  });

  test("401 at one address alone does not; at the base address it does", async () => {
    outbound.onDoubt((connection) => void service.doubt(connection));
    gates = { ...gates, "/admin": () => 401, "/list": (login) => (login === "right" ? 200 : 401) };
    await service.add(workspaceId, http("token", rightOf["token"]!));
    expect(await call("get", { url: "/admin" }, "erp", "http")).toBe("OUTBOUND_REFUSED");
    await settled();
    expect((await one("erp")).status).toBe("connected");
  });

  test("a login that is taken back shows at any address", async () => {
    outbound.onDoubt((connection) => void service.doubt(connection));
    await service.add(workspaceId, http("token", rightOf["token"]!));
    gates = { "/": () => 401, "/list": () => 401 };
    expect(await call("get", { url: "/list" }, "erp", "http")).toBe("OUTBOUND_REFUSED");
    await becomes("erp", { status: "broken" });
  });

  test("a secret address that is gone is a login that was taken back", async () => {
    await service.add(workspaceId, sightMill(urls.sandbox, { add_contact: "/sightmill/gone" }));
    expect(await call("add_contact", { email: "ada@example.com" }, "sm", "sightmill")).toBe("OUTBOUND_NOT_FOUND");
    await becomes("sm", { status: "broken" });
  });
});

describe("a new secret", () => {
  test("is tested before the old one goes: a wrong one changes nothing", async () => {
    const { id } = await service.add(workspaceId, highLevel());
    await expect(service.change(workspaceId, id, { secret: { token: "nonsense" } })).rejects.toMatchObject({
      code: "CONNECTION_TEST_FAILED",
    });
    expect(await call("contacts.list")).toBeNull();
    expect((await one("acme")).status).toBe("connected");
  });

  test("that is only tried changes no figure of a sub-account: each login has a budget of its own", async () => {
    const added = await service.add(workspaceId, highLevel());
    for (let i = 0; i < 5; i++) expect(await call("contacts.list")).toBeNull();
    const used = async () => outbound.quota(await one("acme"))!.daily!.used;
    const before = await used();
    expect(before).toBeGreaterThan(4);
    const ofAnother = { token: sandbox.issueToken({ locationId: other }).accessToken };
    await expect(service.change(workspaceId, added.id, { secret: ofAnother })).rejects.toMatchObject({ code: "CONNECTION_TEST_FAILED" });
    await expect(service.add(workspaceId, highLevel({ name: "b", secret: ofAnother }))).rejects.toMatchObject({
      code: "CONNECTION_TEST_FAILED",
    });
    await expect(service.add(workspaceId, highLevel({ name: "c", locationId: other, secret: { token: "nonsense" } }))).rejects.toThrow();
    expect(await used()).toBe(before);
    expect(await call("contacts.list")).toBeNull();
    expect(await used()).toBe(before + 1);
  });

  test("that works takes the old one's place", async () => {
    const { id } = await service.add(workspaceId, highLevel());
    sandbox.faults.set({ kind: "token_revoked", count: 1 });
    await call("contacts.list");
    await becomes("acme", { status: "broken" });
    expect(await service.change(workspaceId, id, { secret: highLevel().secret })).toMatchObject({ status: "connected", checkedBy: "test" });
    expect((await one("acme")).reason).toBeUndefined();
    expect(await call("contacts.list")).toBeNull();
  });

  test.each(["token", "oauth2"] as const)("for another sub-account is refused with both names: %s", async (auth) => {
    const first = await service.add(workspaceId, highLevel(auth === "oauth2" ? oauth() : {}));
    const theirs = () => highLevel({ name: "smiles", title: "Bright Smiles", locationId: other, ...secretOf(auth, other) });
    await service.add(workspaceId, theirs());
    const error = await service.change(workspaceId, first.id, { secret: theirs().secret }).catch((thrown: MillraceError) => thrown);
    expect(error).toMatchObject({ code: "CONNECTION_TEST_FAILED", details: { mayHeal: false } });
    expect((error as MillraceError).message).toContain(`'Bright Smiles' (${other})`);
    expect((error as MillraceError).message).toContain(`'Acme Dental' is for ${acmeDental}`);
    expect(await call("contacts.list")).toBeNull();
  });
  const secretOf = (auth: "token" | "oauth2", locationId: string) =>
    auth === "oauth2" ? oauth({ locationId }) : { secret: { token: sandbox.issueToken({ locationId }).accessToken } };

  test("for a host that is down is refused as one that may heal, and saved untested when asked to", async () => {
    const { id } = await service.add(workspaceId, highLevel());
    sandbox.faults.set({ kind: "drop_before" });
    const error = await service.change(workspaceId, id, { secret: highLevel().secret }).catch((thrown: MillraceError) => thrown);
    expect(error).toMatchObject({ code: "CONNECTION_TEST_FAILED", details: { mayHeal: true } });
    expect(await service.change(workspaceId, id, { secret: highLevel().secret }, { verify: false })).toMatchObject({ status: "untested" });
  });

  test("whose refresh token the test spends is saved as the pair the test was given", async () => {
    sandbox.faults.set({ kind: "token_expired", count: 1 });
    sandbox.faults.set({ kind: "server_error", count: 1, route: "/contacts/" });
    const draft = highLevel(oauth());
    await service.testDraft(workspaceId, draft);
    await service.add(workspaceId, draft);
    sandbox.faults.set({ kind: "token_expired", count: 1 });
    expect(await call("contacts.list")).toBeNull();
  });

  test("is tested without being kept", async () => {
    expect(await service.testDraft(workspaceId, highLevel())).toMatchObject({ ok: true });
    expect(await service.testDraft(workspaceId, highLevel({ secret: { token: "nonsense" } }))).toMatchObject({ ok: false, mayHeal: false });
    const { id } = await service.add(workspaceId, highLevel());
    expect(await service.testDraft(workspaceId, { id, patch: { secret: { token: "nonsense" } } })).toMatchObject({ ok: false });
    expect(await service.testDraft(workspaceId, { id, patch: { locationId: other } })).toMatchObject({ ok: false });
    expect((await one("acme")).status).toBe("connected");
  });
});

describe("a connection is edited in place:", () => {
  test("a wrong sub-account id is mended without a new secret", async () => {
    const { id } = await service.add(workspaceId, highLevel({ locationId: other }), { verify: false });
    await service.test(workspaceId, id);
    expect((await one("acme")).status).toBe("failed");
    expect(await service.change(workspaceId, id, { locationId: acmeDental })).toMatchObject({
      status: "connected",
      locationId: acmeDental,
    });
    await expect(service.change(workspaceId, id, { locationId: other })).rejects.toMatchObject({ code: "CONNECTION_TEST_FAILED" });
    expect((await one("acme")).locationId).toBe(acmeDental);
  });

  test("under its old name it is still called, shown and not taken by another", async () => {
    const { id } = await service.add(workspaceId, highLevel());
    expect(await service.change(workspaceId, id, { name: "acme-dental" })).toMatchObject({ name: "acme-dental", formerNames: ["acme"] });
    expect(await call("contacts.list", {}, "acme")).toBeNull();
    expect(await call("contacts.list", {}, "acme-dental")).toBeNull();
    await expect(service.add(workspaceId, highLevel())).rejects.toThrow("'acme' is the former name of the connection 'acme-dental'");
    await service.add(workspaceId, highLevel({ name: "smiles", locationId: other }), { verify: false });
    await expect(service.change(workspaceId, "smiles", { name: "acme" }, { verify: false })).rejects.toThrow("former name");
    expect(await service.change(workspaceId, id, { name: "acme" })).toMatchObject({ name: "acme", formerNames: ["acme-dental"] });
  });

  test("the address takes no old secret along", async () => {
    const { id } = await service.add(workspaceId, highLevel());
    await expect(service.change(workspaceId, id, { baseUrl: urls.erp })).rejects.toThrow("is needed again when the address changes");
    await expect(service.testDraft(workspaceId, { id, patch: { baseUrl: urls.erp } })).rejects.toThrow(
      "is needed again when the address changes",
    );
  });
});
