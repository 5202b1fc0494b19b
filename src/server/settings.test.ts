import { expect, test } from "vitest";
import { readServerSettings, serverSettings } from "./settings.ts";

test("an empty environment gives a Millrace on this machine only", () => {
  const settings = readServerSettings({});
  expect(settings).toMatchObject({
    host: "127.0.0.1",
    port: 4400,
    sandboxPort: 4401,
    localSignIn: true,
    retentionDays: 90,
    logLevel: "warn",
    logFormat: "auto",
    allowPrivateHosts: [],
  });
  expect(settings.dataDir).toMatch(/\/data$/);
  expect(settings.publicUrl).toBeUndefined();
});

test("all faults are told together, by name and never by value", () => {
  const env = {
    MILLRACE_PORT: "eighty",
    MILLRACE_PUBLIC_URL: "ftp://x",
    MILLRACE_ENCRYPTION_KEY: "s3cret",
    MILLRACE_LOCAL_SIGN_IN: "maybe",
    DATABASE_URL: "postgres://u:hunter2@h/db",
  };
  const message = messageOf(() => readServerSettings(env));
  for (const name of Object.keys(env)) expect(message).toContain(`${name}:`);
  expect(message).toContain("MILLRACE_PORT: must be a port number");
  expect(message).toContain("follows later");
  for (const secret of ["s3cret", "hunter2"]) expect(message).not.toContain(secret);
});

test("an empty variable is an unset one", () => {
  expect(readServerSettings({ DATABASE_URL: "", REDIS_URL: "", MILLRACE_PORT: "" }).port).toBe(4400);
});

test("a list of hosts is split and trimmed, and the public address loses its slash", () => {
  const settings = readServerSettings({
    MILLRACE_ALLOW_PRIVATE_HOSTS: " erp.lan, ,10.0.0.7:8080 ",
    MILLRACE_PUBLIC_URL: "https://mill.example.com/",
  });
  expect(settings.allowPrivateHosts).toEqual(["erp.lan", "10.0.0.7:8080"]);
  expect(settings.publicUrl).toBe("https://mill.example.com");
});

test("every setting has a description for the reference page", () => {
  for (const [name, schema] of Object.entries(serverSettings.shape)) expect(schema.description, name).toBeTruthy();
});

function messageOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
