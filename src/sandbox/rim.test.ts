import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench({ quota: { burst: 5 } })));
afterEach(() => bench.sandbox.close());

const list = (b: Bench, headers?: Record<string, string | undefined>) =>
  b.call("GET", `/contacts/?locationId=${b.acme}&limit=1`, undefined, headers);

describe("the login", () => {
  test.each([
    ["no token", undefined, "Invalid JWT"],
    ["a token nobody issued", "Bearer nonsense", "Invalid JWT"],
    ["a private token nobody issued", "Bearer pit-00000000-0000-4000-8000-000000000000", "Invalid Private Integration token"],
    ["a login of another kind", "Basic eDp5", "Invalid JWT"],
  ])("%s is 401, in the vendor's shape", async (_, authorization, message) => {
    const { status, body } = await list(bench, { authorization });
    expect([status, body]).toEqual([401, { statusCode: 401, message, error: "Unauthorized", traceId: expect.any(String) }]);
  });

  test("a token expires after a day and says so", async () => {
    const token = bench.token({ kind: "oauth", locationId: bench.acme });
    await bench.clock.advance(86_398_000);
    expect((await list(bench, { authorization: `Bearer ${token}` })).status).toBe(200);
    await bench.clock.advance(1000);
    expect(await list(bench, { authorization: `Bearer ${token}` })).toMatchObject({
      status: 401,
      body: { message: "Invalid token: access token is invalid" },
    });
  });

  test("a private token does not expire", async () => {
    await bench.clock.advance(400 * 86_400_000);
    expect((await list(bench)).status).toBe(200);
  });

  test("a scope that was not given is 401, and not the message of a dead token", async () => {
    const token = bench.token({ locationId: bench.acme, scopes: ["contacts.write"] });
    expect(await list(bench, { authorization: `Bearer ${token}` })).toMatchObject({
      status: 401,
      body: { message: "The token is not authorized for this scope." },
    });
  });

  test("an endpoint whose scope the description leaves open asks for that of its neighbours", async () => {
    const authorization = `Bearer ${bench.token({ locationId: bench.acme, scopes: ["locations/customFields.readonly"] })}`;
    const fields = await bench.call("GET", `/locations/${bench.acme}/customFields`, undefined, { authorization });
    const url = `/locations/${bench.acme}/customFields/${String(fields.rows("customFields")[0]!.id)}`;
    expect((await bench.call("GET", url, undefined, { authorization })).status).toBe(200);
    expect((await bench.call("DELETE", url, undefined, { authorization })).status).toBe(401);
  });

  test("an agency's token is of the wrong class for a sub-account's endpoint", async () => {
    expect(await list(bench, { authorization: `Bearer ${bench.token()}` })).toMatchObject({
      status: 401,
      body: { message: "Token's user type mismatch!" },
    });
  });

  test("another location's records are 403, by query, by body and by id", async () => {
    const refusal = { status: 403, body: { message: "The token does not have access to this location." } };
    const foreign = bench.sandbox.state.contacts.inLocation(bench.smiles)[0]!;
    expect(await bench.call("GET", `/contacts/?locationId=${bench.smiles}`)).toMatchObject(refusal);
    expect(await bench.call("POST", "/contacts/", { locationId: bench.smiles, email: "a@example.com" })).toMatchObject(refusal);
    expect(await bench.call("GET", `/contacts/${foreign.id}`)).toMatchObject(refusal);
    // What paging without the location gets.
    expect(await bench.call("GET", "/contacts/?limit=5")).toMatchObject(refusal);
  });
});

describe("the version header", () => {
  test("is asked for after the token", async () => {
    expect(await list(bench, { version: undefined })).toMatchObject({ status: 401, body: { message: "version header was not found." } });
    expect(await list(bench, { version: undefined, authorization: "Bearer x" })).toMatchObject({
      status: 401,
      body: { message: "Invalid JWT" },
    });
    expect(await list(bench, { version: "2020-01-01" })).toMatchObject({ status: 401, body: { message: "version header is invalid" } });
  });

  test.each(["2021-04-15", "2021-07-28", "2023-02-21", "v3"])("%s is taken", async (version) => {
    expect((await list(bench, { version })).status).toBe(200);
  });

  test("under v3 an answer spells succeeded both ways", async () => {
    const { id } = bench.sandbox.state.contacts.inLocation(bench.acme)[0]!;
    expect((await bench.call("DELETE", `/contacts/${id}`, undefined, { version: "v3" })).body).toMatchObject({
      succeded: true,
      succeeded: true,
    });
  });
});

