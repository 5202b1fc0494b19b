import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { flocksy as app } from "#apps/flocksy/app.ts";
import { type Bench, openBench, type Reply } from "./testing.ts";
import { yourAppDocument } from "./twins/your-app/document.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench()));
afterEach(() => bench.sandbox.close());

type Method = Parameters<Bench["call"]>[0];
const token = (form: Record<string, string>, prefix = "/flocksy") =>
  bench.call("POST", `${prefix}/oauth/token`, new URLSearchParams(form).toString(), {
    authorization: undefined,
    "content-type": "application/x-www-form-urlencoded",
  });
const clientOf = (prefix = "/flocksy") => {
  const { logins } = prefix === "/flocksy" ? bench.sandbox.flocksy : bench.sandbox.yourApp;
  return { client_id: logins.client.id, client_secret: logins.client.secret };
};
const asClient = (prefix?: string, scope?: string) =>
  token({ grant_type: "client_credentials", ...clientOf(prefix), ...(scope !== undefined && { scope }) }, prefix);
/** A call with the key, or with the headers that are given. */
const flocksy = (method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  bench.call(method, `/flocksy${path}`, body, {
    authorization: undefined,
    ...(headers["authorization"] === undefined && { "x-api-key": bench.sandbox.flocksy.logins.key }),
    ...headers,
  });
const bearer = (access: string) => ({ authorization: `Bearer ${access}` });
const told = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.flocksy.hooks.settled();
  return bench.posted.splice(0);
};

describe("a login at Flocksy's twin", () => {
  const verifier = "v".repeat(50);
  const ask = {
    response_type: "code",
    client_id: "flocksy-client",
    redirect_uri: "http://127.0.0.1:4400/oauth/callback",
    scope: "tags.readonly tags.write",
    state: "s1",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  const asked = (more: Record<string, string>) =>
    bench.call("GET", `/flocksy/oauth/authorize?${new URLSearchParams({ ...ask, ...more }).toString()}`, undefined, {
      authorization: undefined,
    });
  const allowed = async (scopes: string[]): Promise<URL> => {
    const form = new URLSearchParams([...Object.entries(ask), ...scopes.map((scope): [string, string] => ["scopes", scope])]);
    const headers = { authorization: undefined, "content-type": "application/x-www-form-urlencoded" };
    const { headers: sent } = await bench.call("POST", "/flocksy/oauth/authorize", form.toString(), headers);
    return new URL(String(sent["location"]));
  };

  test("is allowed by a person who unticks what it is not to have; the code works once, and only with its verifier", async () => {
    expect((await asked({})).text).toContain("tags.write");
    const back = await allowed(["tags.readonly"]);
    expect(back.searchParams.get("state")).toBe("s1");
    const form = { grant_type: "authorization_code", ...clientOf(), redirect_uri: ask.redirect_uri };
    const wrong = await token({ ...form, code: back.searchParams.get("code")!, code_verifier: "w".repeat(50) });
    expect([wrong.status, wrong.body["error"]]).toEqual([400, "invalid_grant"]);
    const code = (await allowed(["tags.readonly"])).searchParams.get("code")!;
    const { body } = await token({ ...form, code, code_verifier: verifier });
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "tags.readonly", refresh_token: expect.any(String) });
    expect((await token({ ...form, code, code_verifier: verifier })).status).toBe(400);
    const own = bearer(String(body["access_token"]));
    expect((await flocksy("GET", "/tags", undefined, own)).status).toBe(200);
    const refused = await flocksy("PUT", "/tags", { name: "x" }, own);
    expect([refused.status, refused.at("message")]).toEqual([403, "The login lacks the scope tags.write"]);
  });

  test.each([
    [{ client_id: "other" }, "No app is registered"],
    [{ redirect_uri: "https://evil.example.com/" }, "has to be at this machine"],
    [{ code_challenge: "" }, "PKCE"],
    [{ scope: "everything" }, "There is no scope everything"],
  ])("is not asked for with %j", async (more, says) => {
    const reply = await asked(more as Record<string, string>);
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(says)]);
  });

  test("lasts an hour and is renewed; a spent refresh token is good for half a minute more", async () => {
    const code = (await allowed(["tags.readonly"])).searchParams.get("code")!;
    const exchange = { grant_type: "authorization_code", ...clientOf(), redirect_uri: ask.redirect_uri, code, code_verifier: verifier };
    const { body } = await token(exchange);
    await bench.clock.advance(3_600_000);
    expect((await flocksy("GET", "/tags", undefined, bearer(String(body["access_token"])))).at("message")).toBe("The token has expired");
    const refresh = { grant_type: "refresh_token", ...clientOf(), refresh_token: String(body["refresh_token"]) };
    const renewed = await token(refresh);
    expect((await flocksy("GET", "/tags", undefined, bearer(renewed.at("access_token")))).status).toBe(200);
    expect((await token(refresh)).status).toBe(200);
    await bench.clock.advance(30_001);
    expect((await token(refresh)).body["error"]).toBe("invalid_grant");
  });

  test("is also had by the client itself, for the scopes it asks, and by the key; nothing else opens it", async () => {
    const { body } = await asClient("/flocksy", "metrics.readonly");
    expect([body["scope"], "refresh_token" in body]).toEqual(["metrics.readonly", false]);
    expect((await flocksy("GET", "/metrics", undefined, bearer(String(body["access_token"])))).status).toBe(200);
    expect((await flocksy("GET", "/account")).body).toMatchObject({ account: { id: "facc_sandbox" } });
    expect((await bench.call("GET", "/flocksy/tags")).status).toBe(401); // HighLevel's token is none of Flocksy's
    expect((await flocksy("GET", "/tags", undefined, { "x-api-key": "guess" })).status).toBe(401);
    expect((await token({ grant_type: "client_credentials", ...clientOf(), client_secret: "guess" })).status).toBe(401);
    expect((await flocksy("GET", "/nothing")).status).toBe(404);
  });

  test("is ended by the faults, and its address is not in the log of requests", async () => {
    const { body } = await asClient();
    const own = bearer(String(body["access_token"]));
    await bench.call("POST", "/sandbox/faults", { kind: "token_expired", route: "/flocksy/*", count: 1 });
    expect((await flocksy("GET", "/tags", undefined, own)).status).toBe(401);
    await bench.call("POST", "/sandbox/faults", { kind: "rate_limit", route: "GET /flocksy/tags", count: 1 });
    expect((await flocksy("GET", "/tags")).status).toBe(429);
    await asked({});
    expect((await bench.call("GET", "/sandbox/requests")).text).not.toContain("code_challenge");
  });
});

