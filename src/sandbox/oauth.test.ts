import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { companyId, defaultAppId, defaultClientId } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let client: { client_id: string; client_secret: string };
beforeEach(async () => {
  bench = await openBench();
  const issued = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
  client = { client_id: issued.clientId!, client_secret: issued.clientSecret! };
});
afterEach(() => bench.sandbox.close());

const form = { "content-type": "application/x-www-form-urlencoded", authorization: undefined, version: undefined };
const post = (fields: Record<string, string>) =>
  bench.call("POST", "/oauth/token", new URLSearchParams({ ...client, ...fields }).toString(), form);
const refresh = (token: string) => post({ grant_type: "refresh_token", refresh_token: token });
const redirect = "http://127.0.0.1:4400/oauth/callback";
const ask = {
  response_type: "code",
  client_id: defaultClientId,
  redirect_uri: redirect,
  scope: "contacts.readonly contacts.write",
  state: "s1",
};

async function consent(choice: string, path = "/v2/oauth/chooselocation"): Promise<URL> {
  const reply = await bench.call("POST", path, new URLSearchParams({ ...ask, location: choice }).toString(), form);
  expect(reply.status).toBe(303);
  return new URL(String(reply.headers.location));
}
const codeFor = async (choice: string) => (await consent(choice)).searchParams.get("code")!;

describe("the consent page", () => {
  test.each(["/oauth/chooselocation", "/v2/oauth/chooselocation"])(
    "%s offers the sub-accounts and sends a code back, with state",
    async (path) => {
      const page = await bench.call("GET", `${path}?${new URLSearchParams(ask).toString()}`, undefined, form);
      expect([page.status, page.text.includes("Acme Dental"), page.text.includes("Bright Smiles")]).toEqual([200, true, true]);
      const back = await consent(bench.acme, path);
      expect([back.origin + back.pathname, back.searchParams.get("state"), back.searchParams.get("code")]).toEqual([
        redirect,
        "s1",
        expect.stringMatching(/^[\w-]{20,}$/),
      ]);
    },
  );

  test("never redirects where the app has not registered", async () => {
    for (const wrong of [
      { redirect_uri: "https://evil.example.com/x" },
      { client_id: "other" },
      { response_type: "token" },
      { scope: "everything.write" },
    ]) {
      const reply = await bench.call(
        "GET",
        `/oauth/chooselocation?${new URLSearchParams({ ...ask, ...wrong }).toString()}`,
        undefined,
        form,
      );
      expect([reply.status, reply.headers.location]).toEqual([400, undefined]);
    }
  });

  test("takes no answer from another site", async () => {
    const body = new URLSearchParams({ ...ask, location: bench.acme }).toString();
    expect((await bench.call("POST", "/oauth/chooselocation", body, { ...form, origin: "https://evil.example.com" })).status).toBe(403);
  });

  test("installs the app and says so to its webhook address", async () => {
    bench.sandbox.setWebhook({ url: "http://127.0.0.1:9/hook" });
    await consent(bench.acme);
    await bench.clock.advance(0);
    expect(bench.posted[0]!.body).toMatchObject({
      type: "INSTALL",
      appId: defaultAppId,
      companyId,
      locationId: bench.acme,
      webhookId: expect.any(String),
    });
  });
});

describe("a code", () => {
  test("becomes a location's tokens, once", async () => {
    const code = await codeFor(bench.acme);
    const { status, body } = await post({ grant_type: "authorization_code", code, redirect_uri: redirect });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "Bearer",
      expires_in: 86_399,
      userType: "Location",
      locationId: bench.acme,
      companyId,
      scope: "contacts.readonly contacts.write",
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      userId: expect.any(String),
      isBulkInstallation: false,
    });
    const authorization = `Bearer ${String(body.access_token)}`;
    expect((await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, { authorization })).status).toBe(200);
    expect(await post({ grant_type: "authorization_code", code })).toMatchObject({
      status: 401,
      body: { error: "UnAuthorized!", error_description: "Authorization code not found" },
    });
  });

  test("for the whole agency becomes a Company token without a location", async () => {
    const { body } = await post({ grant_type: "authorization_code", code: await codeFor("agency") });
    expect([body.userType, "locationId" in body]).toEqual(["Company", false]);
  });

  test("with a wrong secret looks like a wrong code", async () => {
    const code = await codeFor(bench.acme);
    expect(await post({ grant_type: "authorization_code", code, client_secret: "wrong" })).toMatchObject({
      status: 401,
      body: { error_description: "Authorization code not found" },
    });
  });

  test("is void after ten minutes", async () => {
    const code = await codeFor(bench.acme);
    await bench.clock.advance(600_000);
    expect((await post({ grant_type: "authorization_code", code })).status).toBe(401);
  });
});

