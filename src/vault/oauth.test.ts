import { expect, test } from "vitest";
import { consentUrl, exchangeCode, readRefusal, readTokens, type OAuthScheme } from "./oauth.ts";
import { tokenUrl } from "#catalog/logins/oauth2.ts";

const scheme: OAuthScheme = {
  kind: "oauth2",
  title: "OAuth",
  authorizeUrl: "https://m.example.com/v2/oauth/chooselocation",
  tokenUrl: "https://s.example.com/oauth/token",
  tokenPath: "/oauth/token",
  scopes: [],
};
const answer = {
  access_token: "a",
  token_type: "Bearer",
  expires_in: 86_399,
  refresh_token: "r",
  scope: "contacts.readonly contacts.write",
  userType: "Location",
  companyId: "com",
  locationId: "loc",
  userId: "u",
};
const exchange = {
  clientId: "c",
  clientSecret: "s",
  code: "once",
  redirectUri: "https://millrace.example.com/back",
  access: "location" as const,
};

test("a token answer gives the pair, its end, and whom it is for", () => {
  expect(readTokens(answer, 1_000)).toEqual({
    accessToken: "a",
    refreshToken: "r",
    expiresAt: 86_400_000,
    facts: { locationId: "loc", companyId: "com", scopes: ["contacts.readonly", "contacts.write"], access: "location" },
  });
  expect(readTokens({ access_token: "a", userType: "Company", companyId: "com" }, 0)).toEqual({
    accessToken: "a",
    facts: { companyId: "com", access: "agency" },
  });
});

test.each([null, "", "<html>", {}, { access_token: "" }, { access_token: 5 }, []])("%j is no token answer", (body) =>
  expect(readTokens(body, 0)).toBeUndefined(),
);

test.each([
  [400, { message: "Invalid grant: refresh token is invalid" }, "spent"],
  [400, { error: "invalid_grant" }, "spent"],
  [400, { message: "Location is not active" }, "paused"],
  [401, { error: "UnAuthorized!", error_description: "Authorization code not found" }, "client"],
  [400, { message: ["Missing parameter: client_id"] }, "other"],
  [429, {}, "again"],
  [503, "<html>", "again"],
])("%i %j means %s", (status, body, meaning) => expect(readRefusal(status, body).meaning).toBe(meaning));

test("tokens are got where the connection lives", () => {
  expect([tokenUrl(scheme, undefined), tokenUrl(scheme, "http://127.0.0.1:4401/")]).toEqual([
    "https://s.example.com/oauth/token",
    "http://127.0.0.1:4401/oauth/token",
  ]);
});

test("the consent page is asked for by client, redirect, scopes and state", () => {
  const url = new URL(consentUrl(scheme, { clientId: "c", redirectUri: "https://x/back", scopes: ["a.b", "c/d.write"], state: "s" }));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: "code",
    client_id: "c",
    redirect_uri: "https://x/back",
    scope: "a.b c/d.write",
    state: "s",
  });
});

test("a code is exchanged once, in the body of a form", async () => {
  const asked: unknown[] = [];
  const post = async (url: string, form: Record<string, string>) => (asked.push([url, form]), { status: 201, body: answer, headers: {} });
  const { secret, facts } = await exchangeCode(post, scheme, exchange, () => 1_000);
  expect(asked).toEqual([
    [
      "https://s.example.com/oauth/token",
      {
        grant_type: "authorization_code",
        client_id: "c",
        client_secret: "s",
        code: "once",
        redirect_uri: exchange.redirectUri,
        user_type: "Location",
      },
    ],
  ]);
  expect(secret).toEqual({ accessToken: "a", refreshToken: "r", expiresAt: "86400000", clientId: "c", clientSecret: "s" });
  expect(facts.locationId).toBe("loc");
});

test("a code that was refused says why", async () => {
  const post = async () => ({ status: 401, body: { error_description: "Authorization code not found" }, headers: {} });
  await expect(exchangeCode(post, scheme, exchange, () => 0)).rejects.toMatchObject({
    code: "BAD_INPUT",
    details: { field: "code", problem: "the login server refused it: Authorization code not found" },
  });
});
