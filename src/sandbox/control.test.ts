import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench()));
afterEach(() => bench.sandbox.close());

const open = { authorization: undefined, version: undefined };
const form = { ...open, "content-type": "application/x-www-form-urlencoded" };

describe("who may use the controls and the page", () => {
  test.each([
    ["a foreign name for this machine", { host: "evil.example.com" }],
    ["another site's form", { origin: "https://evil.example.com" }],
    ["a page sent from another site", { "sec-fetch-site": "cross-site" }],
    ["a neighbour on another port", { origin: "http://localhost:3000" }],
    ["a sandboxed frame", { origin: "null" }],
  ])("not %s", async (_, headers) => {
    const reply = await bench.call("POST", "/sandbox/reset", {}, { ...open, ...headers });
    expect([reply.status, reply.body.code]).toEqual([403, "FORBIDDEN"]);
  });

  test("not another machine", async () => {
    const reply = await bench.sandbox.app.inject({ method: "GET", url: "/sandbox/state", remoteAddress: "192.168.1.20" });
    expect(reply.statusCode).toBe(403);
    expect((await bench.sandbox.app.inject({ method: "GET", url: "/", headers: { host: "rebound.example.com" } })).statusCode).toBe(403);
  });

  test("its own page and plain programs", async () => {
    expect(
      (await bench.call("POST", "/sandbox/faults/clear", "", { ...form, origin: "http://localhost:80", "sec-fetch-site": "same-origin" }))
        .status,
    ).toBe(303);
    expect((await bench.call("POST", "/sandbox/reset", {}, open)).status).toBe(200);
  });
});

describe("the controls", () => {
  test("seed contacts, all different, deterministic", async () => {
    await bench.call("POST", "/sandbox/seed", { count: 2000 });
    const contacts = bench.sandbox.state.contacts.inLocation(bench.acme);
    expect([contacts.length, new Set(contacts.map((c) => c.email)).size, new Set(contacts.map((c) => c.phone)).size]).toEqual([
      2025, 2025, 2025,
    ]);
    const twin = await openBench();
    twin.sandbox.seedContacts(2000);
    const plain = (b: Bench) => b.sandbox.state.contacts.all().toSorted((x, y) => (x.id < y.id ? -1 : 1));
    expect(plain(twin)).toEqual(plain(bench));
    await twin.sandbox.close();
    expect(contacts.every((c) => c.dateUpdated < bench.clock.now())).toBe(true);
  });

  test("issue tokens of the wished kind", async () => {
    const pit = await bench.call("POST", "/sandbox/tokens", { locationId: bench.acme });
    const oauth = await bench.call("POST", "/sandbox/tokens", { kind: "oauth", locationId: bench.acme, scopes: ["contacts.readonly"] });
    expect([pit.at("accessToken").slice(0, 4), oauth.body.scopes, typeof oauth.body.refreshToken]).toEqual([
      "pit-",
      ["contacts.readonly"],
      "string",
    ]);
    expect((await bench.call("POST", "/sandbox/tokens", { locationId: "nowhere" })).status).toBe(404);
  });

  test("register an app, and tell its secret once", async () => {
    const made = await bench.call("POST", "/sandbox/apps", { name: "Other", redirectUris: ["https://app.example.com/back"] });
    expect(made.body).toMatchObject({ name: "Other", loopbackRedirects: false, clientSecret: expect.any(String) });
    expect((await bench.call("GET", "/sandbox/apps")).text).not.toContain("ecret");
  });

  test("tell the state, without a token in it", async () => {
    const { body, text } = await bench.call("GET", "/sandbox/state", undefined, open);
    expect(body).toMatchObject({
      counts: { contacts: 31 },
      settings: { indexLagMs: 0, refreshGrace: true },
      locations: [{ id: bench.acme, contacts: 25 }, { contacts: 6 }],
    });
    expect(text).not.toMatch(/pit-|ecret/);
  });

  test("reset puts records back and keeps logins", async () => {
    const before = bench.sandbox.state.contacts.all();
    await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "x@example.com" });
    await bench.call("DELETE", `/contacts/${before[0]!.id}`);
    bench.sandbox.faults.set({ kind: "server_error" });
    bench.sandbox.reset();
    expect(bench.sandbox.state.contacts.all()).toEqual(before);
    expect((await bench.call("GET", `/contacts/${before[0]!.id}`)).status).toBe(200);
  });

  test("keep the last requests, with who and what went wrong, and no secret", async () => {
    await bench.call("GET", `/contacts/?locationId=${bench.acme}`);
    await bench.call("GET", "/contacts/nobody");
    await bench.call("POST", "/oauth/token", "client_secret=hush&grant_type=refresh_token&client_id=x&refresh_token=hush2", form);
    const { text, rows } = await bench.call("GET", "/sandbox/requests");
    expect(rows("requests")).toMatchObject([
      { path: "/oauth/token", status: 400, message: "Invalid grant: refresh token is invalid" },
      { path: "/contacts/nobody", status: 400, message: "Contact with id nobody not found", who: "Private token, Acme Dental" },
      { path: `/contacts/?locationId=${bench.acme}`, status: 200 },
    ]);
    expect(text).not.toMatch(/hush|pit-/);
  });

  test("set and clear faults", async () => {
    const fault = await bench.call("POST", "/sandbox/faults", { kind: "latency", ms: 100, route: "" });
    expect(fault.body).toMatchObject({ id: "fault_1", kind: "latency", ms: 100 });
    expect((await bench.call("GET", "/sandbox/faults")).rows("faults")).toHaveLength(1);
    await bench.call("DELETE", "/sandbox/faults/fault_1");
    expect((await bench.call("GET", "/sandbox/faults")).rows("faults")).toEqual([]);
  });

  test("name the field that is wrong", async () => {
    expect((await bench.call("POST", "/sandbox/seed", { count: 0 })).body).toMatchObject({
      statusCode: 400,
      code: "BAD_INPUT",
      message: expect.stringMatching(/^count: /),
    });
  });
});

