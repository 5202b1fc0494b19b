import { Secret, TOTP } from "otpauth";
import { afterEach, describe, expect, test } from "vitest";
import { hashOf } from "../auth/secret-hash.ts";
import { createSecondFactor } from "../auth/second-factor.ts";
import { createSealer } from "#vault/seal.ts";
import { rest, turnsUntil } from "#test/support/turns.ts";
import { fromPage, openServer, withKey, type ServerWish } from "#test/fakes/server.ts";

/** Accounts, invitations, roles, sessions and keys, as a hostile visitor and as a friendly one meets them. */
const servers: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
interface Reply {
  status: number;
  body: { error: { code: string; message: string } } & Record<string, never>;
  cookie: string | null;
}

/** A browser: it keeps its cookies, as one does. */
class Browser {
  cookie = "";
  /** The cookie that stays when a session ends. */
  kept = "";
  readonly #house: Awaited<ReturnType<typeof openServer>>;
  readonly #address: string;

  constructor(house: Awaited<ReturnType<typeof openServer>>, address = "127.0.0.1") {
    this.#house = house;
    this.#address = address;
  }

  async ask(method: Method, path: string, payload?: object, headers: Record<string, string> = {}): Promise<Reply> {
    const reply = await this.#house.app.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: this.#address,
      headers: {
        ...fromPage([this.cookie, this.kept].filter(Boolean).join("; ")),
        ...headers,
      },
      ...(payload && { payload }),
    });
    const mark = reply.cookies.find(({ name }) => name.endsWith("_known"));
    if (mark) this.kept = `${mark.name}=${mark.value}`;
    const set = reply.cookies.find(({ name }) => !name.endsWith("_known"));
    const cookie = set && set.value !== "" ? `${set.name}=${set.value}` : null;
    if (set) this.cookie = cookie ?? "";
    return { status: reply.statusCode, body: reply.json(), cookie };
  }

  async code(method: Method, path: string, payload?: object): Promise<string> {
    const { status, body } = await this.ask(method, path, payload);
    return body.error?.code ?? String(status);
  }
}

const ann = { name: "Ann", email: "ann@example.com", password: "four plain words here" };
const bob = { name: "Bob", email: "bob@example.com", password: "another set of words" };

async function open(wish: ServerWish = {}) {
  const house = await openServer(wish);
  servers.push(house);
  const link = async () => {
    const made = await house.app.inject({ method: "POST", url: "/api/v1/sign-in-links", headers: withKey(house.key) });
    return { ...(made.json() as { opens: string }), token: (made.json() as { url: string }).url.split("#open=")[1]! };
  };
  const browser = (address?: string) => new Browser(house, address);
  /** Ann, who made the owner's account. */
  const owner = async () => {
    const page = browser();
    await page.ask("POST", "/session", { link: (await link()).token });
    expect(await page.code("POST", "/account", ann)).toBe("200");
    return page;
  };
  const invited = async (by: Browser, role: string, person = bob, locationId?: string) => {
    const { body } = await by.ask("POST", "/invitations", { email: person.email, role, ...(locationId && { locationId }) });
    return (body as unknown as { url: string }).url.split("#invitation=")[1]!;
  };
  const joined = async (by: Browser, role: string, person = bob, locationId?: string) => {
    const page = browser();
    const invitation = await invited(by, role, person, locationId);
    expect(await page.code("POST", "/session/accept", { invitation, name: person.name, password: person.password })).toBe("200");
    return page;
  };
  return { ...house, link, browser, owner, invited, joined };
}

const idOf = async (page: Browser) => ((await page.ask("GET", "/session")).body as unknown as { account: { id: string } }).account.id;