describe("Flocksy's twin", () => {
  test("answers each operation of the app's definition by its example, where the definition says the result is", async () => {
    bench.sandbox.flocksy.upsertMapping({ locationId: "loc_1", tagId: "tagVip", tagName: "vip" });
    const ids = {
      tagId: "ftagVip0000000000001",
      campaignId: "fcamSpringVisits0001",
      mappingId: bench.sandbox.flocksy.mappings.all()[0]!.id,
      webhookId: bench.sandbox.flocksy.hooks.subscribe("http://127.0.0.1:9/a", []).id,
    };
    const known: Record<string, string> = ids;
    bench.sandbox.flocksy.upsertProfile({ userId: "usr_1" });
    const order = app.operations.toSorted((a, b) => Number(a.effect === "delete") - Number(b.effect === "delete"));
    for (const { id, method, path, input, result, example } of order) {
      const inPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? String(example!.input[name]));
      const body = Object.fromEntries(input.filter((f) => f.in === "body").map((f) => [f.name, example!.input[f.name]]));
      const reply = await flocksy(method as Method, inPath, method === "GET" || method === "DELETE" ? undefined : body);
      expect([id, reply.status, result === "" || result in reply.body]).toEqual([id, 200, true]);
    }
  });

  test("has what a sync of both ways needs: values that can be emptied, the newest first, and word of what was deleted", async () => {
    await flocksy("POST", "/webhooks", { url: "http://127.0.0.1:9/hook", events: ["profile.changed", "profile.deleted", "tag.deleted"] });
    for (const userId of ["u1", "u2"]) {
      await bench.clock.advance(1_000);
      await flocksy("PUT", `/profiles/${userId}`, { name: userId, email: "a@example.com", phone: "+442079460018" });
    }
    const newest = (await flocksy("GET", "/profiles?order=newest")).rows("profiles");
    expect(newest.map((row) => (row as { userId: string }).userId)).toEqual(["u2", "u1"]);
    const emptied = await flocksy("PUT", "/profiles/u1", { email: null, phone: "" });
    expect(emptied.body["profile"]).toEqual({
      id: "u1",
      userId: "u1",
      name: "u1",
      segments: [],
      tagIds: [],
      updatedAt: expect.any(String),
    });
    await flocksy("DELETE", "/profiles/u1");
    await flocksy("DELETE", "/tags/ftagVip0000000000001");
    expect((await flocksy("GET", "/profiles/u1")).status).toBe(404);
    const events = (await told()).map(({ body }) => body as Record<string, unknown>);
    expect(events.map(({ event }) => event)).toEqual([...Array(3).fill("profile.changed"), "profile.deleted", "tag.deleted"]);
  });

  test("keeps one metric for each day and sub-account, one mapping for each tag, and tells only what changed, signed", async () => {
    const { body } = await flocksy("POST", "/webhooks", { url: "http://127.0.0.1:9/hook", events: ["tag.changed", "metric.wanted"] });
    const { secret } = body["webhook"] as { secret: string };
    const metric = { metricId: "posts", date: "2026-11-30", locationId: bench.acme };
    bench.sandbox.flocksy.wantMetric(metric);
    for (const value of [1, 2]) await flocksy("PUT", "/metrics", { ...metric, value });
    expect((await flocksy("GET", `/metrics?metricId=posts&locationId=${bench.acme}`)).rows("metrics")).toMatchObject([{ value: 2 }]);
    expect((await flocksy("GET", "/metrics/wanted")).rows("wanted")).toEqual([]);
    for (const details of ["a", "b"])
      await flocksy("PUT", "/tag-mappings", { locationId: bench.acme, tagId: "t1", tagName: "vip", details });
    expect((await flocksy("GET", "/tag-mappings")).rows("mappings")).toMatchObject([{ details: "b" }]);
    for (const colour of ["#ff0000", "#ff0000"]) await flocksy("PUT", "/tags", { name: "VIP", colour });
    const sent = await told();
    expect(sent.map(({ body: event }) => event["event"])).toEqual(["metric.wanted", "tag.changed"]);
    expect(sent[1]!.body["tag"]).toMatchObject({
      id: "ftagVip0000000000001",
      name: "VIP",
      colour: "#ff0000",
      description: "Spends the most",
    });
    const signature = `sha256=${createHmac("sha256", secret).update(sent[1]!.raw).digest("hex")}`;
    expect(sent[1]!.headers["x-flocksy-signature"]).toBe(signature);
  });

  test("works out anew who a campaign is for when it is refreshed", async () => {
    await flocksy("PUT", "/profiles/u1", { locationId: bench.acme, segments: ["promoters"] });
    await flocksy("PUT", "/profiles/u2", { locationId: bench.acme, tagIds: ["ftagVip0000000000001"] });
    await flocksy("PUT", "/profiles/u3", { locationId: bench.acme, segments: ["Team"] });
    const { body } = await flocksy("POST", "/campaigns/refresh", { tag: "vip" });
    expect(body["campaigns"]).toMatchObject([{ id: "fcamSpringVisits0001", audience: 2, refreshedAt: expect.any(String) }]);
  });

  test.each([
    ["PUT", "/tags", { colour: "red" }, ["name should not be empty", "colour must be a colour such as #b45309"]],
    [
      "PUT",
      "/metrics",
      { metricId: "a", date: "today", locationId: "l" },
      ["date must be a day such as 2026-11-30", "value must be a number"],
    ],
    ["POST", "/webhooks", { url: "file:///etc/passwd", events: [] }, ["url must be an http or https address"]],
    ["POST", "/campaigns/refresh", {}, ["tag should not be empty"]],
  ])("refuses %s %s with %j in words", async (method, path, body, says) => {
    const reply = await flocksy(method as Method, path, body);
    expect([reply.status, reply.body["message"]]).toEqual([422, says]);
  });

  test("tries an event again that was not taken, and tells nobody more who answers 410", async () => {
    await flocksy("POST", "/webhooks", { url: "http://127.0.0.1:9/hook" });
    bench.answers.push(500, new Error("nobody there"), 410);
    await flocksy("PUT", "/tags", { name: "gold" });
    const ids = [(await told())[0]!.body["id"]];
    for (const minutes of [1, 5]) {
      await bench.clock.advance(minutes * 60_000);
      ids.push((await told())[0]!.body["id"]);
    }
    expect(new Set(ids).size).toBe(1);
    expect((await flocksy("GET", "/webhooks")).rows("webhooks")).toEqual([]);
  });

  test("keeps what it has over a restart of its page, and is as on the first day after a reset, with its login", async () => {
    const { key } = bench.sandbox.flocksy.logins;
    await bench.call("POST", "/sandbox/flocksy/tags", { name: "gold" });
    await bench.call("POST", "/sandbox/flocksy/profiles", { userId: "u1", segments: "a, b" });
    const page = await bench.call("GET", "/ui/flocksy", undefined, { authorization: undefined });
    for (const text of ["<td>gold</td>", "<td>a, b</td>", "Monthly letter"]) expect(page.text).toContain(text);
    bench.sandbox.reset();
    expect(bench.sandbox.flocksy.tags.all().map(({ name }) => name)).toEqual(["vip", "newsletter"]);
    expect([bench.sandbox.flocksy.profiles.size, bench.sandbox.flocksy.logins.key]).toEqual([0, key]);
  });
});

