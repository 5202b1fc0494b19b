import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { ConnectionView } from "#api/schemas.ts";
import { appList } from "#test/support/built-in.ts";
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
  reconnectLink: null,
  rotateAt: null,
  usedBy: { flows: [], inboxes: [] },
  ...more,
});
const apps = { "GET /apps": appList };
const list = { ...apps, "GET /connections": { connections: [connection()] } };

test("connect list shows each with its status and, under them, what is to be done", async () => {
  const broken = connection({ name: "old", status: "broken", reason: "HighLevel refused the login. Reconnect it." });
  const { out } = await runCli(["connect", "list"], { answers: { "GET /connections": { connections: [connection(), broken] } } });
  expect(out).toBe(
    "CONNECTION  APP        STATUS     SUB-ACCOUNT  QUOTA  FLOWS  USED       TITLE\n" +
      "acme        highlevel  Connected  loc_1        4/100  0      1 min ago  Acme Dental\n" +
      "old         highlevel  Broken     loc_1        4/100  0      1 min ago  Acme Dental\n" +
      "old: HighLevel refused the login. Reconnect it.\n",
  );
});

test("connect show says how many runs wait for a connection that is broken, and since when", async () => {
  const broken = connection({ status: "broken", reason: "HighLevel no longer accepts this login. Reconnect it." });
  const outage = {
    host: null,
    app: "HighLevel",
    since: now - 60_000,
    reason: "Waits for the connection 'acme'",
    nextTryAt: null,
    waiting: 37,
    connection: { id: "con_1", name: "acme", title: "Acme Dental", status: "broken" },
  };
  const answers = { "GET /connections": { connections: [broken] }, "GET /overview": { outages: [outage] } };
  const { out } = await runCli(["connect", "show", "acme"], { answers });
  expect(out).toMatch(/Runs +Acme Dental is broken: 37 runs wait for it since \d\d:\d\d, nothing is lost\n/);
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
    const { asked, out, code } = await runCli(args, { answers: { ...apps, "POST /connections": connection() }, input: "pit-secret\n" });
    expect(asked.at(-1)!.body).toEqual({
      name: "acme",
      app: "highlevel",
      auth: "token",
      title: "Acme",
      locationId: "loc_1",
      scopes: ["contacts.readonly", "contacts.write"],
      settings: { a: "b=c", d: "e" },
      secret: { token: "pit-secret" },
    });
    expect(out).toBe("Added: acme (highlevel), connected\n");
    expect(code).toBe(0);
  });

  test("asks a person for each part of the secret", async () => {
    const { asked, questions } = await runCli(["connect", "add", "erp", "--app", "http", "--auth", "basic"], {
      answers: { ...apps, "POST /connections": connection() },
      keyboard: ["me", "pass word"],
    });
    expect(questions).toEqual(["User name", "Password"]);
    expect(asked.at(-1)!.body).toMatchObject({ auth: "basic", secret: { username: "me", password: "pass word" } });
  });

  test("leaves out what a person leaves empty", async () => {
    const { asked } = await runCli(["connect", "add", "x", "--auth", "oauth2"], {
      answers: { ...apps, "POST /connections": connection() },
      keyboard: ["", "refresh", "id", "secret"],
    });
    expect(asked.at(-1)!.body).toMatchObject({ secret: { clientId: "id", clientSecret: "secret", refreshToken: "refresh" } });
  });

  test("takes the addresses of a login by URL as JSON", async () => {
    const urls = { add_contact: "https://sightmill.example.com/a" };
    for (const input of [urls, { urls }]) {
      const { asked } = await runCli(["connect", "add", "s", "--app", "sightmill", "--auth", "url"], {
        answers: { ...apps, "POST /connections": connection() },
        input: JSON.stringify(input),
      });
      expect(asked.at(-1)!.body).toMatchObject({ secret: input });
    }
  });

  test("takes the app's usual login, and says which there are where another kind is named", async () => {
    const { asked } = await runCli(["connect", "add", "s", "--app", "sightmill"], {
      answers: { ...apps, "POST /connections": connection() },
      input: '{"add_contact": "https://sightmill.example.com/a"}',
    });
    expect(asked.at(-1)!.body).toMatchObject({ app: "sightmill", auth: "url" });
    const { err, code } = await runCli(["connect", "add", "s", "--app", "sightmill", "--auth", "token"], { answers: apps });
    expect([err, code]).toEqual(["SightMill takes url: say which with --auth.\n", 2]);
    expect((await runCli(["connect", "add", "s", "--app", "nope"], { answers: apps })).err).toBe("There is no app 'nope' here.\n");
  });

  test("asks for nothing where the login needs nothing", async () => {
    const { asked } = await runCli(["connect", "add", "open", "--app", "http", "--auth", "none"], {
      answers: { ...apps, "POST /connections": connection() },
    });
    expect(asked.at(-1)!.body).toMatchObject({ auth: "none", secret: {} });
  });

  test("has no option for a secret, and tells a bad one without showing it", async () => {
    expect((await runCli(["connect", "add", "acme", "--token", "pit-1"])).code).toBe(2);
    const basic = ["connect", "add", "erp", "--app", "http", "--auth", "basic"];
    const { err, out, code, asked } = await runCli(basic, { answers: apps, input: "hunter2" });
    expect([code, asked.map(({ method }) => method)]).toEqual([2, ["GET"]]);
    expect(err + out).not.toContain("hunter2");
    expect(err).toContain('{"username": "…", "password": "…"}');
    expect((await runCli(["connect", "add", "erp"], { answers: apps, input: "  \n" })).err).toContain("that was empty");
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
  const answers = {
    ...apps,
    "GET /connections": { connections: [connection({ app: "http", auth: "basic" })] },
    "PATCH /connections/con_1": connection(),
  };
  const { asked, out } = await runCli(["connect", "replace-secret", "acme"], { answers, input: '{"username":"u","password":"p"}' });
  expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { secret: { username: "u", password: "p" } } });
  expect(out).toBe("Replaced the secret of: acme (highlevel), connected\n");
});

