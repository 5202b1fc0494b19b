import { createHash, randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { LoginClient } from "#catalog/logins/kind.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import { TestClock } from "#kernel/clock.ts";
import { Consents } from "./consents.ts";
import { createSealer } from "./seal.ts";
import type { ConsentStore, LoginApp, OpenConsent } from "./types.ts";

const app: LoginApp = {
  id: "desk",
  title: "Desk",
  baseUrl: "https://api.desk.example",
  auth: [
    {
      kind: "oauth2",
      title: "OAuth",
      authorizeUrl: "https://desk.example/authorize?audience=api",
      tokenUrl: "https://desk.example/token",
      tokenPath: "/token",
      scopes: [],
    },
    { kind: "header", title: "Key", header: "X-Key" },
  ],
};
const clock = new TestClock(1_000);
let rows: Map<string, OpenConsent>;
let posted: { url: string; form: Record<string, string>; client?: LoginClient | undefined }[];
let answer: { status: number; body: unknown };
let consents: Consents;
beforeEach(() => {
  rows = new Map();
  posted = [];
  answer = { status: 200, body: { access_token: "a", refresh_token: "r", expires_in: 60, scope: "read" } };
  consents = consentsOf(app);
});

function consentsOf(of: LoginApp, consentHost?: string): Consents {
  const store: ConsentStore = {
    add: async (consent) => void rows.set(consent.id, consent),
    async use(_, by, id) {
      const row = rows.get(id);
      if (row?.by !== by) return null;
      rows.delete(id);
      return row;
    },
  };
  const post = async (url: string, form: Record<string, string>, client?: LoginClient) => {
    posted.push({ url, form, ...(client && { client }) });
    return { ...answer, headers: {} };
  };
  const catalog = { of: () => ({ app: (id: string) => (id === of.id ? of : undefined) }) };
  return new Consents({ store, sealer: createSealer([randomBytes(32)]), catalog, post, clock, consentHost });
}

const wish = {
  workspaceId: "ws",
  by: "session:a",
  connectionId: null,
  login: { name: "desk", app: "desk", auth: "oauth2" as const },
  asker: { clientId: " id-1 ", clientSecret: "hush" },
  scopes: ["read", "write:all"],
  redirectUri: "https://mill.example/oauth/callback",
};
const begin = async (of = consents, more: Partial<typeof wish> = {}) => new URL((await of.begin({ ...wish, ...more })).url);
const stateOf = (page: URL) => page.searchParams.get("state")!;

test("the app's page is asked with the client's id, the scopes, a state and the digest of a verifier, and the code is exchanged with that verifier", async () => {
  const page = await begin();
  const { state, code_challenge: challenge, ...query } = Object.fromEntries(page.searchParams);
  expect(query).toEqual({
    audience: "api",
    response_type: "code",
    client_id: "id-1",
    redirect_uri: wish.redirectUri,
    scope: "read write:all",
    code_challenge_method: "S256",
  });
  const granted = await consents.finish("ws", "session:a", { state: state!, code: "c" });
  const [{ url, form }] = posted as [(typeof posted)[0]];
  expect([url, form]).toEqual([
    "https://desk.example/token",
    {
      grant_type: "authorization_code",
      client_id: "id-1",
      client_secret: "hush",
      code: "c",
      redirect_uri: wish.redirectUri,
      code_verifier: form["code_verifier"],
    },
  ]);
  expect(createHash("sha256").update(form["code_verifier"]!).digest("base64url")).toBe(challenge);
  expect(granted.login).toMatchObject({
    scopes: ["read"],
    secret: { clientId: "id-1", clientSecret: "hush", accessToken: "a", refreshToken: "r", expiresAt: "61000" },
  });
});

test("what is kept meanwhile shows neither the secret nor the state", async () => {
  const page = await begin();
  const kept = JSON.stringify([...rows.values()]);
  for (const text of ["hush", stateOf(page)]) expect(kept).not.toContain(text);
});

test("an app that refuses PKCE is asked without it, and a connection's own address replaces the app's", async () => {
  const [oauth] = app.auth;
  const plain = consentsOf({ ...app, auth: [{ ...(oauth as Extract<typeof oauth, { kind: "oauth2" }>), pkce: false }] });
  const page = await begin(plain, { login: { ...wish.login, baseUrl: "https://sandbox.example/desk/" } as typeof wish.login });
  expect([page.origin + page.pathname, page.searchParams.get("code_challenge")]).toEqual(["https://sandbox.example/desk/authorize", null]);
  await plain.finish("ws", "session:a", { state: stateOf(page), code: "c" });
  expect([posted[0]!.url, posted[0]!.form["code_verifier"]]).toEqual(["https://sandbox.example/desk/token", undefined]);
});

test("an app without an address has its login under the connection's, or where the connection says; no other app is led elsewhere", async () => {
  const settings = { authorizeUrl: "https://login.example/allow?tenant=7", tokenUrl: "https://login.example/token" };
  const asked = Object.keys(settings).map((name) => ({ name, in: "setting" as const, label: name }));
  const [oauth] = app.auth as [Extract<(typeof app.auth)[number], { kind: "oauth2" }>];
  const paths = { ...oauth, authorizeUrl: "/authorize", tokenUrl: "/token", fields: [...loginKinds.oauth2.fields, ...asked] };
  const anywhere = consentsOf({ ...app, baseUrl: "", auth: [paths] });
  const login = { ...wish.login, baseUrl: "https://desk.example/api" };
  const visit = async (of: Consents, more: object) => {
    const page = await begin(of, { login: { ...login, ...more } });
    await of.finish("ws", "session:a", { state: stateOf(page), code: "c" });
    return [page.origin + page.pathname, page.searchParams.get("tenant"), posted.at(-1)!.url];
  };
  expect(await visit(anywhere, {})).toEqual(["https://desk.example/api/authorize", null, "https://desk.example/api/token"]);
  expect(await visit(anywhere, { settings })).toEqual(["https://login.example/allow", "7", "https://login.example/token"]);
  expect(await visit(consents, { settings })).toEqual(["https://desk.example/api/authorize", null, "https://desk.example/api/token"]);
  await expect(begin(anywhere, { login: wish.login })).rejects.toMatchObject({ details: { field: "baseUrl" } });
  const script = { ...login, settings: { authorizeUrl: "javascript:alert(1)" } };
  await expect(begin(anywhere, { login: script as typeof wish.login })).rejects.toMatchObject({
    details: { field: "settings.authorizeUrl" },
  });
});

test.each([
  [503, "<html>", "OUTBOUND_FAILED", "status 503"],
  [400, { error: "invalid_grant", error_description: "Code expired" }, "CONSENT_REFUSED", "Code expired"],
  [200, { token: "?" }, "CONSENT_REFUSED", "status 200"],
])("an answer of %i %j to the code is %s, and nothing of the client is said", async (status, body, code, says) => {
  answer = { status, body };
  const page = await begin();
  const failed = await consents.finish("ws", "session:a", { state: stateOf(page), code: "c" }).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code, message: expect.stringContaining(says) });
  expect(JSON.stringify(failed)).not.toContain("hush");
});

