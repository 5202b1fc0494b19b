import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { memoryVaultStore } from "#test/fakes/vault-store.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createSealer } from "./seal.ts";
import type { LoginApp, NewConnection } from "./types.ts";
import { createVault } from "./vault.ts";

const apps: LoginApp[] = [
  {
    id: "highlevel",
    title: "HighLevel",
    baseUrl: "https://services.example.com",
    auth: [
      { kind: "token", title: "", header: "Authorization", prefix: "Bearer " },
      { kind: "oauth2", title: "", authorizeUrl: "", tokenUrl: "", tokenPath: "", scopes: [] },
    ],
  },
  {
    id: "http",
    title: "HTTP",
    baseUrl: "",
    auth: [{ kind: "none" }, { kind: "header", title: "", header: "X-API-Key" }, { kind: "basic", title: "" }],
  },
  {
    id: "sightmill",
    title: "SightMill",
    baseUrl: "",
    auth: [{ kind: "url", title: "", fields: [{ name: "a", in: "secret", label: "A", url: true }] }],
  },
  {
    id: "desk",
    title: "Desk",
    baseUrl: "https://{account}.example.com/{version}",
    variables: [
      { name: "account", label: "Account" },
      { name: "version", label: "Version", default: "v1" },
    ],
    auth: [{ kind: "header", title: "", header: "X-Key" }],
  },
];
const [older, newer] = [randomBytes(32), randomBytes(32)];

function world(keys = [newer]) {
  const clock = new TestClock();
  const store = memoryVaultStore();
  const changes: string[] = [];
  const on = (ring: Uint8Array[]) =>
    createVault({
      store,
      sealer: createSealer(ring),
      clock,
      log: silentLog,
      catalog: { of: () => ({ app: (id) => apps.find((a) => a.id === id) }) },
    });
  const vault = on(keys);
  vault.onChange(({ id }) => changes.push(id));
  const secretOf = async (id: string, ring = keys) => createSealer(ring).open(id, (await store.sealed("w", id))!.jwe);
  return { clock, store, vault, on, changes, secretOf };
}

test("a login that is not there is found to be none; a store that cannot answer is not taken for that", async () => {
  const { vault, store } = world();
  expect(await vault.find("ws_1", "acme")).toBeNull();
  store.getByName = () => Promise.reject(new Error("disk I/O error"));
  await expect(vault.find("ws_1", "acme")).rejects.toThrow("disk I/O error");
});
const acme: NewConnection = { name: "acme", app: "highlevel", auth: "token", locationId: "loc_1", secret: { token: "pit-top-secret" } };