describe("the page", () => {
  const look = async (path: string) => (await bench.call("GET", path, undefined, open)).text;

  test("escapes whatever a record says", async () => {
    const evil = `<script>alert(1)</script>"'&`;
    const id = (
      await bench.call("POST", "/contacts/", {
        locationId: bench.acme,
        email: "e@example.com",
        firstName: evil,
        tags: [evil],
        companyName: evil,
      })
    ).at("contact.id");
    await bench.call("POST", `/contacts/${id}/notes`, { body: evil });
    for (const path of ["/?q=alert", `/?q=${encodeURIComponent(evil)}`, `/ui/contacts/${id}`, "/ui/requests"]) {
      expect(await look(path)).not.toContain("<script>");
    }
    expect(await look(`/ui/contacts/${id}`)).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
  });

  test("pages and searches contacts", async () => {
    bench.sandbox.seedContacts(30);
    expect(await look("/")).toContain("1–25 of 55");
    expect(await look("/?page=3")).toContain("51–55 of 55");
    expect(await look("/?page=99&q=zzz")).toContain("Nobody matches “zzz”.");
    expect(await look(`/?location=${bench.smiles}`)).toContain("Bright Smiles");
  });

  test("shows a token once, to whoever made it", async () => {
    const made = await bench.call("POST", "/ui/connect/token", `locationId=${bench.acme}`, form);
    const token = /pit-[0-9a-f-]{36}/.exec(made.text)?.[0];
    expect((await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, { authorization: `Bearer ${token}` })).status).toBe(
      200,
    );
    expect(await look("/ui/connect")).not.toContain("pit-");
  });

  test("lets nobody frame it and runs no script", async () => {
    const { headers } = await bench.call("GET", "/", undefined, open);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  test("switches a fault on by its form", async () => {
    const reply = await bench.call("POST", "/sandbox/faults", "kind=latency&route=&count=&ms=50", form);
    expect([reply.status, reply.headers.location, bench.sandbox.faults.list()]).toMatchObject([
      303,
      "/ui/faults",
      [{ kind: "latency", ms: 50 }],
    ]);
    expect(await look("/ui/faults")).toContain("everywhere · always · 50 ms");
  });
});

test("the guide names only routes that there are", () => {
  const guide = readFileSync(join(packageRoot(), "docs/sandbox.md"), "utf8");
  const named = [...guide.matchAll(/`(GET|POST|DELETE) (\/sandbox\/[\w/:-]+)/g)].map(([, method, url]) => ({ method: method!, url: url! }));
  const missing = named.filter(({ method, url }) => !bench.sandbox.app.hasRoute({ method: method as "GET", url }));
  expect([named.length > 25, missing]).toEqual([true, []]);
});