describe("the twin of an app of one's own", () => {
  const call = async (method: Method, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const { body: answer } = await asClient("/your-app");
    return bench.call(method, `/your-app${path}`, body, { ...bearer(String(answer["access_token"])), ...more });
  };

  test("says in its document where it is, and each address of the document is there", async () => {
    const served = await bench.call("GET", "/your-app/openapi.json", undefined, { authorization: undefined, host: "127.0.0.1:4401" });
    expect(served.body).toMatchObject({ openapi: "3.1.0", servers: [{ url: "http://127.0.0.1:4401/your-app" }] });
    const { paths } = yourAppDocument("http://x");
    const addresses = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).flatMap((method) => (method === "parameters" ? [] : [[method.toUpperCase(), path.replaceAll(/\{\w+\}/g, "none")]])),
    );
    expect(addresses).toHaveLength(14);
    for (const [method, path] of addresses) {
      const reply = await call(method as Method, path!, method === "GET" || method === "DELETE" ? undefined : {});
      expect([path, reply.text.includes("Cannot ")]).toEqual([path, false]);
    }
  });

  test("takes tags, tag details and statistics; what is sent twice under one key is one, and a chart is made of it", async () => {
    await call("PUT", `/locations/${bench.acme}/tags`, { tags: [{ id: "t1", name: "vip" }], timestamp: "2026-11-30T07:00:00Z" });
    expect((await call("GET", `/locations/${bench.acme}/tags`)).rows("tags")).toEqual([{ id: "t1", name: "vip" }]);
    const statistics = { locationId: bench.acme, timestamp: "2026-11-30T07:00:00Z", statistics: { posts: 3 } };
    for (const key of ["a", "a", "b"]) await call("POST", "/statistics", statistics, { "idempotency-key": key });
    expect((await call("GET", "/charts/posts")).rows("points")).toEqual([
      { at: statistics.timestamp, value: 3 },
      { at: statistics.timestamp, value: 3 },
    ]);
    const { body } = await call("PUT", "/tag-details", { locationId: bench.acme, tagId: "t1", name: "vip", colour: "#ff0000" });
    const { id } = body["tagDetail"] as { id: string };
    expect((await call("POST", "/tag-details/confirm", { tagDetailId: id })).body["tagDetail"]).toMatchObject({
      confirmedAt: expect.any(String),
    });
    const page = await bench.call("GET", "/ui/your-app", undefined, { authorization: undefined });
    for (const text of ["<td>vip</td>", "#ff0000", "posts 3"]) expect(page.text).toContain(text);
  });

  test("gives its statistics page by page, each with the address of the next", async () => {
    for (let n = 0; n < 53; n++)
      await call("POST", "/statistics", { locationId: bench.acme, timestamp: "2026-11-30T07:00:00Z", statistics: { posts: n } });
    const first = await call("GET", `/statistics?locationId=${bench.acme}`);
    const next = String(first.body["next"]);
    expect(new URL(next).searchParams.get("locationId")).toBe(bench.acme);
    const second = await call("GET", `/statistics${new URL(next).search}`);
    expect([first.rows("statistics").length, second.rows("statistics").length, second.body["next"]]).toEqual([50, 3, null]);
  });

  test("is opened by the client alone, for what the token may", async () => {
    expect((await bench.call("GET", "/your-app/tag-details")).status).toBe(401);
    expect((await token({ grant_type: "refresh_token", ...clientOf("/your-app") }, "/your-app")).body["error"]).toBe(
      "unsupported_grant_type",
    );
    const { body } = await asClient("/your-app", "tags:read");
    const refused = await bench.call("POST", "/your-app/statistics", {}, bearer(String(body["access_token"])));
    expect([refused.status, refused.at("message")]).toEqual([403, "The login lacks the scope statistics:write"]);
  });

  test("tells whoever registered of what happens in it by hand", async () => {
    await call("POST", "/webhooks", { url: "http://127.0.0.1:9/hook", events: ["tagDetail.changed", "statistics.requested"] });
    await bench.call("POST", "/sandbox/your-app/tag-details", { locationId: bench.acme, tagId: "t1", name: "vip" });
    await bench.call("POST", "/sandbox/your-app/statistics", { locationId: bench.acme });
    await bench.clock.advance(0);
    await bench.sandbox.yourApp.hooks.settled();
    expect(bench.posted.map(({ body }) => body["event"])).toEqual(["tagDetail.changed", "statistics.requested"]);
  });
});
