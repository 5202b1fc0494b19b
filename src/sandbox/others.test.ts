import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { campaigns, companyId, socialProfile, workflows } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let agency: { authorization: string };
beforeEach(async () => {
  bench = await openBench();
  agency = { authorization: `Bearer ${bench.token()}` };
});
afterEach(() => bench.sandbox.close());

const sent = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0).map(({ body }) => body);
};

describe("lists", () => {
  test("of workflows and campaigns are the location's own", async () => {
    const list = async (path: string) => (await bench.call("GET", `/${path}/?locationId=${bench.acme}`)).rows(path).map(({ id }) => id);
    expect(await list("workflows")).toEqual([workflows.recall, workflows.unhappy]);
    expect(await list("campaigns")).toEqual([campaigns.spring]);
    expect((await bench.call("GET", `/workflows/?locationId=${bench.smiles}`)).status).toBe(403);
  });

  test("of snapshots and the company are for the agency's token", async () => {
    const snapshots = (headers: object) => bench.call("GET", `/snapshots/?companyId=${companyId}`, undefined, { ...headers });
    expect((await snapshots(agency)).rows("snapshots")).toHaveLength(1);
    expect((await snapshots({})).status).toBe(401);
    expect((await bench.call("GET", `/companies/${companyId}`, undefined, agency)).body.company).toMatchObject({
      id: companyId,
      locationCount: 2,
    });
  });
});

describe("users", () => {
  const create = (more: object = {}) =>
    bench.call("POST", "/users/", {
      companyId,
      firstName: "Nora",
      lastName: "Kelly",
      email: "Nora@acmedental.example.com",
      password: "correct horse 1",
      type: "account",
      role: "user",
      locationIds: [bench.acme],
      ...more,
    });

  test("are made unwrapped (201), changed and deleted, and their passwords forgotten", async () => {
    bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
    const made = await create();
    expect(made).toMatchObject({ status: 201, body: { email: "nora@acmedental.example.com", roles: { locationIds: [bench.acme] } } });
    expect(JSON.stringify(bench.sandbox.state.users.all())).not.toContain("correct horse");
    const id = made.at("id");
    expect((await bench.call("PUT", `/users/${id}`, { firstName: "Norah" })).body).toMatchObject({ name: "Norah Kelly" });
    expect((await bench.call("DELETE", `/users/${id}`)).body).toMatchObject({ succeded: true, message: expect.any(String) });
    expect((await bench.call("GET", `/users/${id}`)).status).toBe(400);
    expect((await sent()).map(({ type }) => type)).toEqual(["UserCreate", "UserUpdate", "UserDelete"]);
  });

  test("are refused with an e-mail in use, a foreign location or an unknown role", async () => {
    expect((await create({ email: "dana@acmedental.example.com" })).status).toBe(400);
    expect((await create({ locationIds: [bench.smiles] })).status).toBe(403);
    expect((await create({ role: "boss" })).status).toBe(422);
    expect((await create({ password: undefined })).status).toBe(422);
  });
});

describe("locations", () => {
  test("are made by the agency, 200 and unwrapped", async () => {
    const body = { name: "Corner Clinic", companyId, timezone: "America/Chicago", settings: { allowDuplicateContact: true } };
    const made = await bench.call("POST", "/locations/", body, agency);
    expect(made).toMatchObject({ status: 200, body: { name: "Corner Clinic", settings: { allowDuplicateContact: true } } });
    expect((await bench.call("GET", `/locations/${made.at("id")}`, undefined, agency)).body.location).toMatchObject({
      timezone: "America/Chicago",
    });
    expect((await bench.call("POST", "/locations/", body)).status).toBe(401);
  });
});

test("a business tells what happens to it as a record, without a type", async () => {
  bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
  await bench.call("POST", "/businesses/", { name: "Mill & Co", locationId: bench.acme });
  const [event] = await sent();
  expect(event).toMatchObject({ objectKey: "business", properties: { name: "Mill & Co" }, webhookId: expect.any(String) });
  expect(event).not.toHaveProperty("type");
});

describe("associations", () => {
  const [skip, body] = [
    "&skip=0&limit=10",
    { firstObjectLabel: "Patient", firstObjectKey: "contact", secondObjectLabel: "Dentist", secondObjectKey: "contact" },
  ];
  const create = (key = "dentist") => bench.call("POST", "/associations/", { locationId: bench.acme, key, ...body });

  test("are listed with skip and limit, both needed, and found by id, key and object", async () => {
    const id = (await create()).at("id");
    expect((await bench.call("GET", `/associations/?locationId=${bench.acme}`)).status).toBe(422);
    expect((await bench.call("GET", `/associations/?locationId=${bench.acme}${skip}`)).body).toMatchObject({
      total: 3,
      associations: [{}, {}, {}],
    });
    expect((await bench.call("GET", `/associations/${id}`)).body).toMatchObject({ id, key: "dentist", associationType: "USER_DEFINED" });
    expect((await bench.call("GET", `/associations/key/dentist?locationId=${bench.acme}`)).body).toMatchObject({ id });
    expect((await bench.call("GET", "/associations/objectKey/business")).body).toMatchObject({ key: "employer" });
    expect((await create()).status).toBe(400);
  });

  test("drop their relations when they go; a relation goes with its record", async () => {
    const associationId = (await create()).at("id");
    const [a, b] = bench.sandbox.state.contacts.inLocation(bench.acme).map(({ id }) => id) as [string, string];
    const relate = (firstRecordId: string, secondRecordId: string) =>
      bench.call("POST", "/associations/relations", { locationId: bench.acme, associationId, firstRecordId, secondRecordId });
    const count = async () => (await bench.call("GET", `/associations/relations/${b}?locationId=${bench.acme}${skip}`)).body.total;
    expect(await relate(a, b)).toMatchObject({ status: 201, body: { associationId, firstRecordId: a, firstObjectKey: "contact" } });
    expect([(await relate(a, b)).status, (await relate(a, "nobody")).status, await count()]).toEqual([400, 400, 1]);
    await bench.call("DELETE", `/contacts/${a}`);
    expect(await count()).toBe(0);
    const { at } = await relate(b, b);
    expect((await bench.call("DELETE", `/associations/relations/${at("id")}?locationId=${bench.acme}`)).status).toBe(200);
    await relate(b, b);
    expect((await bench.call("DELETE", `/associations/${associationId}`)).body).toMatchObject({ deleted: true, id: associationId });
    expect(await count()).toBe(0);
  });
});

