import { describe, expect, test } from "vitest";
import { exposureWarnings } from "./exposure.ts";
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

test("all faults are reported together, by name and never by value", () => {
  const env = {
    MILLRACE_PORT: "eighty",
    MILLRACE_PUBLIC_URL: "ftp://x",
    MILLRACE_ENCRYPTION_KEY: "s3cret",
    MILLRACE_LOCAL_SIGN_IN: "maybe",
    MILLRACE_TRUSTED_PROXIES: "loopback, proxy.lan",
    MILLRACE_METRICS_KEY: "sh0rt",
    DATABASE_URL: "mysql://u:hunter2@h/db",
    DATABASE_POOL: "1",
    REDIS_URL: "redis://:hunter3@h",
  };
  const message = messageOf(() => readServerSettings(env));
  for (const name of Object.keys(env)) expect(message).toContain(`${name}:`);
  expect(message).toContain("MILLRACE_PORT: must be a port number");
  expect(message).toContain("follows later");
  expect(message).toContain("MILLRACE_TRUSTED_PROXIES: 'proxy.lan' is neither an address nor a range");
  for (const secret of ["s3cret", "hunter2", "hunter3", "sh0rt"]) expect(message).not.toContain(secret);
});

test("an empty variable is an unset one", () => {
  expect(readServerSettings({ DATABASE_URL: "", REDIS_URL: "", MILLRACE_PORT: "" }).port).toBe(4400);
});

test.each(["postgres://u:p@db.example.com:5432/millrace?sslmode=verify-full", "postgresql://localhost/millrace"])(
  "rows are kept in PostgreSQL where its address says so: %s",
  (url) => expect(readServerSettings({ DATABASE_URL: url })).toMatchObject({ databaseUrl: url, databasePool: 10 }),
);

test.each(["/var/lib/millrace.db", "file:./millrace.db", "postgres:///millrace", "db.example.com:5432"])(
  "%s is no address of PostgreSQL",
  (url) => {
    expect(messageOf(() => readServerSettings({ DATABASE_URL: url }))).toContain("DATABASE_URL: must be an address such as postgres://");
  },
);

test("a list of hosts is split and trimmed, and the public address loses its slash", () => {
  const settings = readServerSettings({
    MILLRACE_ALLOW_PRIVATE_HOSTS: " erp.lan, ,10.0.0.7:8080 ",
    MILLRACE_PUBLIC_URL: "https://mill.example.com/",
  });
  expect(settings.allowPrivateHosts).toEqual(["erp.lan", "10.0.0.7:8080"]);
  expect(settings.publicUrl).toBe("https://mill.example.com");
});

describe("local sign-in", () => {
  const isOn = (env: Record<string, string>) => readServerSettings(env).localSignIn;

  test.each<Record<string, string>>([
    {},
    { MILLRACE_HOST: "localhost" },
    { MILLRACE_HOST: "::1" },
    { MILLRACE_PUBLIC_URL: "http://127.0.0.1:8080" },
    { MILLRACE_PUBLIC_URL: "http://[::1]:8080" },
  ])("is on by itself while only this machine can reach Millrace: %j", (env) => {
    expect(isOn(env)).toBe(true);
    expect(isOn({ ...env, MILLRACE_LOCAL_SIGN_IN: "off" })).toBe(false);
  });

  test.each<Record<string, string>>([
    { MILLRACE_PUBLIC_URL: "https://mill.example.com" },
    { MILLRACE_PUBLIC_URL: "http://localhost.example.com" },
    { MILLRACE_HOST: "0.0.0.0" },
    { MILLRACE_HOST: "::" },
    { MILLRACE_HOST: "192.168.1.9" },
    { MILLRACE_HOST: "0.0.0.0", MILLRACE_PUBLIC_URL: "http://localhost:4400" },
  ])("is off by itself as soon as others can: %j", (env) => {
    expect(isOn(env)).toBe(false);
    expect(isOn({ ...env, MILLRACE_LOCAL_SIGN_IN: "on" })).toBe(true);
  });
});

describe("what an operator who opens Millrace to others is warned of", () => {
  const warned = (env: Record<string, string>) =>
    exposureWarnings(readServerSettings(env)).map(
      (text) => /MILLRACE_(PUBLIC_URL|ALLOWED_CALLERS|TRUSTED_PROXIES|LOCAL_SIGN_IN)/.exec(text)![0],
    );
  const good = { MILLRACE_PUBLIC_URL: "https://mill.example.com", MILLRACE_TRUSTED_PROXIES: "loopback" };

  test.each<[string, Record<string, string>, string[]]>([
    ["nothing on this machine only", {}, []],
    ["nothing behind a proxy that is named", good, []],
    [
      "a list of callers that refuses all who come through a proxy without a name",
      { MILLRACE_PUBLIC_URL: "https://mill.example.com", MILLRACE_ALLOWED_CALLERS: "203.0.113.0/24" },
      ["MILLRACE_TRUSTED_PROXIES", "MILLRACE_ALLOWED_CALLERS"],
    ],
    ["a list of callers where only a proxy could bring any", { MILLRACE_ALLOWED_CALLERS: "203.0.113.0/24" }, ["MILLRACE_ALLOWED_CALLERS"]],
    ["a public address without https", { ...good, MILLRACE_PUBLIC_URL: "http://mill.example.com" }, ["MILLRACE_PUBLIC_URL"]],
    ["a port open to the network without an address", { MILLRACE_HOST: "0.0.0.0" }, ["MILLRACE_PUBLIC_URL"]],
    ["a proxy that is not named", { ...good, MILLRACE_TRUSTED_PROXIES: "" }, ["MILLRACE_TRUSTED_PROXIES"]],
    ["links where others can come in", { ...good, MILLRACE_LOCAL_SIGN_IN: "on" }, ["MILLRACE_LOCAL_SIGN_IN"]],
  ])("%s", (_, env, names) => expect(warned(env)).toEqual(names));
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

test("the host of a consent is a host alone: no scheme, port, path, login or number", () => {
  const read = (host: string) => readServerSettings({ MILLRACE_CONSENT_HOST: host }).consentHost;
  expect(read("App.Agency.example")).toBe("app.agency.example");
  for (const host of [
    "https://app.agency.example",
    "app.agency.example:8443",
    "a.example/x",
    "me@a.example",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "a..example",
  ])
    expect(() => read(host), host).toThrow(/MILLRACE_CONSENT_HOST/);
});