describe("connecting", () => {
  test("gives a view without the secret, and seals it", async () => {
    const { vault, clock, secretOf, store, changes } = world();
    const made = await vault.connect("w", acme);
    expect(made).toMatchObject({
      workspaceId: "w",
      name: "acme",
      title: "acme",
      status: "untested",
      locationId: "loc_1",
      createdAt: clock.now(),
    });
    expect(await secretOf(made.id)).toEqual({ token: "pit-top-secret" });
    expect(JSON.stringify([made, await vault.list("w"), await vault.get("w", "acme"), await store.allSealed()])).not.toContain(
      "pit-top-secret",
    );
    expect(changes).toEqual([made.id]);
  });

  test("what comes with a copied secret is not part of it: spaces, a line break, the word before a token", async () => {
    const { vault, secretOf } = world();
    for (const [i, token] of ["pit-top-secret\n", "  pit-top-secret ", "Bearer pit-top-secret", "\tbearer  pit-top-secret\r\n"].entries()) {
      const { id } = await vault.connect("w", { ...acme, name: `acme-${i}`, secret: { token } });
      expect(await secretOf(id)).toEqual({ token: "pit-top-secret" });
      await vault.change("w", id, { secret: { token: ` ${token}` } });
      expect(await secretOf(id)).toEqual({ token: "pit-top-secret" });
      expect((await vault.changedDraft("w", id, { secret: { token } })).secret).toEqual({ token: "pit-top-secret" });
    }
    const login = {
      app: "http",
      auth: "basic" as const,
      baseUrl: "https://erp.example.com",
      secret: { username: " bob ", password: " p w \n" },
    };
    const { id } = await vault.connect("w", { name: "erp", ...login });
    expect(await secretOf(id)).toEqual({ username: "bob", password: " p w " });
  });

  test.each<[string, Partial<NewConnection>, string]>([
    ["an app nobody knows", { app: "nope" }, "app"],
    ["a scheme the app lacks", { auth: "basic" }, "auth"],
    ["no token", { secret: {} }, "secret.token"],
    ["what this login does not have", { secret: { token: "pit-1", password: "pit-top" } }, "secret.password"],
    ["no address at all", { app: "sightmill", auth: "url", secret: {} }, "secret"],
    ["a token with a line break", { secret: { token: "pit-top\r\nsecret" } }, "secret.token"],
    ["OAuth with neither token", { auth: "oauth2", secret: { clientId: "c" } }, "secret.accessToken"],
    ["a refresh token without its client", { auth: "oauth2", secret: { refreshToken: "r" } }, "secret.clientId"],
    ["an address that is none", { baseUrl: "ftp://x" }, "baseUrl"],
    ["an address with a password in it", { baseUrl: "https://bob:pit-top@erp.example.com" }, "baseUrl"],
    ["a key for no address in particular", { app: "http", auth: "header" }, "baseUrl"],
    [
      "a header that is no name",
      { app: "http", auth: "header", baseUrl: "https://e.com", settings: { header: "X\r\nY" } },
      "settings.header",
    ],
    ["a secret address that is none", { app: "sightmill", auth: "url", secret: { a: "javascript:x" } }, "secret.a"],
    [
      "a secret address with a password in it",
      { app: "sightmill", auth: "url", secret: { a: "https://bob:pit-top@x.example.com" } },
      "secret.a",
    ],
  ])("%s is refused by its name, and the value is not shown", async (_, wrong, field) => {
    const { vault } = world();
    const error = await vault.connect("w", { ...acme, ...wrong }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "BAD_INPUT", details: { field } });
    expect(String(error)).not.toContain("pit-top");
  });

  test("a name is used once in a workspace", async () => {
    const { vault } = world();
    await vault.connect("w", acme);
    await expect(vault.connect("w", acme)).rejects.toMatchObject({ code: "CONFLICT" });
    await vault.connect("other", acme);
  });

  test("a login that ends and cannot be renewed says so", async () => {
    const { vault, clock } = world();
    const made = await vault.connect("w", {
      ...acme,
      auth: "oauth2",
      secret: { accessToken: "a", expiresAt: String(clock.now() + 3_600_000) },
    });
    expect(made).toMatchObject({
      status: "expiring",
      reason: "The login ends on 15 Jan 2026, 10:30 UTC and cannot be renewed by itself. Reconnect it before then.",
    });
  });
});

describe("workspaces", () => {
  test("do not see each other's connections, by id or by name", async () => {
    const { vault } = world();
    const made = await vault.connect("w", acme);
    for (const idOrName of [made.id, "acme"])
      await expect(vault.get("other", idOrName)).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
    await expect(vault.change("other", made.id, { title: "x" })).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
    await expect(vault.disconnect("other", made.id)).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
    expect(await vault.list("other")).toEqual([]);
  });
});

