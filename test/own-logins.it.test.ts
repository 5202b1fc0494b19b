/** Every kind of login of an app that somebody defined, over the API: how it arrives, and how it is renewed. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ConnectionView, ConsentPage } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
/** What the token addresses were asked for. */
let asked: { form: Record<string, string>; authorization: string | undefined }[];
/** The tokens that were given; the newest is the one that works. */
let given: string[];
let last: IncomingMessage;
const server = createServer((req, res) => {
  let body = "";
  req.on("data", (chunk) => (body += String(chunk)));
  req.on("end", () => {
    const answer = (status: number, reply: object) =>
      res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
    if (!req.url!.startsWith("/token")) {
      last = req;
      const { authorization = "" } = req.headers;
      return /^(Bearer|Desk) t-/.test(authorization) && !authorization.endsWith(given.at(-1)!)
        ? answer(401, {})
        : answer(200, { ok: true });
    }
    asked.push({ form: Object.fromEntries(new URLSearchParams(body)), authorization: req.headers.authorization });
    given.push(`t-${given.length + 1}`);
    answer(200, { access_token: given.at(-1), refresh_token: `r-${given.length}`, expires_in: 3600 });
  });
});

let house: House;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  house = await openHouse(folder, false, clock, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port}` } });
  const origin = `http://127.0.0.1:${port}`;
  const tokens = { tokenUrl: `${origin}/token`, tokenPath: "/token" };
  const defined = await house.api("PUT", "/apps/desk", {
    title: "Desk",
    baseUrl: origin,
    auth: [
      { kind: "token", title: "Token", header: "X-Auth", prefix: "Key " },
      {
        kind: "header",
        title: "Header",
        header: "X-Api-Key",
        fields: [{ name: "token", in: "secret", label: "Desk key", required: true }],
      },
      { kind: "query", title: "Query", param: "key" },
      { kind: "basic", title: "Basic" },
      { kind: "client", title: "Client", ...tokens, scopes: ["read", "write"], audience: "desk", prefix: "Desk " },
      { kind: "oauth2", title: "OAuth", authorizeUrl: `${origin}/authorize`, issuer: origin, ...tokens, scopes: ["read"] },
    ],
    probe: [{ operation: "me.get" }],
    operations: [{ id: "me.get", title: "Get me", effect: "read", method: "GET", path: "/me" }],
  });
  if (defined.status !== 200) throw new Error(JSON.stringify(defined.body));
});
afterAll(async () => {
  await house.millrace.close();
  server.closeAllConnections();
  server.close();
  remove();
});
beforeEach(() => {
  asked = [];
  given = [];
});

const connect = (auth: string, secret: Record<string, string>) =>
  house.api<ConnectionView>("POST", "/connections", { name: `desk-${auth}`, app: "desk", auth, secret });
const call = (connection: string) => house.api("POST", "/operations/desk.me.get", { connection, input: {} });

test.each<[auth: string, secret: Record<string, string>, arrived: (req: IncomingMessage) => unknown, as: string]>([
  ["token", { token: "abc" }, ({ headers }) => headers["x-auth"], "Key abc"],
  ["header", { token: "abc" }, ({ headers }) => headers["x-api-key"], "abc"],
  ["query", { token: "a b&c" }, ({ url }) => new URL(url!, "http://x").searchParams.get("key"), "a b&c"],
  ["basic", { username: "ada", password: "p:w" }, ({ headers }) => headers.authorization, `Basic ${btoa("ada:p:w")}`],
])("a login of the kind '%s' is tested, saved and sent where the app says", async (auth, secret, arrived, as) => {
  const { status, body } = await connect(auth, secret);
  expect([status, body.status]).toEqual([201, "connected"]);
  await call(body.name);
  expect(arrived(last)).toBe(as);
});

test("a client gets a token before its first call, another when that ends, and one at once where it is refused", async () => {
  const { body } = await connect("client", { clientId: "c-1", clientSecret: "hush" });
  expect([body.status, last.headers.authorization]).toEqual(["connected", "Desk t-1"]);
  const form = { grant_type: "client_credentials", client_id: "c-1", client_secret: "hush", scope: "read write", audience: "desk" };
  expect(asked).toEqual([{ form, authorization: undefined }]);
  await call(body.name);
  expect(asked).toHaveLength(1); // the token of the test is the connection's
  await clock.advance(2 * 3_600_000);
  expect((await call(body.name)).status).toBe(200);
  expect(last.headers.authorization).toBe("Desk t-2");
  await clock.advance(120_000);
  given.push("t-of-somebody-else"); // this one is taken back
  expect((await call(body.name)).status).toBe(200);
  expect([asked.length, last.headers.authorization]).toEqual([3, "Desk t-4"]);
  expect(JSON.stringify((await house.api("GET", "/connections")).body)).not.toMatch(/hush|t-\d/);
});

test("an authorization code is exchanged with its verifier, for the app's own login server alone, and renewed", async () => {
  const secret = { clientId: "c-2", clientSecret: "hush" };
  const begin = async () =>
    new URL(
      (await house.api<ConsentPage>("POST", "/consents", { app: "desk", auth: "oauth2", title: "OAuth desk", secret, scopes: ["read"] }))
        .body.url,
    );
  const issuer = (page: URL) => page.origin;
  const mixedUp = await begin();
  const reply = { state: mixedUp.searchParams.get("state"), code: "code", issuer: "https://evil.example" };
  expect((await house.api("POST", "/consents/finish", reply)).status).toBe(409);
  expect(asked).toEqual([]);
  const page = await begin();
  const answer = { state: page.searchParams.get("state"), code: "code", issuer: issuer(page) };
  const { body } = await house.api<ConnectionView>("POST", "/consents/finish", answer);
  expect([body.status, last.headers.authorization]).toEqual(["connected", "Bearer t-1"]);
  const verifier = asked[0]!.form["code_verifier"]!;
  expect(createHash("sha256").update(verifier).digest("base64url")).toBe(page.searchParams.get("code_challenge"));
  await clock.advance(2 * 3_600_000);
  expect((await call(body.name)).status).toBe(200);
  expect(asked[1]!.form).toMatchObject({ grant_type: "refresh_token", refresh_token: "r-1" });
});
