import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { sampleAccount, sampleMember } from "#test/contracts/account-store.contract.ts";
import { openOidcProvider, type SignedIn } from "#test/fakes/oidc-provider.ts";
import { fromPage, openServer } from "#test/fakes/server.ts";

import { hashOf } from "./secret-hash.ts";

/** Signing in with a provider, against one on this machine; hostile answers included. */
let oidc: Awaited<ReturnType<typeof openOidcProvider>>;
let house: Awaited<ReturnType<typeof openServer>>;
beforeAll(async () => {
  oidc = await openOidcProvider();
});
afterAll(() => oidc.close());
afterEach(() => house.close());

async function open() {
  house = await openServer({ provider: oidc.provider() });
  await house.accountStore.addOwner(sampleAccount("ann"), sampleMember("ann"));
  await house.accounts.reread();
  const ask = async (method: "GET" | "POST", path: string, payload?: object, cookie = "") => {
    const reply = await house.app.inject({ method, url: `/api/v1${path}`, headers: fromPage(cookie), ...(payload && { payload }) });
    return { code: (reply.json() as { error?: { code: string } }).error?.code ?? "200", body: reply.json(), cookies: reply.cookies };
  };
  const begin = async (invitation?: string) =>
    (await ask("POST", "/session/single-sign-on", invitation === undefined ? {} : { invitation })).body as { url: string; browser: string };
  const come = async (who: SignedIn, invitation?: string) => {
    const { url, browser } = await begin(invitation);
    return ask("POST", "/session/single-sign-on/finish", { ...oidc.visit(url, who), browser });
  };
  const who = async ({ cookies }: Awaited<ReturnType<typeof ask>>) => {
    const { name, value } = cookies[0]!;
    return (await ask("GET", "/session", undefined, `${name}=${value}`)).body as { account: { id: string; name: string }; role: string };
  };
  return { ask, begin, come, who };
}

test("a verified address signs in to its account, and from then on the identity does, whatever its address becomes", async () => {
  const { come, who } = await open();
  const first = await come({ sub: "1", claims: { email: "ANN@example.com" } });
  expect((await who(first)).account.id).toBe("ann");
  expect((await who(await come({ sub: "1", claims: { email: "new@example.com" } }))).account.id).toBe("ann");
});

test("what signed an account in before it was proven whose it is, does not any more", async () => {
  const { come } = await open();
  await come({ sub: "1", claims: { email: "ann@example.com" } });
  expect(house.accounts.byEmail("ann@example.com")).toMatchObject({ passwordHash: null });
  await house.accountStore.setPassword("ann", "a later one", "me");
  await house.accounts.reread();
  await come({ sub: "1", claims: { email: "ann@example.com" } });
  expect(house.accounts.byEmail("ann@example.com")).toMatchObject({ passwordHash: "a later one" });
});

test("an address that folds like another is another", async () => {
  const { come } = await open();
  await house.accountStore.addOwner(sampleAccount("mike", { email: "mike@example.com" }), sampleMember("mike", { workspaceId: "ws_2" }));
  await house.accounts.reread();
  expect((await come({ sub: "5", claims: { email: "mi\u212Ae@example.com" } })).code).toBe("SINGLE_SIGN_ON_FAILED");
});

test("an address that is not verified, that nobody has, or that belongs to another identity's account opens nothing", async () => {
  const { come } = await open();
  expect((await come({ sub: "2", claims: { email: "ann@example.com", email_verified: false } })).code).toBe("SINGLE_SIGN_ON_FAILED");
  expect((await come({ sub: "3", claims: { email: "nobody@example.com" } })).code).toBe("SINGLE_SIGN_ON_FAILED");
});

test("an invitation is accepted by whoever has its address at the provider, and by nobody else", async () => {
  const { ask, come, who } = await open();
  const invitation = { id: "i", workspaceId: "ws_1", email: "bob@example.com", role: "viewer" as const, locationId: null };
  await house.accountStore.invite({
    ...invitation,
    hash: hashOf("token"),
    invitedBy: "ann",
    createdAt: 1,
    expiresAt: house.clock.now() + 1e9,
  });
  expect((await come({ sub: "9", claims: { email: "eve@example.com" } }, "token")).code).toBe("SINGLE_SIGN_ON_FAILED");
  const joined = await come({ sub: "4", claims: { email: "bob@example.com", name: "Bob" } }, "token");
  expect(await who(joined)).toMatchObject({ role: "viewer", account: { name: "Bob" } });
  expect((await ask("POST", "/session", { email: "bob@example.com", password: "anything at all" })).code).toBe("PASSWORD_WRONG");
  expect((await come({ sub: "4", claims: { email: "bob@example.com" } }, "token")).code).toBe("INVITATION_INVALID");
});

test.each([
  ["a nonce of another sign-in", { nonce: "another" }],
  ["a token that somebody else signed", { forged: true }],
  ["a token for another client", { claims: { aud: "other", email: "ann@example.com" } }],
  ["a token of another issuer", { claims: { iss: "https://evil.example", email: "ann@example.com" } }],
])("%s is refused", async (_, wrong) => {
  const { come } = await open();
  expect((await come({ sub: "1", claims: { email: "ann@example.com" }, ...wrong })).code).toBe("SINGLE_SIGN_ON_FAILED");
});

test("what came back counts once, in time, with its own state, and in the browser that began", async () => {
  const { ask, begin } = await open();
  const finish = (body: object) => ask("POST", "/session/single-sign-on/finish", body).then(({ code }) => code);
  const ann = { sub: "1", claims: { email: "ann@example.com" } };
  const [one, two, three] = [await begin(), await begin(), await begin()];
  const back = oidc.visit(one.url, ann);
  expect(await finish({ ...back, browser: two.browser })).toBe("SINGLE_SIGN_ON_FAILED");
  const again = oidc.visit(two.url, ann);
  expect(await finish({ ...again, state: oidc.visit(three.url, ann).state, browser: three.browser })).toBe("SINGLE_SIGN_ON_FAILED");
  expect(await finish({ ...again, browser: two.browser })).toBe("200");
  expect(await finish({ ...again, browser: two.browser })).toBe("SINGLE_SIGN_ON_FAILED");
  const late = await begin();
  const lateBack = oidc.visit(late.url, ann);
  await house.clock.advance(11 * 60_000);
  expect(await finish({ ...lateBack, browser: late.browser })).toBe("SINGLE_SIGN_ON_FAILED");
});

test("a provider that does not answer is named, and another try asks it again", async () => {
  const { begin } = await open();
  await begin();
  await house.close();
  house = await openServer({ provider: { ...oidc.provider(), issuer: "http://127.0.0.1:9" } });
  const reply = await house.app.inject({ method: "POST", url: "/api/v1/session/single-sign-on", headers: fromPage(""), payload: {} });
  expect((reply.json() as { error: { message: string } }).error.message).toContain("Agency login could not be reached");
});