describe("coming in", () => {
  test("without an account a link opens everything, until the owner's account is made: then nobody comes in without", async () => {
    const { link, browser, owner, key, app } = await open();
    const [first, second] = [browser(), browser()];
    await second.ask("POST", "/session", { link: (await link()).token });
    expect((await second.ask("GET", "/session")).body).toMatchObject({ account: null, role: "owner" });
    const page = await owner();
    expect((await page.ask("GET", "/session")).body).toMatchObject({ account: { email: ann.email, name: "Ann" }, role: "owner" });
    expect(await second.code("GET", "/overview")).toBe("NOT_SIGNED_IN");
    const { token, opens } = await link();
    expect([opens, await first.code("POST", "/session", { link: token })]).toEqual(["account", "LINK_NEEDS_ACCOUNT"]);
    expect(await first.code("POST", "/session", { key })).toBe("KEY_FOR_PROGRAMS");
    expect((await app.inject({ url: "/api/v1/overview", headers: withKey(key) })).statusCode).toBe(200);
  });

  test("where others can reach Millrace a link makes the owner's account and opens nothing by itself", async () => {
    const { link, browser } = await open({ localSignIn: false });
    const page = browser();
    const { token, opens } = await link();
    expect([opens, await page.code("POST", "/session", { link: token })]).toEqual(["account", "LINK_NEEDS_ACCOUNT"]);
    expect(await page.code("POST", "/session/owner", { link: token, ...ann, password: "short" })).toBe("BAD_INPUT");
    expect(await page.code("POST", "/session/owner", { link: token, ...ann })).toBe("200");
    expect(await page.code("GET", "/overview")).toBe("200");
    expect(await browser().code("POST", "/session/owner", { link: token, ...bob })).toBe("LINK_INVALID");
  });

  test("a link gives an owner a new password, and nobody else", async () => {
    const house = await open();
    const page = await house.owner();
    await house.joined(page, "builder");
    const { token } = await house.link();
    const other = house.browser();
    expect(await other.code("POST", "/session/owner", { link: token, ...bob })).toBe("CONFLICT");
    expect(await other.code("POST", "/session/owner", { link: token, ...ann, password: "a new one, and long" })).toBe("200");
    expect(await page.code("GET", "/overview")).toBe("NOT_SIGNED_IN");
    expect(await house.browser().code("POST", "/session", ann)).toBe("PASSWORD_WRONG");
  });

  test("an address and its password sign in; a wrong one and an unknown address get the same answer", async () => {
    const house = await open();
    await house.owner();
    const page = house.browser();
    expect(await page.code("POST", "/session", { email: " ANN@example.com ", password: ann.password })).toBe("200");
    const wrong = await house.browser().ask("POST", "/session", { email: ann.email, password: "wrong words here" });
    const unknown = await house.browser().ask("POST", "/session", { email: "nobody@example.com", password: "wrong words here" });
    expect([wrong.status, wrong.body, wrong.cookie]).toEqual([unknown.status, unknown.body, unknown.cookie]);
    expect(wrong.body.error.code).toBe("PASSWORD_WRONG");
  });

  test("guessing is stopped by the address it comes from, and by the account it is for", async () => {
    const house = await open();
    await house.owner();
    const wrong = (address: string) => house.browser(address).code("POST", "/session", { email: ann.email, password: "wrong" });
    for (let n = 0; n < 10; n++) expect(await wrong("10.0.0.1")).toBe("PASSWORD_WRONG");
    expect(await wrong("10.0.0.1")).toBe("TOO_MANY_WRONG_KEYS");
    for (let n = 0; n < 89; n++) expect(await wrong(`10.0.1.${n}`)).toBe("PASSWORD_WRONG");
    expect(await house.browser("10.9.9.9").code("POST", "/session", ann)).toBe("TOO_MANY_WRONG_PASSWORDS");
    expect(await house.browser("10.0.0.1").code("POST", "/session", { ...bob, password: bob.password })).toBe("TOO_MANY_WRONG_KEYS");
    await house.clock.advance(15 * 60_000);
    expect(await house.browser("10.9.9.9").code("POST", "/session", ann)).toBe("200");
  });

  test("wrong passwords from elsewhere lock nobody out of the browsers where they signed in before", async () => {
    const house = await open();
    const page = await house.owner();
    const bobs = await house.joined(page, "viewer");
    await page.ask("DELETE", "/session");
    await bobs.ask("DELETE", "/session");
    const from = (address: string, kept = "") => {
      const browser = house.browser(address);
      browser.kept = kept;
      return browser;
    };
    for (let n = 0; n < 100; n++) await from(`10.0.1.${n}`).ask("POST", "/session", { email: ann.email, password: "wrong" });
    expect(await from("10.9.9.9").code("POST", "/session", ann)).toBe("TOO_MANY_WRONG_PASSWORDS");
    expect(await from("10.9.9.9", bobs.kept).code("POST", "/session", ann)).toBe("TOO_MANY_WRONG_PASSWORDS"); // another's browser
    expect(await from("10.9.9.9", `${page.kept}x`).code("POST", "/session", ann)).toBe("TOO_MANY_WRONG_PASSWORDS"); // a forged one
    expect(await from("10.9.9.9", page.kept).code("POST", "/session", ann)).toBe("200");
    const guess = (n: number) => from(`10.0.2.${n}`, page.kept).code("POST", "/session", { email: ann.email, password: "wrong" });
    for (let n = 0; n < 10; n++) expect(await guess(n)).toBe("PASSWORD_WRONG");
    expect(await guess(10)).toBe("TOO_MANY_WRONG_KEYS"); // a stolen one is of little use
    await house.clock.advance(60_000);
    for (let n = 11; n < 20; n++) expect(await guess(n)).toBe("PASSWORD_WRONG");
    expect(await guess(20)).toBe("TOO_MANY_WRONG_PASSWORDS");
  });

  test("wrong sign-ins from the same address do not hold up a browser where the person signed in before, until the password is another", async () => {
    const house = await open();
    const page = await house.owner();
    const old = page.kept;
    for (let n = 0; n < 11; n++) await house.browser().ask("POST", "/session", { email: `p${n}@example.com`, password: "wrong" });
    const known = (kept: string, person = ann) => {
      const browser = house.browser();
      browser.kept = kept;
      return browser.code("POST", "/session", person);
    };
    expect([await known(""), await known(old, bob), await known(old)]).toEqual(["TOO_MANY_WRONG_KEYS", "TOO_MANY_WRONG_KEYS", "200"]);
    const password = "another long one";
    expect(await page.code("POST", "/account/password", { current: ann.password, password })).toBe("200");
    expect([await known(old, { ...ann, password }), await known(page.kept, { ...ann, password })]).toEqual(["TOO_MANY_WRONG_KEYS", "200"]);
  });

  test("a workspace is used from the addresses that an owner allows, and always from the machine itself", async () => {
    const house = await open({ trusted: ["10.0.0.1"] });
    const page = await house.owner();
    const guest = await house.joined(page, "viewer");
    const path = "/workspace/allowed-addresses";
    const [office, home] = ["203.0.113.9", "198.51.100.7"];
    const at = (address: string, cookie: string) => {
      const browser = house.browser(address);
      browser.cookie = cookie;
      return browser;
    };
    const lockedOut = await at(home, page.cookie).ask("PUT", path, { addresses: ["203.0.113.0/24"] });
    expect(lockedOut.body.error).toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining(home) });
    expect(await at(office, page.cookie).code("PUT", path, { addresses: [" 203.0.113.0/24 ", ""] })).toBe("200");
    expect((await at(office, page.cookie).ask("GET", path)).body).toEqual({ addresses: ["203.0.113.0/24"], own: office });
    expect(await at(office, guest.cookie).code("GET", "/flows")).toBe("200");
    expect(await at(home, guest.cookie).code("GET", "/flows")).toBe("FORBIDDEN");
    expect(await at(home, "").code("POST", "/session", bob)).toBe("FORBIDDEN");
    const withKeyFrom = async (remoteAddress: string, forwarded?: string) => {
      const headers = { ...withKey(house.key), ...(forwarded && { "x-forwarded-for": forwarded }) };
      return (await house.app.inject({ url: "/api/v1/flows", remoteAddress, headers })).statusCode;
    };
    expect(await withKeyFrom(home, office)).toBe(403); // who is no proxy may claim what they like
    expect([await withKeyFrom("10.0.0.1", office), await withKeyFrom("10.0.0.1", home)]).toEqual([200, 403]);
    expect(await withKeyFrom("127.0.0.1")).toBe(200);
    expect(await at("127.0.0.1", page.cookie).code("PUT", path, { addresses: [] })).toBe("200");
    expect(await at(home, guest.cookie).code("GET", "/flows")).toBe("200");
  });

  test("through a proxy on this machine that is not trusted nobody passes for the machine: no list is saved there, and none lets in", async () => {
    const house = await open();
    const page = await house.owner();
    const path = "/workspace/allowed-addresses";
    const forwarded = { "x-forwarded-for": "203.0.113.5" };
    const list = { addresses: ["203.0.113.0/24"] };
    const refused = await page.ask("PUT", path, list, forwarded);
    expect(refused.body.error).toMatchObject({ code: "BAD_INPUT", message: expect.stringContaining("MILLRACE_TRUSTED_PROXIES") });
    expect(await page.code("PUT", path, { addresses: [""] })).toBe("BAD_INPUT");
    expect(await page.code("PUT", path, list)).toBe("200");
    const { status, body } = await page.ask("GET", "/flows", undefined, forwarded);
    expect([status, body.error.message]).toEqual([403, expect.stringContaining("MILLRACE_TRUSTED_PROXIES")]);
    expect((await page.ask("GET", "/flows", undefined, { "cf-connecting-ip": "203.0.113.5" })).status).toBe(403);
    expect(await page.code("GET", "/flows")).toBe("200");
  });

  test("nothing is used up or changed from an address that is refused: not an invitation, a link, a code or a password", async () => {
    const house = await open({ localSignIn: false });
    const page = house.browser();
    expect(await page.code("POST", "/session/owner", { link: (await house.link()).token, ...ann })).toBe("200");
    await house.joined(page, "viewer");
    const { url } = (await page.ask("POST", `/members/${await memberId(page, bob.email)}/reset-link`)).body as unknown as { url: string };
    const invitation = await house.invited(page, "viewer", { ...bob, email: "eve@example.com" });
    const { token } = await house.link();
    expect(await page.code("PUT", "/workspace/allowed-addresses", { addresses: ["203.0.113.0/24"] })).toBe("200");
    const attempts: [string, object][] = [
      ["/session/accept", { invitation, name: "Eve", password: "chosen by somebody" }],
      ["/session/reset", { reset: url.split("#reset=")[1], password: "chosen by somebody" }],
      ["/session/owner", { link: token, ...ann, password: "chosen by somebody" }],
    ];
    const all = async (address: string) => Promise.all(attempts.map(([path, body]) => house.browser(address).code("POST", path, body)));
    expect(await all("198.51.100.9")).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);
    expect([await house.browser().code("POST", "/session", ann), await house.browser().code("POST", "/session", bob)]).toEqual([
      "200",
      "200",
    ]);
    expect(await all("203.0.113.9")).toEqual(["200", "200", "200"]);
  });

  test("a workspace has so many open invitations and API keys, and no more", async () => {
    const house = await open();
    const page = await house.owner();
    for (let n = 0; n < 200; n++) await page.ask("POST", "/invitations", { email: `p${n}@example.com`, role: "viewer" });
    expect(await page.code("POST", "/invitations", { email: "one@example.com", role: "viewer" })).toBe("CONFLICT");
    expect(await page.code("POST", "/invitations", { email: "p7@example.com", role: "builder" })).toBe("201"); // in place of the earlier one
    const key = (n: number) =>
      page.code("POST", "/api-keys", { name: `k${n}`, role: "viewer", scopes: null, allowedFrom: null, expiresInDays: null });
    for (let n = 0; n < 100; n++) await key(n);
    expect(await key(100)).toBe("CONFLICT");
  });

  test("a page of another site can sign nobody in, and accept, claim or reset nothing", async () => {
    const house = await open({ mail: true });
    const page = await house.owner();
    const invitation = await house.invited(page, "viewer");
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    const attacks: [string, object][] = [
      ["/session", ann],
      ["/session/accept", { invitation, name: bob.name, password: bob.password }],
      ["/session/owner", { link: (await house.link()).token, ...ann }],
      ["/session/forgotten", { email: ann.email }],
      ["/session/reset", { reset: "x", password: ann.password }],
      ["/session/workspace", { workspace: "ws_1" }],
      ["/members", {}],
    ];
    for (const [path, body] of attacks) {
      const { status, cookie } = await page.ask(
        path === "/members" ? "GET" : "POST",
        path,
        path === "/members" ? undefined : body,
        foreign,
      );
      expect([path, status, cookie]).toEqual([path, 403, null]);
    }
    expect(house.mails).toHaveLength(1); // the invitation's
  });

  test("each sign-in has a cookie of its own, and the one before it ends: a planted one is worth nothing", async () => {
    const house = await open();
    const page = await house.owner();
    const planted = page.cookie;
    await page.ask("POST", "/session", ann);
    expect(page.cookie).not.toBe(planted);
    const old = house.browser();
    old.cookie = planted;
    expect(await old.code("GET", "/overview")).toBe("NOT_SIGNED_IN");
  });
});

