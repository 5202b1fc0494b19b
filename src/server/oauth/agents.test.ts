import { afterEach, describe, expect, test } from "vitest";
import { openServer, type ServerWish } from "#test/fakes/server.ts";
import { AgentSignIn, challengeOf, redirectUri, verifier } from "#test/support/agent-sign-in.ts";
import { isRedirectUri, isRegistered } from "./redirects.ts";

/** Agents that sign in, as a hostile one and a friendly one do. */
const open: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const house of open.splice(0)) await house.close();
});

async function server(wish?: ServerWish) {
  const house = await openServer(wish);
  open.push(house);
  const agents = new AgentSignIn(house);
  await agents.signIn("Anna");
  return { ...house, agents };
}
const hasSignedIn = async (agents: AgentSignIn, token: string) => (await agents.mcp(token, "tools/list")).status !== 401;

describe("an agent signs in", () => {
  test("it finds where, registers, a person allows it, and its token is good at /mcp alone", async () => {
    const { app, agents } = await server();
    const stranger = await agents.mcp("", "tools/list", {}, { authorization: "" });
    expect(stranger.status).toBe(401);
    const at = /resource_metadata="([^"]+)"/.exec(String(stranger.headers["www-authenticate"]))![1]!;
    const facts = (await app.inject({ url: new URL(at).pathname, headers: { host: "127.0.0.1:4400" } })).json();
    expect(facts).toMatchObject({ resource: "http://127.0.0.1:4400/mcp", authorization_servers: ["http://127.0.0.1:4400"] });
    const { access } = await agents.tokens();
    const listed = await agents.mcp(access, "tools/list");
    expect([listed.status, listed.text]).toEqual([200, expect.stringContaining("list_flows")]);
    const api = await app.inject({ url: "/api/v1/flows", headers: { authorization: `Bearer ${access}` } });
    expect(api.statusCode).toBe(401);
  });

  test("the page says who asks, where the answer goes and what can be allowed, and the answer keeps the agent's state", async () => {
    const { agents } = await server();
    const clientId = await agents.register({ client_name: "Claude \u202e\n<b>" });
    const { body } = await agents.page("POST", "/agents/request", agents.request(clientId, { scope: "read draft act" }));
    expect(body).toMatchObject({ name: "Claude <b>", host: "127.0.0.1:33418", isLocal: true, asked: ["read", "draft"] });
    expect(Object.fromEntries(new URL(body.refuseTo).searchParams)).toEqual({
      error: "access_denied",
      state: "some state",
      iss: "http://127.0.0.1:4400",
    });
  });

  test("a code works once; the second time ends the agent with all its tokens", async () => {
    const { agents } = await server();
    const clientId = await agents.register();
    const code = await agents.code(clientId);
    const { body } = await agents.redeem(clientId, code);
    expect(await hasSignedIn(agents, body.access_token)).toBe(true);
    expect(await agents.redeem(clientId, code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
    expect(await hasSignedIn(agents, body.access_token)).toBe(false);
    expect((await agents.refresh(clientId, body.refresh_token)).status).toBe(400);
  });

  test("a code is over after a minute, and needs its verifier, its client and its address", async () => {
    const { agents, clock } = await server();
    const clientId = await agents.register();
    const other = await agents.register();
    const tries: [string, object][] = [
      [clientId, { code_verifier: "w".repeat(43) }],
      [clientId, { redirect_uri: `${redirectUri}/` }],
      [other, {}],
    ];
    for (const [client, more] of tries)
      expect((await agents.redeem(client, await agents.code(clientId), more)).body, JSON.stringify(more)).toMatchObject({
        error: "invalid_grant",
      });
    const without = { grant_type: "authorization_code", client_id: clientId, code: await agents.code(clientId), redirect_uri: redirectUri };
    expect((await agents.agent("/oauth/token", without)).body.error).toBe("invalid_request");
    const late = await agents.code(clientId);
    await clock.advance(60_000);
    expect((await agents.redeem(clientId, late)).body.error).toBe("invalid_grant");
  });

  test("an access token is over after an hour; a refresh token gives new ones once, and a second use ends the agent", async () => {
    const { agents, clock } = await server();
    const { clientId, access, refresh } = await agents.tokens();
    await clock.advance(3_600_000);
    expect(await hasSignedIn(agents, access)).toBe(false);
    const next = (await agents.refresh(clientId, refresh)).body;
    expect(await hasSignedIn(agents, next.access_token)).toBe(true);
    expect((await agents.refresh(clientId, refresh)).status).toBe(400); // somebody else has it
    expect(await hasSignedIn(agents, next.access_token)).toBe(false);
    expect((await agents.refresh(clientId, next.refresh_token)).status).toBe(400);
  });

  test("a sign-in without PKCE, with another answer or for another resource is no sign-in", async () => {
    const { agents } = await server();
    const clientId = await agents.register();
    const wrong: [object, string][] = [
      [{ code_challenge: undefined }, "code_challenge"],
      [{ code_challenge_method: "plain" }, "code_challenge_method"],
      [{ response_type: "token" }, "response_type"],
      [{ resource: "https://elsewhere.example/mcp" }, "resource"],
      [{ redirect_uri: "http://127.0.0.1:33418/other" }, "redirect_uri"],
      [{ redirect_uri: "https://evil.example/callback" }, "redirect_uri"],
      [{ client_id: "nobody" }, "client_id"],
    ];
    for (const [more, field] of wrong)
      for (const [path, body] of [
        ["/agents/request", {}],
        ["/agents", { permissions: ["read"] }],
      ] as const)
        expect((await agents.page("POST", path, { ...agents.request(clientId, more), ...body })).body.error, field).toMatchObject({
          code: "BAD_INPUT",
          details: { field },
        });
  });

  test("only a person on Millrace's own page can let one in", async () => {
    const { app, key, agents } = await server();
    const clientId = await agents.register();
    const payload = { ...agents.request(clientId), permissions: ["read"] };
    const forged = { host: "127.0.0.1:4400", cookie: agents.cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await app.inject({ method: "POST", url: "/api/v1/agents", headers: forged, payload })).statusCode).toBe(403);
    const withKey = { authorization: `Bearer ${key}` };
    expect((await app.inject({ method: "POST", url: "/api/v1/agents", headers: withKey, payload })).statusCode).toBe(403);
  });

  test("what clients look for and is not there is no page of the app", async () => {
    const { app } = await server();
    const { statusCode } = await app.inject({ url: "/.well-known/openid-configuration", headers: { host: "127.0.0.1:4400" } });
    expect(statusCode).toBe(404);
  });

  test("nobody comes in by a made-up ticket of an inner call", async () => {
    const { app } = await server();
    const headers = { host: "127.0.0.1:4400", "x-millrace-inner-call": "x".repeat(43) };
    expect((await app.inject({ url: "/api/v1/flows", headers })).statusCode).toBe(401);
  });

  test("its page cannot be shown inside another", async () => {
    const { app } = await server();
    const { headers } = await app.inject({ url: "/oauth/authorize?client_id=x", headers: { host: "127.0.0.1:4400" } });
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["x-frame-options"]).toBe("SAMEORIGIN");
  });

  test("nobody registers without end, and what nobody allows is forgotten after a day", async () => {
    const { app, agents, db, clock } = await server();
    const register = () =>
      app.inject({
        method: "POST",
        url: "/oauth/register",
        headers: { host: "127.0.0.1:4400" },
        payload: { redirect_uris: [redirectUri] },
      });
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push((await register()).statusCode);
    expect(answers).toEqual([...Array<number>(10).fill(201), 429, 429]);
    await clock.advance(24 * 3_600_000);
    await agents.register();
    expect(await db.q.selectFrom("oauth_clients").select("id").execute()).toHaveLength(1);
  });

  describe("a client whose id is the address of its document", () => {
    const id = "https://agent.example/client.json";
    const described = { client_id: id, client_name: "Claude", redirect_uris: [redirectUri] };
    const asked = async (text: string, url = id, clientId = id) => {
      const reads: string[] = [];
      const readText = async (address: string) => {
        reads.push(address);
        return { text, url };
      };
      const { agents } = await server({ readText });
      const { body } = await agents.page("POST", "/agents/request", agents.request(clientId));
      return { agents, body, reads };
    };

    test("signs in without a registration, and its document is read once", async () => {
      const { agents, body, reads } = await asked(JSON.stringify(described));
      expect(body).toMatchObject({ name: "Claude", describedAt: "agent.example", host: "127.0.0.1:33418" });
      const tokens = await agents.redeem(id, await agents.code(id));
      expect(await hasSignedIn(agents, tokens.body.access_token)).toBe(true);
      expect(reads).toEqual([id]);
    });

    test("is refused where the document is of another, elsewhere, too long, no client or none", async () => {
      const wrong: [string, string?][] = [
        [JSON.stringify({ ...described, client_id: "https://other.example/client.json" })],
        [JSON.stringify(described), "https://other.example/client.json"],
        [JSON.stringify({ ...described, more: "x".repeat(70_000) })],
        [JSON.stringify({ ...described, redirect_uris: ["javascript:alert(1)"] })],
        ["null"],
        ["<html>"],
      ];
      for (const [text, url] of wrong)
        expect((await asked(text, url)).body.error, text.slice(0, 100)).toMatchObject({
          code: "BAD_INPUT",
          details: { field: "client_id" },
        });
    });

    test("is not read at an address that is no plain https one", async () => {
      for (const other of [
        "http://agent.example/client.json",
        "https://agent.example/",
        "https://a@agent.example/x",
        "https://agent.example/x?y",
      ]) {
        const { body, reads } = await asked(JSON.stringify({ ...described, client_id: other }), other, other);
        expect([body.error?.code, reads], other).toEqual(["BAD_INPUT", []]);
      }
    });
  });

  test("a client that would be sent where a browser executes is not registered, and one with a secret neither", async () => {
    const { agents } = await server();
    for (const uri of [
      "javascript:alert(1)//",
      "data:text/html,x",
      "http://evil.example/",
      "https://a@b.example/",
      "https://b.example/#x",
      "x",
    ])
      expect((await agents.agent("/oauth/register", { redirect_uris: [uri] })).body.error, uri).toBe("invalid_redirect_uri");
  });
});