describe("the quota", () => {
  test("tells itself in the headers and refuses what is over it, until the window ends", async () => {
    const first = await list(bench);
    expect(first.headers).toMatchObject({
      "x-ratelimit-max": "5",
      "x-ratelimit-remaining": "4",
      "x-ratelimit-interval-milliseconds": "10000",
      "x-ratelimit-limit-daily": "200000",
      "x-ratelimit-daily-remaining": "199999",
      "x-ratelimit-daily-reset": String(14.5 * 3_600_000),
    });
    for (let i = 0; i < 4; i++) expect((await list(bench)).status).toBe(200);
    const refused = await list(bench);
    expect([refused.status, refused.headers["x-ratelimit-remaining"], refused.headers["retry-after"]]).toEqual([429, "0", undefined]);
    await bench.clock.advance(10_000);
    expect((await list(bench)).status).toBe(200);
  });

  test("is counted for each app and location on its own", async () => {
    for (let i = 0; i < 6; i++) await list(bench);
    const other = bench.token({ locationId: bench.acme });
    expect((await list(bench, { authorization: `Bearer ${other}` })).status).toBe(200);
  });

  test("the day's budget comes back at midnight", async () => {
    const small = await openBench({ quota: { daily: 2 } });
    expect([(await list(small)).status, (await list(small)).status, (await list(small)).status]).toEqual([200, 200, 429]);
    await small.clock.advance(14.5 * 3_600_000);
    expect((await list(small)).status).toBe(200);
    await small.sandbox.close();
  });
});

describe("what is sent", () => {
  const json = { "content-type": "application/json" };

  test("broken JSON is 400", async () => {
    expect(await bench.call("POST", "/contacts/", "{ broken", json)).toMatchObject({
      status: 400,
      body: { statusCode: 400, error: "Bad Request" },
    });
  });

  test("a body over a megabyte is 413", async () => {
    expect((await bench.call("POST", "/contacts/", `{"email":"${"a".repeat(1_100_000)}"}`, json)).status).toBe(413);
  });

  test("another content type arrives as nothing, as with Nest", async () => {
    const { status, body } = await bench.call("POST", "/contacts/", "email=a@example.com", { "content-type": "text/plain" });
    expect([status, body.message]).toEqual([422, ["locationId should not be empty", "locationId must be a string"]]);
  });

  test("unknown keys and wrong types are listed, all at once", async () => {
    const { status, body } = await bench.call("POST", "/contacts/", {
      locationId: bench.acme,
      additionalEmails: [],
      firstName: 7,
      tags: ["a", 1],
      dnd: "yes",
      dndSettings: { SMS: { status: "maybe" } },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ statusCode: 422, error: "Unprocessable Entity" });
    expect(body.message).toEqual([
      "property additionalEmails should not exist",
      "firstName must be a string",
      "dnd must be a boolean value",
      "dndSettings.SMS.status must be one of the following values: active, inactive, permanent",
      "each value in tags must be a string",
    ]);
  });

  test("a key that would reach the prototype is one more unknown key", async () => {
    const { status, body } = await bench.call(
      "POST",
      "/contacts/",
      `{"locationId":"${bench.acme}","email":"p@example.com","__proto__":{"dnd":true}}`,
      json,
    );
    expect([status, body.message]).toEqual([422, ["property __proto__ should not exist"]]);
  });
});

describe("addresses", () => {
  test("one that does not exist answers as the vendor's gateway does, without asking for a login", async () => {
    const { status, body } = await bench.call("GET", "/contactz/x", undefined, { authorization: undefined });
    expect([status, body]).toEqual([
      401,
      {
        statusCode: 401,
        message: "This route is not yet supported by the IAM Service. Please update your IAM config.",
        traceId: expect.any(String),
      },
    ]);
    expect((await bench.call("GET", `/locations/${bench.acme}/customvalues`)).status).toBe(401);
  });

  test("one of the sandbox's own that does not exist is not there", async () => {
    for (const path of ["/sandbox/tea", "/ui/tea", "/sightmill"])
      expect([path, (await bench.call("GET", path, undefined, { host: "127.0.0.1" })).status]).toEqual([path, 404]);
  });

  test("a slash at the end makes no difference", async () => {
    const { id } = bench.sandbox.state.contacts.inLocation(bench.acme)[0]!;
    expect((await bench.call("GET", `/contacts/${id}/`)).status).toBe(200);
    expect((await bench.call("GET", `/contacts?locationId=${bench.acme}`)).status).toBe(200);
    expect((await bench.call("POST", "/contacts/upsert/", { locationId: bench.acme, email: "slash@example.com" })).status).toBe(201);
  });

  test("an endpoint of the vendor's that is not played answers an example of its shape, after the same checks", async () => {
    const forms = (query: string, headers = {}) => bench.call("GET", `/forms/${query}`, undefined, headers);
    const { status, body, headers } = await forms(`?locationId=${bench.acme}`);
    expect([status, headers["x-millrace-sandbox"]]).toEqual([200, "example"]);
    expect(body).toMatchObject({ forms: [{ id: expect.any(String), locationId: bench.acme }], total: 1 });
    expect((await forms(`?locationId=${bench.acme}`, { authorization: undefined })).status).toBe(401);
    expect((await forms(`?locationId=${bench.acme}`, { version: undefined })).status).toBe(401);
    expect((await forms(`?locationId=${bench.smiles}`)).status).toBe(403);
    expect(
      (await bench.call("POST", "/links/", { locationId: bench.acme, name: "Site", redirectTo: "https://a.example.com", x: 1 })).status,
    ).toBe(422);
  });

  test("what is played does not say that it is an example", async () => {
    expect((await bench.call("GET", `/calendars/?locationId=${bench.acme}`)).headers).not.toHaveProperty("x-millrace-sandbox");
  });
});