describe("changing", () => {
  test("name, title and facts, leaving the secret", async () => {
    const { vault, secretOf } = world();
    const made = await vault.connect("w", acme);
    expect(await vault.change("w", made.id, { name: "acme-2", title: "Acme Ltd", locationId: "loc_2" })).toMatchObject({
      name: "acme-2",
      title: "Acme Ltd",
      locationId: "loc_2",
      formerNames: ["acme"],
      status: "untested",
    });
    expect(await vault.get("w", "acme")).toMatchObject({ name: "acme-2" });
    expect(await secretOf(made.id)).toEqual({ token: "pit-top-secret" });
  });

  test("where a login is for takes what was proven of it along; its names do not", async () => {
    const { vault, store } = world();
    const made = await vault.connect("w", acme);
    const proven = { status: "connected" as const, checkedAt: 5, checkedBy: "test" as const };
    await store.update("w", made.id, proven);
    expect(await vault.change("w", made.id, { name: "acme-2", title: "Acme Ltd" })).toMatchObject(proven);
    const moved = await vault.change("w", made.id, { locationId: "loc_2" });
    expect([moved.status, moved.checkedAt]).toEqual(["untested", undefined]);
  });

  test("a new secret mends what was broken", async () => {
    const { vault, store, secretOf } = world();
    const made = await vault.connect("w", acme);
    await store.update("w", made.id, { status: "broken", reason: "refused" });
    const mended = await vault.change("w", made.id, { secret: { token: "pit-new" } });
    expect([mended.status, mended.reason, await secretOf(made.id), (await store.sealed("w", made.id))!.version]).toEqual([
      "untested",
      undefined,
      { token: "pit-new" },
      2,
    ]);
  });

  test("parts of the app's address are kept with their usual values, and another one needs the secret again", async () => {
    const { vault } = world();
    const desk: NewConnection = { name: "desk", app: "desk", auth: "header", settings: { account: "acme" }, secret: { token: "t" } };
    for (const account of ["evil.com/", "", "a.b"])
      await expect(vault.connect("w", { ...desk, settings: { account } })).rejects.toMatchObject({
        details: { field: "settings.account" },
      });
    const { id, settings } = await vault.connect("w", desk);
    expect(settings).toEqual({ account: "acme", version: "v1" });
    await expect(vault.change("w", id, { settings: { account: "other" } })).rejects.toMatchObject({ details: { field: "secret" } });
    await expect(vault.change("w", id, { settings: { account: "x.y" }, secret: { token: "u" } })).rejects.toMatchObject({
      details: { field: "settings.account" },
    });
    const moved = await vault.change("w", id, { settings: { account: "other" }, secret: { token: "u" } });
    expect([moved.settings, moved.status]).toEqual([{ account: "other", version: "v1" }, "untested"]);
  });

  test("nobody gets a secret sent elsewhere by changing the address", async () => {
    const { vault } = world();
    const made = await vault.connect("w", { ...acme, baseUrl: "http://127.0.0.1:4401" });
    // On a shared host the path says whose account it is.
    for (const baseUrl of ["https://evil.example.com", "http://127.0.0.1:4401/another-account", "http://127.0.0.1:4401/?account=other"])
      await expect(vault.change("w", made.id, { baseUrl })).rejects.toMatchObject({ code: "BAD_INPUT", details: { field: "secret" } });
    for (const settings of [{ param: "q" }, { tokenUrl: "https://evil.example.com/token" }] as Record<string, string>[])
      await expect(vault.change("w", made.id, { settings })).rejects.toMatchObject({ code: "BAD_INPUT", details: { field: "secret" } });
    await expect(vault.change("w", made.id, { baseUrl: "http://bob:pw@127.0.0.1:4401" })).rejects.toMatchObject({
      details: { field: "baseUrl" },
    });
    await vault.change("w", made.id, { baseUrl: "http://127.0.0.1:4401/" });
    expect((await vault.change("w", made.id, { baseUrl: "https://new.example.com", secret: { token: "t" } })).baseUrl).toBe(
      "https://new.example.com",
    );
  });

  test("nobody gets a secret sent to another account by changing a part of the path", async () => {
    const { vault } = world();
    const login = { app: "desk", name: "desk", title: "Desk", auth: "header" as const, secret: { token: "key-top-secret" } };
    const { id } = await vault.connect("w", { ...login, settings: { account: "acme" } });
    for (const settings of [{ version: "v2" }, { version: "" }, { account: "other" }] as Record<string, string>[])
      for (const attempt of [vault.change("w", id, { settings }), vault.changedDraft("w", id, { settings })])
        await expect(attempt).rejects.toMatchObject({ code: "BAD_INPUT", details: { field: "secret" } });
    expect((await vault.change("w", id, { settings: { version: "v2" }, secret: { token: "k" } })).settings).toMatchObject({
      version: "v2",
    });
  });

  test("nobody gets a secret sent elsewhere by clearing the address", async () => {
    const { vault } = world();
    const key = { app: "http", auth: "header" as const, secret: { token: "key-top-secret" }, baseUrl: "https://erp.example.com" };
    const sandbox = await vault.connect("w", { ...acme, baseUrl: "http://127.0.0.1:4401" });
    const erp = await vault.connect("w", { ...key, name: "erp" });
    for (const { id } of [sandbox, erp]) {
      const refusal = { code: "BAD_INPUT", details: { field: "secret" } };
      await expect(vault.change("w", id, { baseUrl: undefined })).rejects.toMatchObject(refusal);
      await expect(vault.changedDraft("w", id, { baseUrl: undefined })).rejects.toMatchObject(refusal);
    }
    expect((await vault.change("w", sandbox.id, { baseUrl: undefined, secret: { token: "t" } })).baseUrl).toBeUndefined();
    await expect(vault.change("w", erp.id, { baseUrl: undefined, secret: { token: "k" } })).rejects.toMatchObject({
      details: { field: "baseUrl" },
    });
    const moved = await vault.connect("w", { ...acme, name: "smiles" });
    expect((await vault.change("w", moved.id, { baseUrl: undefined, title: "Smiles" })).title).toBe("Smiles"); // there was none
  });

  test("disconnecting forgets the secret", async () => {
    const { vault, store, changes } = world();
    const made = await vault.connect("w", acme);
    await vault.disconnect("w", made.id);
    expect([await store.sealed("w", made.id), await vault.list("w"), changes]).toEqual([null, [], [made.id, made.id]]);
  });
});

