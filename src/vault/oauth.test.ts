import { expect, test } from "vitest";
import { readRefusal, readTokens } from "./oauth.ts";

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

test.each([
  [3599.9995, 3_600_000],
  ["3600", 3_600_000],
  [1e300, 315_360_000_000],
  [-1, undefined],
  ["soon", undefined],
  [{ toString: 1 }, undefined],
  [[60], undefined],
  [true, undefined],
])("a token that ends in %j seconds ends at a whole millisecond, or nobody knows when", (seconds, end) =>
  expect(readTokens({ access_token: "a", expires_in: seconds }, 0)?.expiresAt).toBe(end),
);

test.each([
  [" read  write ", ["read", "write"]],
  ["read,write", ["read", "write"]],
  ["read, write", ["read", "write"]],
  [
    ["read", "write", 5],
    ["read", "write"],
  ],
  ["  ", undefined],
  [[], undefined],
  [{ read: true }, undefined],
])("the scopes in %j are %j", (scope, scopes) => expect(readTokens({ access_token: "a", scope }, 0)?.facts.scopes).toEqual(scopes));

test("an account's id may be a number", () => {
  const { facts } = readTokens({ access_token: "a", locationId: 4711, companyId: "com_1" }, 0)!;
  expect(facts).toEqual({ locationId: "4711", companyId: "com_1" });
});