describe("blogs", () => {
  const list = async (path: string, key: string) => (await bench.call("GET", `/blogs/${path}locationId=${bench.acme}`)).rows(key);
  const body = async () => ({
    title: "Whitening",
    locationId: bench.acme,
    blogId: (await list("site/all?skip=0&limit=5&", "data"))[0]!._id,
    imageUrl: "https://acmedental.example.com/w.jpg",
    description: "-",
    rawHTML: "<p>-</p>",
    status: "PUBLISHED",
    imageAltText: "-",
    categories: (await list("categories?limit=5&offset=0&", "categories")).map(({ _id }) => _id),
    author: (await list("authors?limit=5&offset=0&", "authors"))[0]!._id,
    urlSlug: "whitening",
    publishedAt: "2026-01-15T08:00:00.000Z",
  });
  const exists = async (more = "") =>
    (await bench.call("GET", `/blogs/posts/url-slug-exists?locationId=${bench.acme}&urlSlug=whitening${more}`)).body.exists;

  test("posts are written, their slug once, and listed under blogs", async () => {
    const post = await body();
    expect(await exists()).toBe(false);
    const made = await bench.call("POST", "/blogs/posts", post);
    expect(made).toMatchObject({ status: 200, body: { data: { title: "Whitening", archived: false } } });
    const id = made.at("data._id");
    expect([await exists(), await exists(`&postId=${id}`)]).toEqual([true, false]);
    expect((await bench.call("POST", "/blogs/posts", post)).status).toBe(400);
    const changed = await bench.call("PUT", `/blogs/posts/${id}`, { ...post, title: "Bleaching" });
    expect(changed.body.updatedBlogPost).toMatchObject({ _id: id, title: "Bleaching" });
    expect(await list(`posts/all?blogId=${String(post.blogId)}&limit=5&offset=0&`, "blogs")).toMatchObject([{ _id: id }, {}]);
    expect((await bench.call("POST", "/blogs/posts", { ...post, urlSlug: "x", author: "nobody" })).status).toBe(400);
  });

  test("lists need both limit and offset", async () => {
    expect((await bench.call("GET", `/blogs/authors?locationId=${bench.acme}&limit=5`)).status).toBe(422);
  });
});

describe("the Social Planner", () => {
  test("lists its tags and reads some by id (201), writing nothing", async () => {
    const path = `/social-media-posting/${bench.acme}/tags`;
    const { body, rows } = await bench.call("GET", `${path}?searchText=t&limit=1`);
    expect(body).toMatchObject({ success: true, statusCode: 200, results: { count: 2 } });
    const [first] = rows("results.tags");
    const details = await bench.call("POST", `${path}/details`, { tagIds: [first!._id, "unknown"] });
    expect(details).toMatchObject({ status: 201, body: { results: { tags: [{ tag: first!.tag }], count: 1 } } });
  });

  test("gives seven days of figures, the same each time, and other ones for other profiles", async () => {
    const ask = (profileIds: string[], more = {}) =>
      bench.call("POST", `/social-media-posting/statistics?locationId=${bench.acme}`, { profileIds, ...more });
    const { status, body } = await ask([socialProfile.facebook]);
    const results = body.results as { dayRange: string[]; postPerformance: { likes: number[] }; totals: { likes: number } };
    expect([status, results.dayRange, results.postPerformance.likes.length]).toEqual([
      201,
      ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"],
      7,
    ]);
    expect(results.postPerformance.likes.reduce((a, b) => a + b)).toBe(results.totals.likes);
    expect((await ask([socialProfile.facebook])).body.results).toEqual(results);
    expect((await ask([socialProfile.instagram])).body.results).not.toEqual(results);
    expect((await ask([])).status).toBe(422);
    expect((await ask(Array.from({ length: 101 }, String))).status).toBe(400);
    expect((await ask([socialProfile.facebook], { platforms: ["myspace"] })).status).toBe(422);
  });
});

test("the page shows each family's records, with what people wrote escaped", async () => {
  const [contact] = bench.sandbox.state.contacts.inLocation(bench.acme);
  await bench.call("POST", "/conversations/messages", { type: "SMS", contactId: contact!.id, message: "<b>bold</b>" });
  for (const family of ["appointments", "opportunities", "messages", "users", "businesses", "relations", "posts"])
    expect((await bench.call("GET", `/ui/records?family=${family}`)).status).toBe(200);
  expect((await bench.call("GET", "/ui/records?family=messages")).text).toContain("&lt;b&gt;bold&lt;/b&gt;");
  expect((await bench.call("GET", "/ui/records?family=constructor")).text).toContain("<h1>Appointments</h1>");
});