describe("an invitation", () => {
  test("says to whom it is and as what, is accepted once, and gives that role", async () => {
    const house = await open();
    const page = await house.owner();
    const invitation = await house.invited(page, "viewer");
    const guest = house.browser();
    expect((await guest.ask("POST", "/session/invitation", { invitation })).body).toMatchObject({
      email: bob.email,
      role: "viewer",
      hasAccount: false,
    });
    expect(await guest.code("POST", "/session/accept", { invitation, name: bob.name, password: bob.password })).toBe("200");
    expect((await guest.ask("GET", "/session")).body).toMatchObject({ role: "viewer", account: { name: "Bob" } });
    expect(await house.browser().code("POST", "/session/accept", { invitation, name: bob.name, password: bob.password })).toBe(
      "INVITATION_INVALID",
    );
    expect(await house.browser().code("POST", "/session/invitation", { invitation })).toBe("INVITATION_INVALID");
  });

  test("is over when it was withdrawn, replaced, or is a week old", async () => {
    const house = await open();
    const page = await house.owner();
    const [replaced, open_] = [await house.invited(page, "viewer"), await house.invited(page, "builder")];
    const state = (invitation: string) => house.browser().code("POST", "/session/invitation", { invitation });
    expect([await state(replaced), await state(open_)]).toEqual(["INVITATION_INVALID", "200"]);
    const { invitations } = (await page.ask("GET", "/invitations")).body as unknown as { invitations: { id: string }[] };
    expect(await page.code("DELETE", `/invitations/${invitations[0]!.id}`)).toBe("200");
    expect(await state(open_)).toBe("INVITATION_INVALID");
    const late = await house.invited(page, "viewer");
    await house.clock.advance(7 * 24 * 3_600_000);
    expect(await state(late)).toBe("INVITATION_INVALID");
  });

  test("shows the address of whom it is for, and where the workspace may be used, only to those who may see people, in the list of changes and its file too", async () => {
    const house = await open();
    const page = await house.owner();
    const viewer = await house.joined(page, "viewer");
    await house.invited(page, "viewer", { ...bob, email: "secret@example.com" });
    const read = async (by: Browser, query = "?") => JSON.stringify((await by.ask("GET", `/changes${query}`)).body);
    expect(await read(page)).toContain("secret@example.com");
    expect(await read(viewer)).toContain("joined as viewer");
    for (const query of ["?", "?kind=invitation", "?text=secret"]) expect(await read(viewer, query)).not.toMatch(/invitation|@/);
    await page.ask("PUT", "/workspace/allowed-addresses", { addresses: ["203.0.113.0/24"] });
    expect(await read(page)).toContain("203.0.113.0");
    for (const query of ["?", "?kind=workspace", "?text=203.0.113"]) expect(await read(viewer, query)).not.toContain("203.0");
    const file = await house.app.inject({ url: "/api/v1/changes/export?format=jsonl", headers: fromPage(viewer.cookie) });
    expect([file.statusCode, file.body.includes("joined as viewer"), file.body.includes("@")]).toEqual([200, true, false]);
  });

  test("never opens or changes an account that is there: its own password is asked for", async () => {
    const house = await open();
    const page = await house.owner();
    await house.joined(page, "viewer");
    await house.accountStore.removeMember("ws_1", await memberId(page, bob.email), "me");
    await house.accounts.reread();
    const invitation = await house.invited(page, "builder");
    const thief = house.browser();
    expect((await thief.ask("POST", "/session/invitation", { invitation })).body).toMatchObject({ hasAccount: true });
    expect(await thief.code("POST", "/session/accept", { invitation, name: "Thief", password: "chosen by the thief" })).toBe(
      "PASSWORD_WRONG",
    );
    expect(await thief.code("POST", "/session/accept", { invitation, password: bob.password })).toBe("200");
    expect((await thief.ask("GET", "/session")).body).toMatchObject({ role: "builder", account: { name: "Bob" } });
  });

  test("needs an owner with an account, an address, and for a client a sub-account", async () => {
    const house = await open();
    const local = house.browser();
    await local.ask("POST", "/session", { link: (await house.link()).token });
    expect(await local.code("POST", "/invitations", { email: bob.email, role: "viewer" })).toBe("OWNER_FIRST");
    const page = await house.owner();
    const problem = async (body: object) => (await page.ask("POST", "/invitations", body)).body.error.message;
    expect(await problem({ email: "nobody", role: "viewer" })).toContain("email");
    expect(await problem({ email: bob.email, role: "king" })).toContain("role");
    expect(await problem({ email: bob.email, role: "client" })).toContain("locationId");
    expect(await problem({ email: bob.email, role: "viewer", locationId: "loc" })).toContain("locationId");
    expect(await page.code("POST", "/invitations", { email: ann.email, role: "viewer" })).toBe("CONFLICT");
  });

  test("is mailed where mail can be sent, and its link is not in the log", async () => {
    const house = await open({ mail: true });
    const page = await house.owner();
    const token = await house.invited(page, "viewer");
    expect(house.mails).toMatchObject([{ to: bob.email, text: expect.stringContaining(token) }]);
    expect(house.logged.join()).not.toContain(token);
  });
});