test.each([
  ["a login without a page", { login: { ...wish.login, auth: "header" as never } }, "auth"],
  ["an unknown app", { login: { ...wish.login, app: "other" } }, "app"],
  ["no client secret", { asker: { clientId: "id-1", clientSecret: " " } }, "secret.clientSecret"],
  ["a client id with a line break in it", { asker: { clientId: "id\n1", clientSecret: "hush" } }, "secret.clientId"],
  ["a base address that is none", { login: { ...wish.login, baseUrl: "ftp://x" } as typeof wish.login }, "baseUrl"],
])("%s is refused by its field", async (_, more, field) => {
  await expect(begin(consents, more)).rejects.toMatchObject({ code: "BAD_INPUT", details: { field } });
});

const [oauth, key] = app.auth as [Extract<LoginApp["auth"][0], { kind: "oauth2" }>, LoginApp["auth"][0]];

test.each([
  ["token address", { auth: [{ ...oauth, tokenUrl: "https://elsewhere.example/token" }, key] }],
  ["address of its API", { baseUrl: "https://elsewhere.example" }],
])("nothing is sent to another %s that the app was given meanwhile: one begins again", async (_, change) => {
  const changing: LoginApp = { ...app };
  const of = consentsOf(changing);
  const page = await begin(of);
  Object.assign(changing, change);
  await expect(of.finish("ws", "session:a", { state: stateOf(page), code: "c" })).rejects.toMatchObject({ code: "CONSENT_OVER" });
  expect(posted).toEqual([]);
});

test("what was sealed by a key that is gone is begun again", async () => {
  const page = await begin();
  const [[id, row]] = [...rows] as [[string, OpenConsent]];
  rows.set(id, { ...row, jwe: await createSealer([randomBytes(32)]).seal(id, { clientId: "id-1" }) });
  await expect(consents.finish("ws", "session:a", { state: stateOf(page), code: "c" })).rejects.toMatchObject({ code: "CONSENT_OVER" });
});

test("an app that does not say which scopes it granted granted those it was asked for", async () => {
  answer = { status: 200, body: { access_token: "a" } };
  const granted = await consents.finish("ws", "session:a", { state: stateOf(await begin()), code: "c" });
  expect(granted.login.scopes).toEqual(wish.scopes);
});

test("a client that logs in by HTTP Basic is sent beside the form, and not in it", async () => {
  const auth = app.auth.map((scheme) => (scheme.kind === "oauth2" ? { ...scheme, clientAuth: "basic" as const } : scheme));
  consents = consentsOf({ ...app, auth });
  const { url } = await consents.begin(wish);
  await consents.finish("ws", "session:a", { state: new URL(url).searchParams.get("state")!, code: "c" });
  expect(posted.at(-1)).toMatchObject({ client: { id: "id-1", secret: "hush" }, form: { code: "c" } });
  expect(posted.at(-1)!.form).not.toHaveProperty("client_secret");
});