describe("a refresh token", () => {
  let first: string;
  beforeEach(() => void (first = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme }).refreshToken!));

  test("is spent by its first use and gives a new pair", async () => {
    const second = (await refresh(first)).body;
    expect(second).toMatchObject({ locationId: bench.acme, refresh_token: expect.any(String) });
    expect(second.refresh_token).not.toBe(first);
    await bench.clock.advance(30_000);
    expect(await refresh(first)).toMatchObject({ status: 400, body: { message: "Invalid grant: refresh token is invalid" } });
    expect((await refresh(String(second.refresh_token))).status).toBe(200);
  });

  test("used twice within 30 seconds gives the same pair, unless that is switched off", async () => {
    const [one, two] = [(await refresh(first)).body, (await refresh(first)).body];
    expect([two.access_token, two.refresh_token]).toEqual([one.access_token, one.refresh_token]);
    await bench.call("POST", "/sandbox/settings", { refreshGrace: false });
    expect((await refresh(first)).status).toBe(400);
  });

  test("of a paused sub-account is kept: it works once the sub-account is active again", async () => {
    await bench.call("POST", `/sandbox/locations/${bench.acme}`, { active: false });
    expect(await refresh(first)).toMatchObject({ status: 400, body: { message: "Location is not active" } });
    await bench.call("POST", `/sandbox/locations/${bench.acme}`, { active: true });
    expect((await refresh(first)).status).toBe(200);
  });

  test("ends after a year", async () => {
    await bench.clock.advance(365 * 86_400_000);
    expect((await refresh(first)).status).toBe(400);
  });

  test("of another app is refused", async () => {
    const other = (await bench.call("POST", "/sandbox/apps", { name: "Other" })).body;
    expect(
      (
        await post({
          grant_type: "refresh_token",
          refresh_token: first,
          client_id: String(other.clientId),
          client_secret: String(other.clientSecret),
        })
      ).status,
    ).toBe(400);
  });

  test("an access token is no refresh token, nor the reverse", async () => {
    const { accessToken, refreshToken } = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
    expect((await refresh(accessToken)).status).toBe(400);
    expect(
      (await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, { authorization: `Bearer ${refreshToken}` })).status,
    ).toBe(401);
  });
});

test("what the token endpoint misses or does not know, it names", async () => {
  expect(await post({})).toMatchObject({ status: 400, body: { message: "Missing parameter: grant_type" } });
  expect(await post({ grant_type: "client_credentials" })).toMatchObject({
    status: 400,
    body: { message: "Invalid parameter: grant_type" },
  });
  expect(await post({ grant_type: "refresh_token" })).toMatchObject({ status: 400, body: { message: "Missing parameter: refresh_token" } });
});

describe("an agency", () => {
  const agency = (kind: "oauth" | "pit", scopes?: string[]) => ({
    ...form,
    version: "2021-07-28",
    authorization: `Bearer ${bench.token({ kind, scopes })}`,
  });
  const mint = (headers: Record<string, string | undefined>, locationId = bench.acme) =>
    bench.call("POST", "/oauth/locationToken", new URLSearchParams({ companyId, locationId }).toString(), headers);

  test("mints a location's token with its own", async () => {
    const { status, body } = await mint(agency("oauth"));
    expect([status, body.locationId, body.userType, "companyId" in body]).toEqual([201, bench.acme, "Location", false]);
    expect(
      (await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, { authorization: `Bearer ${String(body.access_token)}` }))
        .status,
    ).toBe(200);
    expect((await refresh(String(body.refresh_token))).status).toBe(200);
  });

  test("cannot with a private token, without the scope, without a version, or for a location it has not", async () => {
    expect((await mint(agency("pit"))).body.message).toMatch(/authClass type is not allowed/);
    expect((await mint(agency("oauth", ["contacts.readonly"]))).body.message).toBe("The token is not authorized for this scope.");
    expect((await mint({ ...agency("oauth"), version: undefined })).body.message).toBe("version header was not found.");
    expect((await mint(agency("oauth"), "nowhere")).status).toBe(400);
  });

  test("lists where the app is installed", async () => {
    const list = (query: string) =>
      bench.call("GET", `/oauth/installedLocations?companyId=${companyId}${query}`, undefined, {
        ...agency("oauth"),
        "content-type": undefined,
      });
    expect((await list("")).body).toMatchObject({ statusCode: 422, message: ["appId must be a string"] });
    const { body } = await list(`&appId=${defaultAppId}&isInstalled=true`);
    expect(body).toMatchObject({
      count: 2,
      locations: [{ _id: bench.acme, name: "Acme Dental", isInstalled: true }, { name: "Bright Smiles" }],
    });
  });

  test("gets a new code for a login it lost", async () => {
    const lost = { clientKey: client.client_id, clientSecret: client.client_secret, locationId: bench.acme };
    const { body } = await bench.call("POST", "/oauth/reconnect", lost, { authorization: undefined });
    expect((await post({ grant_type: "authorization_code", code: String(body.authorizationCode) })).body).toMatchObject({
      locationId: bench.acme,
    });
    expect((await bench.call("POST", "/oauth/reconnect", { ...lost, clientSecret: "wrong" })).status).toBe(401);
    expect((await bench.call("POST", "/oauth/reconnect", { ...lost, locationId: bench.smiles })).status).toBe(400);
  });
});