const memberId = async (page: Browser, email: string) =>
  ((await page.ask("GET", "/members")).body as unknown as { members: { id: string; email: string }[] }).members.find(
    (m) => m.email === email,
  )!.id;

test("when a member was last there is known also after their session is over", async () => {
  const house = await open();
  const page = await house.owner();
  await house.joined(page, "viewer");
  const joinedAt = house.clock.now();
  for (let i = 0; i < 2; i++) {
    await house.clock.advance(8 * 3_600_000);
    await page.ask("GET", "/overview");
  }
  const { members } = (await page.ask("GET", "/members")).body as unknown as { members: { name: string; seenAt: number }[] };
  expect(members.map(({ name, seenAt }) => [name, seenAt])).toEqual([
    ["Ann", house.clock.now()],
    ["Bob", joinedAt],
  ]);
});

describe("a role", () => {
  test("counts from the next request on, while its person is signed in; who is removed is out at once", async () => {
    const house = await open();
    const page = await house.owner();
    const guest = await house.joined(page, "builder");
    const id = await memberId(page, bob.email);
    const flow = { name: "F", trigger: { app: "app", operation: "hook" }, steps: [] };
    expect(await guest.code("POST", "/flows", flow)).toBe("201");
    expect(await page.code("PUT", `/members/${id}`, { role: "viewer" })).toBe("200");
    expect([await guest.code("POST", "/flows", flow), await guest.code("GET", "/flows")]).toEqual(["FORBIDDEN", "200"]);
    expect(await page.code("DELETE", `/members/${id}`)).toBe("200");
    expect(await guest.code("GET", "/flows")).toBe("NOT_SIGNED_IN");
    expect(await house.browser().code("POST", "/session", bob)).toBe("NO_WORKSPACE");
  });

  test("of owner is never the last to go, and nobody but an owner gives one", async () => {
    const house = await open();
    const page = await house.owner();
    const guest = await house.joined(page, "builder");
    const [annId, bobId] = [await memberId(page, ann.email), await memberId(page, bob.email)];
    expect(await page.code("PUT", `/members/${annId}`, { role: "builder" })).toBe("CONFLICT");
    expect(await page.code("DELETE", `/members/${annId}`)).toBe("CONFLICT");
    for (const [method, path, body] of [
      ["PUT", `/members/${bobId}`, { role: "owner" }],
      ["DELETE", `/members/${annId}`, undefined],
      ["POST", "/invitations", { email: "eve@example.com", role: "owner" }],
      ["POST", "/api-keys", { name: "k", role: "owner" }],
      ["POST", `/members/${annId}/reset-link`, undefined],
      ["POST", "/api-key", undefined],
      ["POST", "/sign-in-links", undefined],
      ["POST", "/account", ann],
    ] as const)
      expect([path, await guest.code(method, path, body)]).toEqual([path, "FORBIDDEN"]);
  });
});

