import { describe, expect, test } from "vitest";
import { buildRequest } from "./request.ts";
import { filledAddress, filledScheme, holesOf, variableProblem } from "./address.ts";
import type { AddressVariable, Operation } from "./types.ts";

const variable = (more: Partial<AddressVariable> = {}): AddressVariable => ({ name: "account", label: "Account", ...more });
const app = (baseUrl: string, more: Partial<AddressVariable> = {}) => ({ baseUrl, variables: [variable(more)] });
const desk = (account?: string) => ({
  id: "c",
  workspaceId: "w",
  app: "desk",
  name: "desk",
  ...(account !== undefined && { settings: { account } }),
});
const list: Operation = {
  id: "a",
  app: "desk",
  title: "A",
  category: "A",
  kind: "trigger",
  effect: "read",
  method: "GET",
  path: "/a",
  scopes: [],
  access: [],
  input: [],
  result: "",
};

test("variables stand in the host, the port and the path", () => {
  expect(holesOf("https://{a}.x-{b}.example.com:{c}/{d}/e")).toEqual([
    { name: "a", in: "host" },
    { name: "b", in: "host" },
    { name: "c", in: "port" },
    { name: "d", in: "path" },
  ]);
});

test("a request goes to the address that the connection fills in", () => {
  expect(buildRequest(list, {}, desk("acme"), app("https://{account}.example.com/api")).url).toBe("https://acme.example.com/api/a");
  expect(() => buildRequest(list, {}, desk(), app("https://{account}.example.com/api"))).toThrow(
    "the connection 'desk' has to say 'Account'",
  );
  expect(() => buildRequest(list, {}, null, app("https://{account}.example.com"))).toThrow("this needs a connection");
  expect(() => buildRequest(list, {}, desk(), { baseUrl: "" })).toThrow("does not say where the app is");
  expect(filledAddress("https://{account}.example.com", app("", { default: "eu" }), null)).toBe("https://eu.example.com");
});

describe("a value stays in its place", () => {
  const hostile = [
    "",
    ".",
    "..",
    "a.b",
    "evil.com/",
    "evil.com#",
    "evil.com?",
    "a@evil.com",
    "a:80",
    "a\\b",
    "a b",
    "a%2fb",
    "-a",
    "x".repeat(64),
    "ä",
    "a\n",
  ];
  test.each(hostile)("%j is no part of a host", (value) => expect(variableProblem(variable(), ["host"], value)).not.toBeNull());
  test.each(["", "..", "a/b", "a?b", "a#b", "a\\b", "a%2e", "{b}"])("%j is no part of a path", (value) =>
    expect(variableProblem(variable(), ["path"], value)).not.toBeNull(),
  );
  test.each(["", "https://x.com", "x.com/a", "a@x.com", "x.com?", "x..com", "x.com:port", "x.com:123456"])("%j is no host", (value) =>
    expect(variableProblem(variable({ as: "host" }), ["host"], value)).not.toBeNull(),
  );
  test("what is one, is", () => {
    expect([
      variableProblem(variable(), ["host"], "acme-2"),
      variableProblem(variable({ as: "host" }), ["host"], "desk.acme.co.uk:8443"),
      variableProblem(variable(), ["path"], "v1.2"),
      variableProblem(variable({ as: "path" }), ["path"], "/a/b"),
      variableProblem(variable(), ["port"], "8443"),
    ]).toEqual([null, null, null, null, null]);
    expect(variableProblem(variable({ choices: ["eu", "us"] }), ["host"], "uk")).toBe("takes one of eu, us");
  });
});

test("a changed definition leads no login to another host: what a connection left open is not filled in later", () => {
  const moved = app("https://{account}.example.com", { default: "evil" });
  const other = { ...desk(), settings: { header: "X-Key" } };
  expect(() => filledAddress(moved.baseUrl, moved, other)).toThrow("has to say 'Account'");
  expect(filledAddress("https://example.com/{account}", moved, other)).toBe("https://example.com/evil");
});

test("the addresses of a login are filled in too, unless the connection has an address of its own", () => {
  const scheme = {
    kind: "client" as const,
    title: "C",
    tokenUrl: "https://{account}.example.com/token",
    tokenPath: "/token",
    scopes: [],
    header: "Authorization",
    prefix: "Bearer ",
  };
  expect(filledScheme(scheme, app(""), desk("acme")).tokenUrl).toBe("https://acme.example.com/token");
  expect(filledScheme(scheme, app(""), { ...desk("acme"), baseUrl: "http://127.0.0.1:4400" })).toBe(scheme);
});
