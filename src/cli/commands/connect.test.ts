import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { ConnectionView } from "#server/contract.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const connection = (more: Partial<ConnectionView> = {}): ConnectionView => ({
  id: "con_1",
  name: "acme",
  title: "Acme Dental",
  app: "highlevel",
  auth: "token",
  status: "connected",
  locationId: "loc_1",
  createdAt: now,
  lastUsedAt: now - 60_000,
  quota: { used: 4, limit: 100, windowMs: 10_000, dailyUsed: 4, dailyLimit: 200_000 },
  ...more,
});
const list = { "GET /connections": { connections: [connection()] } };

test("connect list shows each with its status and, under them, what is to be done", async () => {
  const broken = connection({ name: "old", status: "broken", reason: "HighLevel refused the login. Connect it again." });
  const { out } = await runCli(["connect", "list"], { answers: { "GET /connections": { connections: [connection(), broken] } } });
  expect(out).toBe(
    "CONNECTION  APP        STATUS     SUB-ACCOUNT  QUOTA  USED       TITLE\n" +
      "acme        highlevel  Connected  loc_1        4/100  1 min ago  Acme Dental\n" +
      "old         highlevel  Broken     loc_1        4/100  1 min ago  Acme Dental\n" +
      "old: HighLevel refused the login. Connect it again.\n",
  );
});

describe("connect add", () => {
  test("takes the token from standard input", async () => {
    const args = [
      "connect",
      "add",
      "acme",
      "--location",
      "loc_1",
      "--title",
      "Acme",
      "--scopes",
      "contacts.readonly, contacts.write",
      "--setting",
      "a=b=c",
      "--setting",
      "d=e",
    ];
    const { asked, out, code } = await runCli(args, { answers: { "POST /connections": connection() }, input: "pit-secret\n" });
    expect(asked[0]!.body).toEqual({
      name: "acme",
      app: "highlevel",
      auth: "token",
      title: "Acme",
      locationId: "loc_1",
      scopes: ["contacts.readonly", "contacts.write"],
      settings: { a: "b=c", d: "e" },
      secret: { token: "pit-secret" },
    });
    expect(out).toBe("Added: acme (highlevel), connected\nTry it: millrace connect test acme\n");
    expect(code).toBe(0);
  });

  test("asks a person for each part of the secret", async () => {
    const { asked, questions } = await runCli(["connect", "add", "erp", "--app", "http", "--auth", "basic"], {
      answers: { "POST /connections": connection() },
      keyboard: ["me", "pass word"],
    });
    expect(questions).toEqual(["The user name", "The password"]);
    expect(asked[0]!.body).toMatchObject({ auth: "basic", secret: { username: "me", password: "pass word" } });
  });

  test("leaves out what a person leaves empty", async () => {
    const { asked } = await runCli(["connect", "add", "x", "--auth", "oauth2"], {
      answers: { "POST /connections": connection() },
      keyboard: ["id", "secret", "", "refresh"],
    });
    expect(asked[0]!.body).toMatchObject({ secret: { clientId: "id", clientSecret: "secret", refreshToken: "refresh" } });
  });

  test("takes the addresses of a login by URL as JSON", async () => {
    const urls = { add_contact: "https://sightmill.example.com/a" };
    for (const input of [urls, { urls }]) {
      const { asked } = await runCli(["connect", "add", "s", "--app", "sightmill", "--auth", "url"], {
        answers: { "POST /connections": connection() },
        input: JSON.stringify(input),
      });
      expect(asked[0]!.body).toMatchObject({ secret: { urls } });
    }
  });

  test("asks for nothing where the login needs nothing", async () => {
    const { asked } = await runCli(["connect", "add", "open", "--app", "http", "--auth", "none"], {
      answers: { "POST /connections": connection() },
    });
    expect(asked[0]!.body).toMatchObject({ auth: "none", secret: {} });
  });

  test("has no option for a secret, and tells a bad one without showing it", async () => {
    expect((await runCli(["connect", "add", "acme", "--token", "pit-1"])).code).toBe(2);
    const { err, out, code, asked } = await runCli(["connect", "add", "erp", "--auth", "basic"], { input: "hunter2" });
    expect([code, asked.length]).toEqual([2, 0]);
    expect(err + out).not.toContain("hunter2");
    expect(err).toContain('{"username": "…", "password": "…"}');
    expect((await runCli(["connect", "add", "erp"], { input: "  \n" })).err).toContain("that was empty");
  });
});

describe("connect test", () => {
  test("ends with 1 when the login does not work", async () => {
    const good = await runCli(["connect", "test", "acme"], {
      answers: { ...list, "POST /connections/con_1/test": { ok: true, message: "The login works." } },
    });
    expect([good.out, good.code]).toEqual(["The login works.\n", 0]);
    const bad = await runCli(["connect", "test", "acme"], {
      answers: { ...list, "POST /connections/con_1/test": { ok: false, message: "Revoked." } },
    });
    expect([bad.out, bad.code]).toEqual(["Revoked.\n", 1]);
  });
});

test("connect replace-secret reads the kind of secret the connection has", async () => {
  const answers = { "GET /connections": { connections: [connection({ auth: "basic" })] }, "PUT /connections/con_1": connection() };
  const { asked, out } = await runCli(["connect", "replace-secret", "acme"], { answers, input: '{"username":"u","password":"p"}' });
  expect(asked.at(-1)).toMatchObject({ method: "PUT", body: { secret: { username: "u", password: "p" } } });
  expect(out).toBe("Replaced the secret of: acme (highlevel), connected\n");
});

test("connect remove asks first, and tells who still uses it", async () => {
  const refusal = errorAnswer("CONFLICT", "'acme' is used by 'Survey answers'. Pause it or give it another connection first.", 409);
  const { questions, err, code } = await runCli(["connect", "remove", "acme"], {
    answers: { ...list, "DELETE /connections/con_1": refusal },
    keyboard: [true],
  });
  expect(questions).toEqual(["Remove the connection 'acme' and forget its secret?"]);
  expect([err, code]).toEqual(["'acme' is used by 'Survey answers'. Pause it or give it another connection first.\n", 1]);
});