test("an answer that another login server gives, or that does not say who gives it, is refused before its code is sent anywhere", async () => {
  const [oauth] = app.auth;
  const named = { ...(oauth as Extract<typeof oauth, { kind: "oauth2" }>), issuer: "https://desk.example/login" };
  const strict = consentsOf({ ...app, auth: [named] });
  for (const [issuer, says] of [
    ["https://evil.example/login", "the answer is from https://evil.example/login"],
    ["https://desk.example/login/", "the answer is from https://desk.example/login/"],
    [undefined, "does not say which login server"],
  ] as const) {
    const state = stateOf(await begin(strict));
    const failed = strict.finish("ws", "session:a", { state, code: "c", issuer });
    await expect(failed).rejects.toMatchObject({ code: "CONSENT_REFUSED", message: expect.stringContaining(says) });
  }
  expect(posted).toEqual([]);
  const finish = async (issuer: string, baseUrl?: string) => {
    const state = stateOf(await begin(strict, { login: { ...wish.login, ...(baseUrl && { baseUrl }) } as typeof wish.login }));
    return strict.finish("ws", "session:a", { state, code: "c", issuer });
  };
  await finish("https://desk.example/login");
  await finish("https://sandbox.example/desk/login", "https://sandbox.example/desk/");
  const bare = consentsOf({ ...app, auth: [{ ...named, issuer: "https://desk.example" }] });
  const state = stateOf(await begin(bare, { login: { ...wish.login, baseUrl: "https://acme.example" } as typeof wish.login }));
  await bare.finish("ws", "session:a", { state, code: "c", issuer: "https://acme.example" }); // no slash is added to a name without one
  expect(posted).toHaveLength(3);
});

test("a login that names neither sub-account nor agency is refused with what to do, where the app's logins are for one", async () => {
  const placed = consentsOf({ ...app, place: [{ name: "locationId", label: "Sub-account" }] });
  const lost = placed.finish("ws", "session:a", { state: stateOf(await begin(placed)), code: "c" });
  await expect(lost).rejects.toMatchObject({ code: "CONSENT_REFUSED", message: expect.stringContaining("Choose one on the app's page") });
  answer = { status: 200, body: { access_token: "a", locationId: "loc_1" } };
  const { login } = await placed.finish("ws", "session:a", { state: stateOf(await begin(placed)), code: "c" });
  expect(login.locationId).toBe("loc_1");
});

test("one sign-in that was opened in two tabs is exchanged once, whichever answers first", async () => {
  const state = stateOf(await begin());
  const both = await Promise.allSettled(["c1", "c2"].map((code) => consents.finish("ws", "session:a", { state, code })));
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "CONSENT_OVER" } });
  expect(posted).toHaveLength(1);
});

test.each([
  ["gets another token address", { tokenUrl: "https://evil.example/token" }],
  ["gets another base address", {}, "https://evil.example"],
])("an app that %s while somebody signs in gets neither the code nor the client", async (_, changes, baseUrl = app.baseUrl) => {
  const [oauth] = app.auth;
  const living = { ...app };
  const changing = consentsOf(living);
  const state = stateOf(await begin(changing));
  Object.assign(living, { baseUrl, auth: [{ ...oauth, ...changes }] });
  await expect(changing.finish("ws", "session:a", { state, code: "c" })).rejects.toMatchObject({ code: "CONSENT_OVER" });
  expect(posted).toEqual([]);
});

test("an app that was removed while somebody signs in says so, and its code goes nowhere", async () => {
  const living = { ...app };
  const changing = consentsOf(living);
  const state = stateOf(await begin(changing));
  living.id = "other";
  await expect(changing.finish("ws", "session:a", { state, code: "c" })).rejects.toMatchObject({ code: "BAD_INPUT" });
  expect(posted).toEqual([]);
});

test("an agency's own host is where the browser goes, for an app that can be had under other names, and nothing else goes there", async () => {
  const [oauth] = app.auth;
  const branded = { ...app, auth: [{ ...(oauth as Extract<typeof oauth, { kind: "oauth2" }>), whiteLabel: true as const }] };
  const at = async (of: Consents, more = {}) => (await begin(of, { login: { ...wish.login, ...more } })).origin;
  const own = consentsOf(branded, "app.agency.example");
  expect(await at(own)).toBe("https://app.agency.example");
  expect(await at(own, { baseUrl: "https://sandbox.example" })).toBe("https://sandbox.example");
  expect(await at(consentsOf(app, "app.agency.example"))).toBe("https://desk.example");
  await own.finish("ws", "session:a", { state: stateOf(await begin(own)), code: "c" });
  expect(posted[0]!.url).toBe("https://desk.example/token");
});
