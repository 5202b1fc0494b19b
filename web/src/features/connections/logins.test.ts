import { expect, test } from "vitest";
import { isReady, loginBody, loginsOf } from "./logins.ts";
import { shortName } from "../../lib/short-name.ts";

const login = (app: string, auth: string) =>
  loginsOf(app).find((one) => one.auth === auth) ?? { auth: "none" as const, title: "", fields: [] };

test("what was typed is sent at its place, and what was left empty is not", () => {
  expect(loginBody({ "settings.header": "X-Key", "secret.token": " abc ", "secret.password": "" })).toEqual({
    secret: { token: "abc" },
    settings: { header: "X-Key" },
  });
  expect(loginBody({ "secret.urls.add_contact": "https://x.example/1" })).toEqual({
    secret: { urls: { add_contact: "https://x.example/1" } },
  });
  expect(loginBody({})).toEqual({ secret: {} });
});

test("a login is ready when everything needed is there, and at least something", () => {
  expect(isReady(login("highlevel", "token"), {})).toBe(false);
  expect(isReady(login("highlevel", "token"), { "secret.token": "pit-1" })).toBe(true);
  expect(isReady(login("sightmill", "url"), {})).toBe(false);
  expect(isReady(login("sightmill", "url"), { "secret.urls.add_contact": "https://x.example/1" })).toBe(true);
  expect(isReady(login("http", "header"), { "secret.token": "abc" })).toBe(false);
  expect(isReady(login("http", "none"), {})).toBe(true);
});

test.each([
  ["Acme Dental (Berlin)", "acme-dental-berlin"],
  ["Zoë & Söhne", "zoe-sohne"],
  ["שרה", "connection"],
])("'%s' is called '%s' by flows", (title, name) => {
  expect(shortName(title)).toBe(name);
});