test("a viewer does not see the address of a hook: whoever knows it starts runs", async () => {
  const house = await open();
  const page = await house.owner();
  const guest = await house.joined(page, "viewer");
  const flow = { name: "F", trigger: { app: "app", operation: "hook" }, steps: [] };
  const { id, trigger } = (await page.ask("POST", "/flows", flow)).body as unknown as { id: string; trigger: { hookUrl: string } };
  const shown = async (by: Browser) => JSON.stringify([(await by.ask("GET", "/flows")).body, (await by.ask("GET", `/flows/${id}`)).body]);
  expect(await shown(page)).toContain(trigger.hookUrl);
  expect(await shown(guest)).not.toContain(trigger.hookUrl.slice(-20));
  expect(await shown(guest)).toContain("/hooks/…");
});

describe("a second factor", () => {
  const codeOf = (secret: string, at: number) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

  async function turnedOn() {
    const house = await open();
    const page = await house.owner();
    const { secret } = (await page.ask("POST", "/account/second-factor/offer")).body as unknown as { secret: string };
    const body = { secret, code: codeOf(secret, house.clock.now()), password: ann.password };
    expect(await page.code("POST", "/account/second-factor", { ...body, password: "wrong" })).toBe("BAD_INPUT");
    const { recoveryCodes } = (await page.ask("POST", "/account/second-factor", body)).body as unknown as { recoveryCodes: string[] };
    return {
      house,
      page,
      secret,
      recoveryCodes,
      signIn: (code?: string) => house.browser().code("POST", "/session", { ...ann, ...(code && { code }) }),
    };
  }

  test("is asked for at the next sign-in, and no code of it counts twice", async () => {
    const { house, secret, signIn } = await turnedOn();
    const used = codeOf(secret, house.clock.now());
    expect([await signIn(), await signIn("000000"), await signIn(used)]).toEqual(["CODE_NEEDED", "CODE_WRONG", "CODE_WRONG"]);
    await house.clock.advance(30_000);
    const next = codeOf(secret, house.clock.now());
    expect([await signIn(`${next.slice(0, 3)} ${next.slice(3)}`), await signIn(next), await signIn(used)]).toEqual([
      "200",
      "CODE_WRONG",
      "CODE_WRONG",
    ]);
  });

  test("is replaced once by each recovery code, when it is lost", async () => {
    const { recoveryCodes, signIn } = await turnedOn();
    expect(recoveryCodes).toHaveLength(10);
    expect([await signIn(recoveryCodes[0]), await signIn(recoveryCodes[0]), await signIn(recoveryCodes[1]!.toUpperCase())]).toEqual([
      "200",
      "CODE_WRONG",
      "200",
    ]);
  });

  test("does not tell a wrong password from a right one: the password is asked for first", async () => {
    const { house } = await turnedOn();
    expect(await house.browser().code("POST", "/session", { ...ann, password: "wrong" })).toBe("PASSWORD_WRONG");
  });

  test("is sealed anew after a change of the key, so that the old key is not needed any more", async () => {
    const { house, secret } = await turnedOn();
    const [old, next] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)];
    const factor = (...keys: Buffer[]) => createSecondFactor({ store: house.accountStore, sealer: createSealer(keys), clock: house.clock });
    const account = async () => (await house.accountStore.all()).accounts[0]!;
    await factor(next, old).reseal([await account()]);
    await house.clock.advance(30_000);
    await factor(next).check(await account(), codeOf(secret, house.clock.now()));
    await expect(factor(old).check(await account(), "123456")).rejects.toThrow("MILLRACE_ENCRYPTION_KEY");
  });

  test("is replaced, and a passkey is added, only with a code of the one that is on", async () => {
    const { house, page, recoveryCodes, signIn } = await turnedOn();
    const { secret } = (await page.ask("POST", "/account/second-factor/offer")).body as unknown as { secret: string };
    const body = { secret, code: codeOf(secret, house.clock.now()), password: ann.password };
    const replace = (current?: string) => page.code("POST", "/account/second-factor", { ...body, ...(current && { current }) });
    expect([await replace(), await replace("000000"), await signIn(recoveryCodes[0])]).toEqual(["CODE_NEEDED", "CODE_WRONG", "200"]);
    const offer = (code?: string) => page.code("POST", "/account/passkeys/offer", { password: ann.password, ...(code && { code }) });
    expect([await offer(), await offer("000000"), await offer(recoveryCodes[1])]).toEqual(["CODE_NEEDED", "CODE_WRONG", "200"]);
    expect([await replace(recoveryCodes[2]), await signIn(recoveryCodes[3])]).toEqual(["200", "CODE_WRONG"]);
  });

  test("is turned off with the password and a code, and its secret can be read nowhere", async () => {
    const { house, page, secret, recoveryCodes, signIn } = await turnedOn();
    const { rows } = await house.db.q
      .selectFrom("accounts")
      .selectAll()
      .execute()
      .then((rows) => ({ rows: JSON.stringify(rows) }));
    expect(rows).not.toContain(secret);
    expect(JSON.stringify((await page.ask("GET", "/session")).body)).not.toContain(secret);
    const turnOff = (body: object) => page.code("POST", "/account/second-factor/off", body);
    expect(await turnOff({ password: "wrong", code: recoveryCodes[0] })).toBe("BAD_INPUT");
    expect(await turnOff({ password: ann.password })).toBe("CODE_NEEDED");
    expect(await turnOff({ password: ann.password, code: "000000" })).toBe("CODE_WRONG");
    expect([await turnOff({ password: ann.password, code: recoveryCodes[0] }), await signIn()]).toEqual(["200", "200"]);
  });
});