describe("what an agent may do", () => {
  /** Bob, whom Anna lets in with a role, and his agent. */
  const withBob = async (role: string) => {
    const house = await server();
    const invite = async () => {
      const { body } = await house.agents.page("POST", "/invitations", { email: "bob@example.com", role });
      const bob = new AgentSignIn(house);
      const invitation = (body.url as string).split("#invitation=")[1]!;
      await bob.page("POST", "/session/accept", { invitation, name: "Bob", password: "another set of words" });
      return bob;
    };
    const bob = await invite();
    const id = house.accounts.byEmail("bob@example.com")!.id;
    return { ...house, bob, id, invite };
  };
  test("it loses what the person it acts for may no longer do", async () => {
    const { agents, bob, id } = await withBob("builder");
    const { access } = await bob.tokens(["read", "draft"]);
    expect((await bob.mcp(access, "tools/list")).text).toContain('"name":"request_publish"');
    await agents.page("PUT", `/members/${id}`, { role: "viewer" });
    const { text } = await bob.mcp(access, "tools/list");
    expect(text).toContain('"name":"list_flows"');
    expect(text).not.toContain('"name":"request_publish"');
  });

  test("it ends when that person is removed, and stays over when they are let in again", async () => {
    const { agents, bob, id, invite } = await withBob("builder");
    const { access, refresh, clientId } = await bob.tokens();
    await agents.page("DELETE", `/members/${id}`);
    expect(await hasSignedIn(bob, access)).toBe(false);
    await invite();
    expect(await hasSignedIn(bob, access)).toBe(false);
    expect((await bob.refresh(clientId, refresh)).status).toBe(400);
  });

  test("it ends with a new password of that person", async () => {
    const { bob } = await withBob("builder");
    const { access } = await bob.tokens();
    await bob.page("POST", "/account/password", { current: "another set of words", password: "a third set of words" });
    expect(await hasSignedIn(bob, access)).toBe(false);
  });

  test("nobody allows an agent more than they may do themselves", async () => {
    const { bob } = await withBob("viewer");
    const clientId = await bob.register();
    expect((await bob.page("POST", "/agents/request", bob.request(clientId))).body.offered).toEqual(["read"]);
    const { body } = await bob.page("POST", "/agents", { ...bob.request(clientId), permissions: ["read", "act"] });
    expect(body.error).toMatchObject({ code: "BAD_INPUT", details: { field: "permissions" } });
  });

  test("a member signs out their own, and an owner anybody's", async () => {
    const { agents, bob } = await withBob("builder");
    const anna = await agents.tokens();
    const own = await bob.tokens();
    const ids = (await agents.page("GET", "/agents")).body.agents.map(({ id }: { id: string }) => id);
    expect((await bob.page("GET", "/agents")).body.agents).toHaveLength(1);
    for (const id of ids) await bob.page("DELETE", `/agents/${id}`);
    expect([await hasSignedIn(agents, anna.access), await hasSignedIn(bob, own.access)]).toEqual([true, false]);
    for (const id of ids) await agents.page("DELETE", `/agents/${id}`);
    expect(await hasSignedIn(agents, anna.access)).toBe(false);
  });

  test("a person sees their agents and signs one out; the audit names it", async () => {
    const { agents } = await server();
    await agents.tokens(["read"]);
    const { body } = await agents.page("GET", "/agents");
    expect(body).toMatchObject({
      address: "http://127.0.0.1:4400/mcp",
      agents: [{ name: "Claude", who: "Anna", mine: true, permissions: ["read"] }],
    });
    const changes = (await agents.page("GET", "/changes?kind=agent")).body.changes;
    expect(changes).toMatchObject([{ what: "allowed", name: "Claude", who: "Anna" }]);
  });
});

