import { expect, test } from "vitest";
import { lackingScopes, requirePermission, wantedAccess } from "./permits.ts";
import type { Operation } from "./types.ts";

const operation: Operation = {
  id: "contacts.create",
  app: "highlevel",
  title: "Create Contact",
  category: "Contacts",
  kind: "action",
  effect: "create",
  method: "POST",
  path: "/contacts/",
  scopes: ["contacts.write"],
  access: ["location"],
  input: [],
  result: "contact",
};
const app = { title: "HighLevel" };

test.each([
  [{ scopes: ["contacts.readonly"] }, ["contacts.write"]],
  [{ scopes: ["contacts.write", "users.readonly"] }, []],
  [{ scopes: [] }, []],
  [{}, []],
])("a login with %j lacks %j", (login, missing) => expect(lackingScopes(operation, { name: "acme", ...login })).toEqual(missing));

test.each([
  [["location"], "agency", "a sub-account login"],
  [["agency"], "location", "an agency login"],
  [["location", "agency"], "agency", null],
  [["agency"], undefined, null],
  [[], "agency", null],
] as const)("what takes %j, asked by a login of %s, wants %j", (access, own, wanted) => {
  expect(wantedAccess({ access: [...access] }, { name: "acme", ...(own && { access: own }) })).toBe(wanted);
});

test.each([
  [["location"], "token", "location", "a sub-account login by OAuth, not by a private token"],
  [["location"], "token", undefined, null],
  [["location", "agency"], "token", undefined, "a sub-account login by OAuth or an agency login by OAuth, not by a private token"],
  [["location"], "token", "agency", null],
  [["location"], "oauth2", "location", null],
  [["location"], undefined, "location", null],
] as const)("where %s must log in by OAuth, the answer to a login by %s of %s is: %s", (oauthOnly, auth, own, wanted) => {
  const login = { name: "acme", ...(auth && { auth }), ...(own && { access: own }) };
  const access: Operation["access"] = own === "location" ? ["location"] : ["location", "agency"];
  expect(wantedAccess({ access, oauthOnly: [...oauthOnly] }, login)).toBe(wanted);
});

test("a scope that is a guess of ours stops nothing; one the vendor names does", () => {
  const login = { name: "acme", scopes: ["users.readonly"] };
  expect(() => requirePermission(app, operation, login)).toThrow(
    "The connection 'acme' lacks the scope contacts.write. Add it in HighLevel",
  );
  expect(() => requirePermission(app, { ...operation, scopesLikely: true }, login)).not.toThrow();
});