test("a mailed link for a new password wants the second factor; one that an owner hands over turns it off", async () => {
  const house = await open({ mail: true });
  const page = await house.owner();
  const guest = await house.joined(page, "viewer");
  const { secret } = (await guest.ask("POST", "/account/second-factor/offer")).body as unknown as { secret: string };
  const codeNow = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: house.clock.now() });
  expect(await guest.code("POST", "/account/second-factor", { secret, code: codeNow(), password: bob.password })).toBe("200");
  await house.browser().ask("POST", "/session/forgotten", { email: bob.email });
  await turnsUntil("the mail is sent", () => house.mails.length === 2); // after the invitation's
  const reset = /#reset=([\w-]+)/.exec(house.mails[1]!.text)![1]!;
  const mailed = { reset, password: "yet another set of words" };
  expect(await house.browser().code("POST", "/session/reset", mailed)).toBe("CODE_NEEDED");
  expect(await house.browser().code("POST", "/session/reset", { ...mailed, code: "000000" })).toBe("CODE_WRONG");
  await house.clock.advance(30_000);
  expect(await house.browser().code("POST", "/session/reset", { ...mailed, code: codeNow() })).toBe("200");
  const bobId = await memberId(page, bob.email);
  const { url } = (await page.ask("POST", `/members/${bobId}/reset-link`)).body as unknown as { url: string };
  const handed = { reset: url.split("#reset=")[1], password: "and one more set of words" };
  expect(await house.browser().code("POST", "/session/reset", handed)).toBe("200");
  expect(await house.browser().code("POST", "/session", { email: bob.email, password: handed.password })).toBe("200");
});

describe("a password", () => {
  test("that was forgotten is replaced by a link that is mailed, once, and signs out everywhere", async () => {
    const house = await open({ mail: true });
    const page = await house.owner();
    expect(await house.browser().code("POST", "/session/forgotten", { email: "nobody@example.com" })).toBe("200");
    expect(house.mails).toEqual([]);
    expect(await house.browser().code("POST", "/session/forgotten", { email: ann.email })).toBe("200");
    await turnsUntil("the mail is sent", () => house.mails.length === 1);
    const reset = /#reset=([\w-]+)/.exec(house.mails[0]!.text)![1]!;
    const other = house.browser();
    expect(await other.code("POST", "/session/reset", { reset, password: "short" })).toBe("BAD_INPUT");
    expect(await other.code("POST", "/session/reset", { reset, password: "a new one, and long" })).toBe("200");
    expect(await page.code("GET", "/overview")).toBe("NOT_SIGNED_IN");
    expect(await house.browser().code("POST", "/session/reset", { reset, password: "a new one, and long" })).toBe("RESET_INVALID");
  });

  test("is mailed about three times in a quarter of an hour, and no more", async () => {
    const house = await open({ mail: true });
    await house.owner();
    for (let n = 0; n < 6; n++) await house.browser().ask("POST", "/session/forgotten", { email: ann.email });
    await turnsUntil("the mail is sent", () => house.mails.length === 3);
    await rest();
    expect(house.mails).toHaveLength(3);
  });

  test.each(["short", "aaaaaaaaaaaa", "1234567890", "password123!", "ann@example.com", "Millrace2026"])(
    "%s is refused",
    async (password) => {
      const { link, browser } = await open({ localSignIn: false });
      const reply = await browser().ask("POST", "/session/owner", { link: (await link()).token, ...ann, password });
      expect([reply.status, reply.body.error.message]).toEqual([400, expect.stringMatching(/^password: /)]);
    },
  );

  test("is changed by who knows it, and other browsers of the account are signed out", async () => {
    const house = await open();
    const page = await house.owner();
    const other = house.browser();
    await other.ask("POST", "/session", ann);
    expect(await page.code("POST", "/account/password", { current: "wrong", password: "another long one" })).toBe("BAD_INPUT");
    expect(await page.code("POST", "/account/password", { current: ann.password, password: "another long one" })).toBe("200");
    expect([await page.code("GET", "/overview"), await other.code("GET", "/overview")]).toEqual(["200", "NOT_SIGNED_IN"]);
  });
});

describe("what an insider tries", () => {
  /** Bob owns a second workspace, in which Ann, the operator, is an owner too. */
  async function twoOwners() {
    const house = await open();
    const page = await house.owner();
    const { id } = (await page.ask("POST", "/workspaces", { name: "Second" })).body as unknown as { id: string };
    await page.ask("POST", "/session/workspace", { workspace: id });
    const bobs = await house.joined(page, "owner");
    return { house, page, bobs, second: id };
  }

  test("an owner of another workspace cannot take over an account by a link: those of the machine alone mend one", async () => {
    const { bobs, house } = await twoOwners();
    expect(await bobs.code("POST", "/sign-in-links")).toBe("FORBIDDEN");
    const page = house.browser();
    await page.ask("POST", "/session", ann);
    expect(await page.code("POST", "/sign-in-links")).toBe("FORBIDDEN"); // the operator neither, but with the key of the machine
  });

  test("a link for a new password ends once its person is in another workspace, and with any newer password", async () => {
    const { house, page, bobs } = await twoOwners();
    const vera = { name: "Vera", email: "vera@example.com", password: "galaxies turn too fast" };
    const veras = await house.joined(bobs, "viewer", vera);
    const link = async (by: Browser) =>
      ((await by.ask("POST", `/members/${await memberId(by, vera.email)}/reset-link`)).body as unknown as { url: string }).url.split(
        "#reset=",
      )[1]!;
    const [first, second] = [await link(bobs), await link(bobs)];
    await veras.ask("POST", "/account/password", { current: vera.password, password: "and now another one" });
    expect(await house.browser().code("POST", "/session/reset", { reset: first, password: "chosen by somebody" })).toBe("RESET_INVALID");
    const third = await link(bobs);
    const { workspaces } = (await page.ask("GET", "/session")).body as unknown as { workspaces: { id: string }[] };
    await page.ask("POST", "/session/workspace", { workspace: workspaces[0]!.id });
    await house.accountStore.invite({
      id: "i",
      workspaceId: "ws_1",
      email: vera.email,
      role: "owner",
      locationId: null,
      hash: hashOf("main"),
      invitedBy: "me",
      createdAt: 1,
      expiresAt: house.clock.now() + 1e9,
    });
    expect(await house.browser().code("POST", "/session/accept", { invitation: "main", password: "and now another one" })).toBe("200");
    for (const reset of [second, third])
      expect(await house.browser().code("POST", "/session/reset", { reset, password: "chosen by somebody" })).toBe("RESET_INVALID");
  });

  test("many wrong passwords at once are as many as one after the other", async () => {
    const house = await open();
    await house.owner();
    const tries = Array.from({ length: 140 }, (_, n) =>
      house.browser(`10.3.0.${n}`).code("POST", "/session", { ...ann, password: "wrong" }),
    );
    const codes = await Promise.all(tries);
    expect(codes.filter((code) => code === "PASSWORD_WRONG").length).toBeLessThanOrEqual(100);
  });

  test("a further key never decides who is let in, whatever its role", async () => {
    const house = await open();
    const page = await house.owner();
    const made = await page.ask("POST", "/api-keys", { name: "All", role: "owner" });
    const { key } = made.body as unknown as { key: string };
    for (const [method, url] of [
      ["POST", "/api-keys"],
      ["POST", "/invitations"],
      ["POST", "/api-key"],
      ["POST", "/sign-in-links"],
      ["POST", "/workspaces"],
    ] as const) {
      const reply = await house.app.inject({ method, url: `/api/v1${url}`, headers: withKey(key), payload: {} });
      expect([url, reply.statusCode]).toEqual([url, 403]);
    }
  });

  test("who is removed leaves no invitation behind", async () => {
    const house = await open();
    const page = await house.owner();
    const bobs = await house.joined(page, "owner");
    const invitation = await house.invited(bobs, "owner", { name: "Eve", email: "eve@example.com", password: "x" });
    await page.ask("DELETE", `/members/${await memberId(page, bob.email)}`);
    expect(await house.browser().code("POST", "/session/invitation", { invitation })).toBe("INVITATION_INVALID");
  });
});

