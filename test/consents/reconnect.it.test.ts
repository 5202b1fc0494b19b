/** A link by which somebody without an account here gives a connection a new login: over the API, on a clock that the test moves. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChangeView, ConnectionView, ReconnectView } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
const dayMs = 86_400_000;

let house: House;
let sandbox: Sandbox;
let baseUrl: string;
beforeAll(async () => {
  house = await openHouse(folder, true, clock);
  sandbox = house.millrace.sandbox!.systems;
  baseUrl = house.millrace.sandbox!.url;
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

interface Refusal {
  error: { code: string; message: string };
}
type Linked = { url: string; expiresAt: number };

/** As somebody asks who has nothing but the link. */
async function visit<T>(path: string, body: object, headers: Record<string, string> = {}) {
  const reply = await fetch(`${house.millrace.localUrl}/api/v1/reconnect${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-millrace": "1", ...headers },
    body: JSON.stringify(body),
  });
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as T & Refusal };
}
const tokenIn = ({ url }: Linked) => new URL(url).hash.slice(1);
const createLink = async (id: string, body: object = {}) =>
  (await house.api<Linked & Refusal>("POST", `/connections/${id}/reconnect-link`, body)).body;
const shown = async (id: string) =>
  (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body.connections.find((each) => each.id === id)!;
const otherLocation = () => sandbox.state.locations.all().find(({ id }) => id !== acmeDental)!;

/** Allows it at the sandbox's page, as a person does; gives what comes back to the redirect address. */
async function allow(url: string, location: string = acmeDental) {
  const form = new URLSearchParams([...new URL(url).searchParams, ["location", location]]);
  const { origin, pathname } = new URL(url);
  const reply = await fetch(origin + pathname, { method: "POST", body: form, headers: { origin }, redirect: "manual" });
  const { searchParams } = new URL(reply.headers.get("location")!);
  return { state: searchParams.get("state")!, code: searchParams.get("code")! };
}

async function connect(auth: "token" | "oauth2"): Promise<ConnectionView> {
  const issued = sandbox.issueToken({ kind: auth === "oauth2" ? "oauth" : "pit", locationId: acmeDental });
  const { accessToken, refreshToken, clientId, clientSecret } = issued;
  const secret = auth === "token" ? { token: accessToken } : { accessToken, refreshToken, clientId, clientSecret };
  const body = { name: "acme", title: "Acme Dental", app: "highlevel", auth, baseUrl, locationId: acmeDental, secret };
  return (await house.api<ConnectionView>("POST", "/connections", body)).body;
}
const freshToken = (locationId: string = acmeDental) => sandbox.issueToken({ locationId }).accessToken;

beforeEach(async () => {
  const { connections } = (await house.api<{ connections: ConnectionView[] }>("GET", "/connections")).body;
  for (const { id } of connections) await house.api("DELETE", `/connections/${id}?force=true`);
  await clock.advance(60_000); // wrong links are counted by the minute
});

describe("a reconnect link for a login that is pasted", () => {
  test("says what it is for and nothing else, and takes a token that works, once", async () => {
    const { id } = await connect("token");
    const link = await createLink(id);
    expect(link.expiresAt).toBe(clock.now() + 7 * dayMs);
    expect(link.url).toMatch(/\/reconnect#[\w-]{43}$/);
    const token = tokenIn(link);
    const opened = await visit<ReconnectView>("", { link: token });
    expect(opened.body).toEqual({
      app: "HighLevel",
      account: "Acme Dental",
      from: null,
      expiresAt: link.expiresAt,
      way: "secret",
      isNew: false,
      fields: [expect.objectContaining({ name: "token", in: "secret" })],
    });
    await house.api("PATCH", "/workspace", { name: "Riverside Agency" });
    expect((await visit<ReconnectView>("", { link: token })).body.from).toBe("Riverside Agency");
    const secret = { token: freshToken() };
    expect((await visit("/secret", { link: token, secret })).body).toEqual({ works: true, returnTo: null });
    for (const path of ["", "/consent", "/secret"]) {
      const again = await visit(path, { link: token, ...(path === "/secret" && { secret }) });
      expect([again.status, again.body.error.code]).toEqual([410, "RECONNECT_LINK_OVER"]);
      expect(again.body.error.message).toContain("Ask the sender for a new one");
    }
    const { changes } = (await house.api<{ changes: ChangeView[] }>("GET", "/changes?kind=connection")).body;
    expect(changes.slice(0, 2).map(({ what, by }) => [what, by!.split(":")[0]])).toEqual([
      ["changed", "link"],
      ["reconnect link created", "key"],
    ]);
    expect(JSON.stringify(changes)).not.toContain(token);
  });

  test("refuses a token of another sub-account without naming what else is connected, and can be used again", async () => {
    const { id } = await connect("token");
    const other = otherLocation();
    const body = { name: "secret-client", title: "Secret client", app: "highlevel", auth: "token", baseUrl, locationId: other.id };
    await house.api("POST", "/connections", { ...body, secret: { token: freshToken(other.id) } });
    const token = tokenIn(await createLink(id));
    const refused = await visit("/secret", { link: token, secret: { token: freshToken(other.id) } });
    expect([refused.status, refused.body.error]).toMatchObject([
      422,
      { code: "RECONNECT_REFUSED", message: "This login does not belong to Acme Dental. Try again with a login for Acme Dental." },
    ]);
    expect(JSON.stringify(refused.body)).not.toMatch(new RegExp(`Secret client|secret-client|${other.id}|${other.name}|${acmeDental}`));
    const wrong = await visit("/secret", { link: token, secret: { token: "pit-nothing" } });
    expect(wrong.body.error.message).toContain("Copy it completely");
    expect((await visit("/secret", { link: token, secret: { token: freshToken() } })).body).toEqual({ works: true, returnTo: null });
  });

  test("ends after its days, when it is withdrawn, when a newer one is made, and with its connection: with one and the same sentence", async () => {
    const { id } = await connect("token");
    const replaced = tokenIn(await createLink(id));
    const expired = tokenIn(await createLink(id, { days: 1 }));
    const over: string[] = [(await visit("", { link: replaced })).body.error.message];
    expect((await shown(id)).reconnectLink).toEqual({ createdAt: clock.now(), expiresAt: clock.now() + dayMs });
    await clock.advance(dayMs);
    over.push((await visit("", { link: expired })).body.error.message);
    expect((await shown(id)).reconnectLink).toBeNull();
    const withdrawn = tokenIn(await createLink(id));
    expect((await house.api("DELETE", `/connections/${id}/reconnect-link`)).status).toBe(200);
    expect((await house.api<Refusal>("DELETE", `/connections/${id}/reconnect-link`)).body.error.message).toContain("has no reconnect link");
    over.push((await visit("", { link: withdrawn })).body.error.message);
    const orphaned = tokenIn(await createLink(id));
    await house.api("DELETE", `/connections/${id}`);
    over.push((await visit("", { link: orphaned })).body.error.message, (await visit("", { link: "made-up" })).body.error.message);
    expect(new Set(over).size).toBe(1);
  });

  test("guesses are held to a few each minute, and a right link still works", async () => {
    const { id } = await connect("token");
    const token = tokenIn(await createLink(id));
    const guesses = [];
    for (let n = 0; n < 62; n++) guesses.push(await visit("", { link: `guess-${n}` }));
    expect(guesses.map(({ status }) => status)).toEqual([...Array(60).fill(410), 429, 429]);
    expect((await visit("", { link: token })).status).toBe(200);
  });

  test("opens nothing but its own routes, sets no cookie, and ignores who is signed in", async () => {
    const { id } = await connect("token");
    const token = tokenIn(await createLink(id));
    for (const path of ["/connections", "/overview", `/connections/${id}/test`]) {
      const headers = { authorization: `Bearer ${token}`, cookie: `millrace_${new URL(house.millrace.localUrl).port}=${token}` };
      expect((await fetch(`${house.millrace.localUrl}/api/v1${path}`, { headers })).status, path).toBe(path.endsWith("test") ? 404 : 401);
    }
    const opened = await visit<ReconnectView>("", { link: token }, { cookie: "millrace_web=somebody-else" });
    expect([opened.status, opened.headers.get("set-cookie")]).toEqual([200, null]);
    const session = await visit("", { link: token }, { authorization: "Bearer wrong" });
    expect(session.status).toBe(200);
  });

  test("is made for whole days up to thirty, and for no connection without a login", async () => {
    const { id } = await connect("token");
    expect((await createLink(id, { days: 31 })).error.message).toContain("days");
    const open = await house.api<ConnectionView>("POST", "/connections", { name: "open", app: "http", auth: "none", secret: {} });
    expect((await createLink(open.body.id)).error.message).toContain("has no login, so there is nothing to reconnect");
  });
});

describe("a reconnect link for a login that is allowed at the app's page", () => {
  const begin = async (link: string) => (await visit<Linked>("/consent", { link })).body;

  test("leads there, asks for what the connection has, and is used up once there is a login", async () => {
    const { id } = await connect("oauth2");
    await house.api("PATCH", `/connections/${id}?verify=false`, { scopes: ["contacts.readonly"] });
    const token = tokenIn(await createLink(id));
    expect((await visit<ReconnectView>("", { link: token })).body).toMatchObject({ way: "consent", fields: [] });
    const { url } = await begin(token);
    expect(new URL(url).searchParams.get("scope")).toBe("contacts.readonly locations.readonly");
    expect(new URL(url).searchParams.get("redirect_uri")).toBe(`${house.millrace.localUrl}/oauth/callback`);
    const back = await allow(url);
    expect((await visit("/consent/finish", { link: token, ...back })).body).toEqual({ works: true, returnTo: null });
    expect((await visit("/consent/finish", { link: token, ...back })).body.error.code).toBe("RECONNECT_LINK_OVER");
    expect(await shown(id)).toMatchObject({ status: "connected", reconnectLink: null });
  });

  test("can be used again after it was cancelled there or another sub-account was chosen, whose name is not said", async () => {
    const { id } = await connect("oauth2");
    const token = tokenIn(await createLink(id));
    const { state } = await allow((await begin(token)).url);
    const cancelled = await visit("/consent/finish", { link: token, state, refusal: "access_denied" });
    expect(cancelled.body.error).toMatchObject({
      code: "RECONNECT_REFUSED",
      message: expect.stringContaining("Access was not granted in HighLevel"),
    });
    for (const elsewhere of [otherLocation().id, "agency"]) {
      const refused = await visit("/consent/finish", { link: token, ...(await allow((await begin(token)).url, elsewhere)) });
      expect(refused.body.error.message).toBe("This login does not belong to Acme Dental. Try again with a login for Acme Dental.");
    }
    expect((await visit("/consent/finish", { link: token, ...(await allow((await begin(token)).url)) })).body).toEqual({
      works: true,
      returnTo: null,
    });
  });

  test("a sign-in that was begun with one link, or by a person here, is not finished with another", async () => {
    const { id } = await connect("oauth2");
    const token = tokenIn(await createLink(id));
    const ours = await house.api<Linked>("POST", "/consents", { connection: id, scopes: ["locations.readonly"] });
    const refused = await visit("/consent/finish", { link: token, ...(await allow(ours.body.url)) });
    expect(refused.body.error.code).toBe("RECONNECT_REFUSED");
    const begun = await allow((await begin(token)).url);
    const newer = tokenIn(await createLink(id));
    expect((await visit("/consent/finish", { link: token, ...begun })).body.error.code).toBe("RECONNECT_LINK_OVER");
    expect((await visit("/consent/finish", { link: newer, ...begun })).body.error.code).toBe("RECONNECT_REFUSED");
    expect((await house.api<Refusal>("POST", "/consents/finish", begun)).body.error.code).toBe("CONSENT_OVER");
  });

  test("two who finish at the same moment make one login", async () => {
    const { id } = await connect("oauth2");
    const token = tokenIn(await createLink(id));
    const both = [await allow((await begin(token)).url), await allow((await begin(token)).url)];
    const replies = await Promise.all(both.map((back) => visit<{ works?: boolean }>("/consent/finish", { link: token, ...back })));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410]);
  });
});