test("connect link prints the link and until when it can be used, and withdraw-link ends it", async () => {
  const link = { url: "https://mill.example.com/reconnect#t0ken", expiresAt: now + 3 * 86_400_000 };
  const made = await runCli(["connect", "link", "acme", "--days", "3"], {
    answers: { ...list, "POST /connections/con_1/reconnect-link": link },
  });
  expect(made.asked.at(-1)!.body).toEqual({ days: 3 });
  expect(made.out).toBe(`${link.url}\n\nIt works once, within 3 days. It replaces any earlier link of 'acme'.\n`);
  const withdrawn = await runCli(["connect", "withdraw-link", "acme"], {
    answers: { ...list, "DELETE /connections/con_1/reconnect-link": { ok: true } },
  });
  expect(withdrawn.out).toBe("Withdrawn: the reconnect link of 'acme'\n");
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

describe("connect edit", () => {
  const answers = { ...list, "PATCH /connections/con_1": connection({ name: "acme-dental" }) };

  test("sends what was named, and clears what was given empty", async () => {
    const { asked, out } = await runCli(["connect", "edit", "acme", "--name", "acme-dental", "--location", ""], { answers });
    expect(asked.at(-1)).toMatchObject({ method: "PATCH", path: "/connections/con_1", body: { name: "acme-dental", locationId: null } });
    expect(out).toBe("Changed: acme-dental (highlevel), connected\n");
  });

  test("takes a new secret along to another host, and no old one", async () => {
    const args = ["connect", "edit", "acme", "--base-url", "https://new.example.com", "--secret"];
    const { asked } = await runCli(args, { answers, input: "pit-new\n" });
    expect(asked.at(-1)!.body).toEqual({ baseUrl: "https://new.example.com", secret: { token: "pit-new" } });
  });

  test("wants something to change", async () => expect((await runCli(["connect", "edit", "acme"], { answers })).code).toBe(2));
});

test("a connection is found by a name it had before", async () => {
  const renamed = { "GET /connections": { connections: [connection({ name: "acme-dental", formerNames: ["acme"] })] } };
  const { out } = await runCli(["connect", "show", "acme"], { answers: renamed });
  expect(out).toContain("acme-dental, formerly acme");
});

test("connect show says whether the login works, when that was seen, and which flows use it", async () => {
  const flows = [
    { id: "flow_1", name: "Welcome", status: "on" as const, draft: true, published: true },
    { id: "flow_2", name: "Follow up", status: "off" as const, draft: false, published: true },
  ];
  const shown = connection({
    status: "failed",
    reason: "It lacks a scope.",
    checkedAt: now - 60_000,
    checkedBy: "test",
    usedBy: { flows, inboxes: [{ id: "inb_1", name: "main" }] },
  });
  const { out } = await runCli(["connect", "show", "acme"], { answers: { "GET /connections": { connections: [shown] } } });
  expect(out).toContain("Test failed (a test, 1 min ago): It lacks a scope.");
  expect(out).toContain("Used by 2 flows:\n  Welcome (on)\n  Follow up (off, in the published version only)");
});

test("connect add and replace-secret save without a test only when asked to", async () => {
  const add = await runCli(["connect", "add", "acme", "--no-test"], {
    answers: { ...apps, "POST /connections": connection({ status: "untested" }) },
    input: "x",
  });
  expect([add.asked.at(-1)!.path, add.out]).toEqual([
    "/connections?verify=false",
    "Added: acme (highlevel), not tested yet\nTest it: millrace connect test acme\n",
  ]);
  const replace = await runCli(["connect", "replace-secret", "acme", "--no-test"], {
    answers: { ...list, "PATCH /connections/con_1": connection() },
    input: "x",
  });
  expect(replace.asked.at(-1)!.path).toBe("/connections/con_1?verify=false");
});

test("connect remove asks with the flows that use it, and forces only when asked to", async () => {
  const flows = [{ id: "flow_1", name: "Welcome", status: "on" as const, draft: true, published: true }];
  const used = { "GET /connections": { connections: [connection({ usedBy: { flows, inboxes: [] } })] } };
  const { questions, asked } = await runCli(["connect", "remove", "acme", "--force"], {
    answers: { ...used, "DELETE /connections/con_1": { ok: true } },
    keyboard: [true],
  });
  expect(questions[0]).toBe("Used by 1 flow:\n  Welcome (on)\nRemove the connection 'acme' and forget its secret?");
  expect(asked.at(-1)!.path).toBe("/connections/con_1?force=true");
});

describe("connect sign-in", () => {
  const consents = {
    "GET /consents/needs": {
      redirectUri: "http://127.0.0.1:4400/oauth/callback",
      scopes: [
        { scope: "contacts.write", needed: true, flows: ["Leads"], granted: false },
        { scope: "calendars.write", needed: false, flows: [], granted: false },
        { scope: "locations.readonly", needed: false, flows: [], granted: true },
      ],
    },
    "POST /consents": { url: "https://highlevel.example/consent?state=s", expiresAt: now },
    "POST /consents/finish": connection(),
  };
  const back = "http://127.0.0.1:4400/oauth/callback?code=c0de&state=s";

  test("asks for the client, leads to the page, and finishes with the address at which the browser ended up", async () => {
    const answers = { ...list, ...consents };
    const args = ["connect", "sign-in", "New clinic", "--setting", "region=eu"];
    const { asked, out, err, code } = await runCli(args, { answers, keyboard: ["id-1", "hush", back] });
    const bodies = asked.flatMap(({ path, body }) => (path.startsWith("/consents") && body !== undefined ? [body] : []));
    expect(bodies).toEqual([
      {
        app: "highlevel",
        auth: "oauth2",
        secret: { clientId: "id-1", clientSecret: "hush" },
        title: "New clinic",
        settings: { region: "eu" },
        scopes: ["contacts.write", "locations.readonly"],
      },
      { state: "s", code: "c0de" },
    ]);
    expect(err).toContain("https://highlevel.example/consent?state=s");
    expect(err).toContain("http://127.0.0.1:4400/oauth/callback");
    expect(out + err).not.toContain("hush");
    expect([out, code]).toEqual([expect.stringContaining("Signed in"), 0]);
  });

  test("gives a connection a new login by the client it has, and passes on a refusal", async () => {
    const answers = { ...list, ...consents };
    const refused = `${back.replace("code=c0de", "error=access_denied")}`;
    const { asked } = await runCli(["connect", "sign-in", "acme", "--scopes", "contacts.write"], { answers, keyboard: [refused] });
    expect(asked.at(-2)!.body).toEqual({ connection: "con_1", scopes: ["contacts.write"] });
    expect(asked.at(-1)!.body).toEqual({ state: "s", refusal: "access_denied" });
  });

  test("says what is wrong with another address, and that it takes a person", async () => {
    const answers = { ...list, ...consents };
    expect((await runCli(["connect", "sign-in", "acme"], { answers, keyboard: ["not it"] })).err).toContain("it has no 'state'");
    expect((await runCli(["connect", "sign-in", "acme"], { answers })).err).toContain("takes a person at the keyboard");
  });
});