describe("sessions of an account", () => {
  test("are listed and ended by their person, and by nobody else", async () => {
    const house = await open();
    const page = await house.owner();
    const guest = await house.joined(page, "viewer");
    const other = house.browser("10.0.0.7");
    await other.ask("POST", "/session", ann);
    type Listed = { sessions: { id: string; current: boolean; address: string }[] };
    const { sessions } = (await page.ask("GET", "/account/sessions")).body as unknown as Listed;
    expect(Object.fromEntries(sessions.map(({ current, address }) => [address, current]))).toEqual({
      "10.0.0.7": false,
      "127.0.0.1": true,
    });
    const theOther = sessions.find(({ current }) => !current)!;
    expect(await guest.code("DELETE", `/account/sessions/${theOther.id}`)).toBe("NOT_FOUND");
    expect(await page.code("DELETE", `/account/sessions/${theOther.id}`)).toBe("200");
    expect([await other.code("GET", "/overview"), await page.code("GET", "/overview")]).toEqual(["NOT_SIGNED_IN", "200"]);
  });
});

test("one person has twenty live pages, in however many browsers they are signed in", async () => {
  const house = await open();
  const page = await house.owner();
  const other = house.browser();
  await other.ask("POST", "/session", ann);
  const listen = (by: Browser) =>
    house.app.inject({ url: "/api/v1/events/stream", headers: { ...fromPage(by.cookie), accept: "text/event-stream" } });
  const pages = Array.from({ length: 20 }, (_, n) => listen(n % 2 === 0 ? page : other));
  await turnsUntil("they listen", () => house.runStream.listeners() === 20);
  expect((await listen(other)).statusCode).toBe(429);
  house.runStream.close();
  await Promise.all(pages);
});

describe("a further API key", () => {
  async function keyed(bounds: object) {
    const house = await open();
    const page = await house.owner();
    const { key, view } = (await page.ask("POST", "/api-keys", { name: "Zapier", ...bounds })).body as unknown as {
      key: string;
      view: { id: string };
    };
    const use = async (method: "GET" | "POST", path: string, remoteAddress = "127.0.0.1") => {
      const payload = method === "POST" ? { payload: { name: "F", trigger: { app: "app", operation: "hook" }, steps: [] } } : {};
      const reply = await house.app.inject({ method, url: `/api/v1${path}`, headers: withKey(key), remoteAddress, ...payload });
      return (reply.json() as { error?: { code: string } }).error?.code ?? String(reply.statusCode);
    };
    return { house, page, key, view, use };
  }

  test("does what its role may do, narrowed to its scopes", async () => {
    const viewer = await keyed({ role: "viewer" });
    expect([await viewer.use("GET", "/flows"), await viewer.use("POST", "/flows"), await viewer.use("GET", "/members")]).toEqual([
      "200",
      "FORBIDDEN",
      "FORBIDDEN",
    ]);
    const narrow = await keyed({ role: "builder", scopes: ["flows:write", "access:write"] });
    expect([await narrow.use("POST", "/flows"), await narrow.use("GET", "/flows"), await narrow.use("GET", "/api-keys")]).toEqual([
      "201",
      "FORBIDDEN",
      "FORBIDDEN",
    ]);
  });

  test("neither reads nor sends what happens here to other systems by the scopes of inboxes", async () => {
    const inboxes = await keyed({ role: "builder", scopes: ["inboxes:read", "inboxes:write"] });
    expect([await inboxes.use("GET", "/inboxes"), await inboxes.use("GET", "/webhook-endpoints")]).toEqual(["200", "FORBIDDEN"]);
    const webhooks = await keyed({ role: "builder", scopes: ["webhooks:read"] });
    expect([await webhooks.use("GET", "/inboxes"), await webhooks.use("GET", "/webhook-endpoints")]).toEqual(["FORBIDDEN", "200"]);
  });

  test("works from its addresses alone", async () => {
    const { use } = await keyed({ role: "viewer", allowedFrom: ["10.1.0.0/16"] });
    expect([await use("GET", "/flows", "10.1.2.3"), await use("GET", "/flows", "10.2.2.3")]).toEqual(["200", "FORBIDDEN"]);
  });

  test("ends when it expires, and when it is removed; it signs no browser in", async () => {
    const { house, page, key, view, use } = await keyed({ role: "owner", expiresInDays: 1 });
    expect(await house.browser().code("POST", "/session", { key })).toBe("KEY_FOR_PROGRAMS");
    await house.clock.advance(24 * 3_600_000);
    expect(await use("GET", "/flows")).toBe("KEY_EXPIRED");
    await page.ask("POST", "/session", ann);
    expect(await page.code("DELETE", `/api-keys/${view.id}`)).toBe("200");
    expect(await use("GET", "/flows")).toBe("NOT_SIGNED_IN");
  });

  test("can be read once, tells when it was last used, and names a wrong bound", async () => {
    const { house, page, key, use } = await keyed({ role: "viewer" });
    await use("GET", "/flows");
    const listed = (await page.ask("GET", "/api-keys")).body as unknown as { keys: { lastUsedAt: number }[] };
    expect(JSON.stringify(listed)).not.toContain(key);
    expect(listed.keys[0]!.lastUsedAt).toBe(house.clock.now());
    const problem = async (body: object) =>
      (await page.ask("POST", "/api-keys", { name: "k", role: "viewer", ...body })).body.error.message;
    expect(await problem({ allowedFrom: ["10.0.0.0/99"] })).toContain("allowedFrom");
    expect(await problem({ scopes: ["everything"] })).toContain("scopes");
    expect(await problem({ role: "client" })).toContain("role");
  });
});