describe("another key", () => {
  test("seals anew what the older one sealed, once", async () => {
    const { vault, on, secretOf } = world([older]);
    const made = await vault.connect("w", acme);
    const rotated = on([newer, older]);
    expect([await rotated.reseal(), await rotated.reseal()]).toEqual([1, 0]);
    expect(await secretOf(made.id, [newer])).toEqual({ token: "pit-top-secret" });
  });

  test("what an end in the middle leaves is sealed anew by the next, and a secret that no key opens keeps none of the others", async () => {
    const { vault, store, on, clock } = world([older]);
    for (let i = 0; i < 120; i++) await vault.connect("w", { ...acme, name: `acme-${i}` });
    const lost = await store.list("w").then(([first]) => first!);
    await store.swap("w", lost.id, 1, await createSealer([randomBytes(32)]).seal(lost.id, { token: "x" }), clock.now());
    const rotated = on([newer, older]);
    expect(await rotated.reseal(AbortSignal.abort())).toBeLessThan(51);
    let isDone = false;
    const rest = rotated.reseal().finally(() => (isDone = true));
    while (!isDone) await clock.advance(1000);
    expect(await rest).toBeGreaterThan(60);
    const stale = (await store.allSealed()).filter(({ jwe }) => createSealer([newer]).isStale(jwe));
    expect(stale.map(({ connectionId }) => connectionId)).toEqual([lost.id]);
  });

  test("leaves a renewal that is under way its secret: the new pair is stored after it was sealed anew", async () => {
    const { vault, store, on, secretOf, clock } = world([older]);
    const made = await vault.connect("w", acme);
    const { version } = (await store.sealed("w", made.id))!; // what the renewal read
    await on([newer, older]).reseal();
    const renewed = await createSealer([newer]).seal(made.id, { token: "pit-renewed" });
    expect(await store.swap("w", made.id, version, renewed, clock.now())).toBe(true);
    expect(await secretOf(made.id, [newer])).toEqual({ token: "pit-renewed" });
  });
});