test.each([
  ["https://claude.ai/api/mcp/auth_callback", true],
  ["http://localhost:3000/cb", true],
  ["http://[::1]/cb", true],
  ["com.example.app:/oauth", true],
  ["com.example.app://oauth", true],
  ["cursor://anysphere.cursor-retrieval/oauth", false],
  ["javascript:alert(1)", false],
  ["intent://scan/#Intent;end", false],
  ["ms-settings:home", false],
  ["com..example:/oauth", false],
  ["x-apple.systempreferences:com.apple.preference.security", false],
  ["ms-settings.x:home", false],
  ["a.b:javascript:alert(1)", false],
  ["com.example-:/oauth", false],
  ["xn--p1ai.example:/oauth", true],
  ["http://127.0.0.1.evil.example/", false],
  ["file:///etc/passwd", false],
  ["blob:https://a.example/1", false],
])("%s may be registered: %s", (uri, may) => expect(isRedirectUri(uri)).toBe(may));

test.each([
  ["http://127.0.0.1:5000/cb", "http://127.0.0.1:6000/cb", true],
  ["http://localhost/cb", "http://localhost:6000/cb", true],
  ["http://localhost/cb", "http://localhost:6000/cb?x=1", false],
  ["http://localhost/cb", "http://127.0.0.1/cb", false],
  ["https://a.example/cb", "https://a.example:444/cb", false],
  ["https://a.example/cb", "https://a.example/cb/", false],
  ["https://a.example/cb", "https://a.example/cb", true],
])("registered %s, wanted %s: %s", (registered, wanted, isIt) => expect(isRegistered(wanted, [registered])).toBe(isIt));

test("the challenge is the SHA-256 of the verifier", () => expect(challengeOf(verifier)).toHaveLength(43));