describe("workspaces", () => {
  test("are made by the operator, who owns them and moves between them; nobody else may come along", async () => {
    const house = await open();
    const page = await house.owner();
    const guest = await house.joined(page, "builder");
    const { id } = (await page.ask("POST", "/workspaces", { name: "Second" })).body as unknown as { id: string };
    expect(await guest.code("POST", "/workspaces", { name: "Third" })).toBe("FORBIDDEN");
    expect(await guest.code("POST", "/session/workspace", { workspace: id })).toBe("NOT_FOUND");
    const before = page.cookie;
    expect(await page.code("POST", "/session/workspace", { workspace: id })).toBe("200");
    expect((await page.ask("GET", "/session")).body).toMatchObject({
      workspace: { name: "Second" },
      role: "owner",
      workspaces: expect.arrayContaining([{ id, name: "Second" }]),
    });
    expect(await page.code("GET", "/private-hosts")).toBe("FORBIDDEN"); // the operator's, in the first workspace alone
    const old = house.browser();
    old.cookie = before;
    expect(await old.code("GET", "/overview")).toBe("NOT_SIGNED_IN");
  });

  test("a page that was opened in another workspace is refused, before it does anything there", async () => {
    const house = await open();
    const page = await house.owner();
    const { workspace } = (await page.ask("GET", "/session")).body as unknown as { workspace: { id: string } };
    const { id } = (await page.ask("POST", "/workspaces", { name: "Second" })).body as unknown as { id: string };
    await page.ask("POST", "/session/workspace", { workspace: id });
    const stale = await page.ask("GET", "/overview", undefined, { "x-millrace-workspace": workspace.id });
    expect([stale.status, stale.body.error.code]).toEqual([409, "WORKSPACE_CHANGED"]);
    expect((await page.ask("GET", "/overview", undefined, { "x-millrace-workspace": id })).status).toBe(200);
  });

  test("an app is shared with another workspace in which one may define apps, without replacing one that is not the same", async () => {
    const house = await open();
    const page = await house.owner();
    const guest = await house.joined(page, "builder");
    const { id } = (await page.ask("POST", "/workspaces", { name: "Second" })).body as unknown as { id: string };
    await page.ask("PUT", "/apps/desk", { title: "Desk", baseUrl: "https://desk.example" });
    expect(await guest.code("POST", "/apps/desk/share", { workspace: id })).toBe("NOT_FOUND"); // no member there
    expect(await page.code("POST", "/apps/nothing/share", { workspace: id })).toBe("NOT_FOUND");
    expect(await page.code("POST", "/apps/desk/share", { workspace: id })).toBe("200");
    await page.ask("PUT", "/apps/desk", { title: "Desk 2", baseUrl: "https://desk.example" });
    expect(await page.code("POST", "/apps/desk/share", { workspace: id })).toBe("200"); // there is what was shared before
    expect(await page.code("POST", "/apps/desk/share", { workspace: id, name: "other" })).toBe("200");
    await page.ask("PUT", "/apps/desk", { title: "Desk 3", baseUrl: "https://desk.example" });
    await page.ask("POST", "/session/workspace", { workspace: id });
    expect((await page.ask("GET", "/apps/desk")).body).toMatchObject({ title: "Desk 2", revision: 2 });
    await page.ask("PUT", "/apps/desk", { title: "Our own", baseUrl: "https://desk.example" });
    const { workspaces } = (await page.ask("GET", "/session")).body as unknown as { workspaces: { id: string }[] };
    await page.ask("POST", "/session/workspace", { workspace: workspaces.find((each) => each.id !== id)!.id });
    expect(await page.code("POST", "/apps/desk/share", { workspace: id })).toBe("CONFLICT");
  });

  test("a person in two keeps the password to themselves: no owner of one makes a link for it", async () => {
    const house = await open();
    const page = await house.owner();
    await house.joined(page, "viewer");
    const bobId = await memberId(page, bob.email);
    const { url } = (await page.ask("POST", `/members/${bobId}/reset-link`)).body as unknown as { url: string };
    expect(url).toContain("#reset=");
    const { id } = (await page.ask("POST", "/workspaces", { name: "Second" })).body as unknown as { id: string };
    await page.ask("POST", "/session/workspace", { workspace: id });
    const invitation = await house.invited(page, "viewer");
    expect(await house.browser().code("POST", "/session/accept", { invitation, password: bob.password })).toBe("200");
    expect(await page.code("POST", `/members/${bobId}/reset-link`)).toBe("CONFLICT");
  });
});

test("a client sees the page of one sub-account, and nothing else", async () => {
  const house = await open();
  const page = await house.owner();
  const guest = await house.joined(page, "client", bob, "loc_1");
  expect(await guest.code("GET", "/overview")).toBe("FORBIDDEN");
  expect((await guest.ask("GET", "/client")).body).toMatchObject({
    agency: null,
    subAccount: { id: "loc_1", name: null },
    connections: [],
    flows: [],
    runs: [],
  });
  expect(await page.code("GET", "/client")).toBe("FORBIDDEN");
  expect(await idOf(guest)).toMatch(/^acc_/);
});
