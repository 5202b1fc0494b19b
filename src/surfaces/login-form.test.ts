import { expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { fieldsOf, titleOfLogin } from "#catalog/login.ts";
import { isReady, loginBody, placeOf, secretOnly, type LoginForm } from "./login-form.ts";

const logins = builtIn
  .of("any")
  .apps.flatMap(({ id, auth }) =>
    auth.map((scheme): [string, LoginForm] => [
      `${id} ${scheme.kind}`,
      { kind: scheme.kind, title: titleOfLogin(scheme), fields: fieldsOf(scheme) },
    ]),
  );
const login = (name: string): LoginForm => logins.find(([id]) => id === name)![1];

test("what was typed is sent at its place, and what was left empty is not", () => {
  expect(loginBody(login("http header"), { "setting.header": "X-Key", "secret.token": " abc ", "secret.other": "x" })).toEqual({
    secret: { token: "abc" },
    settings: { header: "X-Key" },
  });
  expect(loginBody(login("sightmill url"), { "secret.add_contact": "https://x.example/1", "secret.send_sms_survey": " " })).toEqual({
    secret: { add_contact: "https://x.example/1" },
  });
  expect(loginBody(login("http none"), {})).toEqual({ secret: {} });
});

test("a login is ready when everything needed is there, and at least something", () => {
  expect(isReady(login("sightmill url"), { "secret.add_contact": "https://x.example/1" })).toBe(true);
  expect(isReady(login("http header"), { "setting.header": "X-Key" })).toBe(false);
  expect(isReady(login("highlevel oauth2"), { "secret.refreshToken": "r", "secret.clientId": "c" })).toBe(false);
  expect(isReady(login("highlevel oauth2"), { "secret.refreshToken": "r", "secret.clientId": "c", "secret.clientSecret": "s" })).toBe(true);
  expect(isReady(login("highlevel oauth2"), { "secret.accessToken": "a" })).toBe(true);
});

test.each(logins)("%s is ready with all its fields, and not without any", (_, form) => {
  expect(isReady(form, Object.fromEntries(form.fields.map((field) => [placeOf(field), "x"])))).toBe(true);
  expect(isReady(form, {})).toBe(form.fields.length === 0);
});

test("a new secret asks only for what is sealed", () => {
  expect(secretOnly(login("http header")).fields.map(({ name }) => name)).toEqual(["token"]);
});
