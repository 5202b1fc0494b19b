import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { campaigns, companyId, users, workflows } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let id: string;
beforeEach(async () => {
  bench = await openBench();
  id = (await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "ada@example.com", firstName: "Ada" })).at("contact.id");
});
afterEach(() => bench.sandbox.close());

const on = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => bench.call(method, `/contacts/${id}/${path}`, body);

describe("tags", () => {
  test("are appended in lower case, made in the location, and removed", async () => {
    expect(await on("POST", "tags", { tags: ["Gold", "gold ", "Silver"] })).toMatchObject({
      status: 201,
      body: { tags: ["gold", "silver"], tagsAdded: ["gold", "silver"] },
    });
    const names = (await bench.call("GET", `/locations/${bench.acme}/tags`)).rows("tags").map((tag) => tag.name);
    expect(names).toEqual(expect.arrayContaining(["gold", "silver"]));
    expect(await on("DELETE", "tags", { tags: ["GOLD", "unknown"] })).toMatchObject({
      status: 200,
      body: { tags: ["silver"], tagsRemoved: ["gold"] },
    });
  });

  test("need not move dateUpdated", async () => {
    await bench.clock.advance(1000);
    await on("POST", "tags", { tags: ["gold"] });
    expect((await bench.call("GET", `/contacts/${id}`)).at("contact.dateUpdated")).toBe("2026-01-15T09:30:00.000Z");
  });

  test("without a list are refused", async () => {
    expect(await on("POST", "tags", {})).toMatchObject({ status: 422, body: { message: ["tags must be an array"] } });
  });

  test("of many contacts change at once, each with an answer of its own", async () => {
    const foreign = bench.sandbox.state.contacts.inLocation(bench.smiles)[0]!.id;
    const gone = bench.sandbox.state.contacts.inLocation(bench.acme)[0]!.id;
    await bench.call("DELETE", `/contacts/${gone}`);
    const { status, body } = await bench.call("POST", "/contacts/bulk/tags/update/add", {
      locationId: bench.acme,
      contacts: [id, gone, foreign, "abcdef"],
      tags: ["Bulk"],
    });
    expect([status, body.succeded, body.errorCount]).toEqual([201, true, 3]);
    expect(body.responses).toEqual([
      { contactId: id, message: "Tags updated", type: "success", oldTags: [], tagsAdded: ["bulk"], tagsRemoved: [] },
      { contactId: gone, message: "contact is deleted", type: "error" },
      { contactId: foreign, message: "contact does not belong to location", type: "error" },
      { contactId: "abcdef", message: "contact id is not a valid firebase id", type: "error" },
    ]);
  });

  test("removeAllTags counts only when removing", async () => {
    await on("POST", "tags", { tags: ["a", "b"] });
    const bulk = (type: string) =>
      bench.call("POST", `/contacts/bulk/tags/update/${type}`, {
        locationId: bench.acme,
        contacts: [id],
        tags: ["c"],
        removeAllTags: true,
      });
    expect((await bulk("add")).rows("responses")[0]).toMatchObject({ tagsAdded: ["c"], tagsRemoved: [] });
    expect((await bulk("remove")).rows("responses")[0]).toMatchObject({ oldTags: ["a", "b", "c"], tagsRemoved: ["a", "b", "c"] });
    expect((await bulk("swap")).status).toBe(422);
  });

  test("of a location can be made, renamed and deleted, and contacts follow", async () => {
    const tags = `/locations/${bench.acme}/tags`;
    const tag = (await bench.call("POST", tags, { name: "Spring" })).at("tag.id");
    await on("POST", "tags", { tags: ["spring"] });
    await bench.call("PUT", `${tags}/${tag}`, { name: "Summer" });
    expect((await bench.call("GET", `/contacts/${id}`)).body.contact).toMatchObject({ tags: ["summer"] });
    expect(await bench.call("DELETE", `${tags}/${tag}`)).toMatchObject({ status: 200, body: { succeded: true } });
    expect((await bench.call("GET", `/contacts/${id}`)).body.contact).toMatchObject({ tags: [] });
    expect((await bench.call("GET", `${tags}/${tag}`)).status).toBe(400);
  });
});

describe("notes", () => {
  test("are made, listed newest first, changed and deleted", async () => {
    const first = await on("POST", "notes", { body: "First", userId: bench.acme });
    expect(first).toMatchObject({
      status: 201,
      body: { note: { body: "First", userId: bench.acme, contactId: id, dateAdded: "2026-01-15T09:30:00.000Z", pinned: false } },
    });
    await bench.clock.advance(1000);
    await on("POST", "notes", { body: "<p>Second</p>", title: "T", pinned: true });
    expect((await on("GET", "notes")).rows("notes").map((note) => note.body)).toEqual(["<p>Second</p>", "First"]);
    const one = `notes/${first.at("note.id")}`;
    expect((await on("PUT", one, { body: "Changed" })).body.note).toMatchObject({ body: "Changed", userId: bench.acme });
    expect((await on("DELETE", one)).body).toMatchObject({ succeded: true });
    expect(await on("GET", one)).toMatchObject({ status: 400, body: { message: `Note with id ${first.at("note.id")} not found` } });
  });

  test("need a body, and belong to their contact alone", async () => {
    expect((await on("POST", "notes", {})).status).toBe(422);
    const other = bench.sandbox.state.notes.inLocation(bench.acme)[0]!;
    expect((await on("GET", `notes/${other.id}`)).status).toBe(400);
  });
});

describe("tasks", () => {
  const task = { title: "Call Ada", dueDate: "2026-02-01T10:00:00Z", completed: false, assignedTo: users.desk };

  test("are made, changed, completed, reopened and deleted", async () => {
    const made = await on("POST", "tasks", task);
    expect(made).toMatchObject({ status: 201, body: { task: { ...task, dueDate: "2026-02-01T10:00:00.000Z", contactId: id } } });
    const one = `tasks/${made.at("task.id")}`;
    expect((await on("PUT", one, { title: "Call her", dueDate: "2026-02-02T10:00:00.000Z" })).body.task).toMatchObject({
      title: "Call her",
      dueDate: "2026-02-02T10:00:00.000Z",
    });
    expect((await on("PUT", `${one}/completed`, { completed: true })).body.task).toMatchObject({ completed: true });
    expect((await on("PUT", `${one}/completed`, { completed: false })).body.task).toMatchObject({ completed: false });
    expect((await on("GET", "tasks")).rows("tasks")).toHaveLength(1);
    expect((await on("DELETE", one)).body).toMatchObject({ succeded: true });
    expect((await on("GET", one)).status).toBe(400);
  });

  test("need title, due date and completed; the date must be one", async () => {
    expect(await on("POST", "tasks", { title: "x" })).toMatchObject({
      status: 422,
      body: { message: ["dueDate should not be empty", "dueDate must be a string", "completed must be a boolean value"] },
    });
    expect((await on("POST", "tasks", { ...task, dueDate: "tomorrow" })).status).toBe(422);
  });

  test("of a whole location are searched in one call", async () => {
    await on("POST", "tasks", task);
    const search = async (body: object) => (await bench.call("POST", `/locations/${bench.acme}/tasks/search`, body)).rows("tasks");
    expect(await search({ contactId: [id] })).toMatchObject([{ title: "Call Ada", contactId: id, contactDetails: { firstName: "Ada" } }]);
    expect((await search({ completed: true })).every((row) => row.completed)).toBe(true);
    expect(await search({ query: "call", assignedTo: [users.desk] })).toHaveLength(1);
    expect((await search({ limit: 2, skip: 1 })).map((row) => row.id)).toEqual((await search({})).slice(1, 3).map((row) => row.id));
  });
});

describe("campaigns, followers, businesses, appointments", () => {
  test("removeAll is not taken for a campaign's id", async () => {
    for (const name of ["c1", "c2", "c3"])
      bench.sandbox.state.campaigns.put({ id: name, locationId: bench.acme, name, status: "published" });
    expect((await on("POST", "campaigns/c1", {})).status).toBe(201);
    await on("POST", "campaigns/c2", {});
    expect((await on("POST", `campaigns/${campaigns.smiles}`, {})).status).toBe(400);
    expect(await on("DELETE", "campaigns/c1")).toMatchObject({ status: 200, body: { succeded: true } });
    expect(bench.sandbox.state.contacts.get(id)!.campaigns).toEqual(["c2"]);
    expect((await on("DELETE", "campaigns/removeAll")).status).toBe(200);
    expect(bench.sandbox.state.contacts.get(id)!.campaigns).toEqual([]);
    await on("POST", "campaigns/c3", {});
    await bench.call("DELETE", `/contacts/${id}/campaigns/remove-all`, undefined, { version: "v3" }); // its name in the newer version
    expect(bench.sandbox.state.contacts.get(id)!.campaigns).toEqual([]);
  });

  test("workflows and followers come and go", async () => {
    expect((await on("POST", `workflow/${workflows.recall}`, { eventStartTime: "2026-02-01T10:00:00+00:00" })).body).toMatchObject({
      succeded: true,
    });
    expect((await on("DELETE", `workflow/${workflows.recall}`, {})).body).toMatchObject({ succeded: true });
    expect(await on("POST", "followers", { followers: [users.desk] })).toMatchObject({
      status: 201,
      body: { followers: [users.desk], followersAdded: [users.desk] },
    });
    expect(await on("DELETE", "followers", { followers: [users.desk] })).toMatchObject({
      status: 200,
      body: { followers: [], followersRemoved: [users.desk] },
    });
  });

  test("a business is made, joined by contacts and left when it goes", async () => {
    const made = await bench.call("POST", "/businesses/", { name: "Mill & Co", locationId: bench.acme });
    expect([made.status, made.at("buiseness.name")]).toEqual([201, "Mill & Co"]);
    const businessId = made.at("buiseness.id");
    expect(await bench.call("POST", "/contacts/bulk/business", { locationId: bench.acme, ids: [id, "nobody"], businessId })).toMatchObject({
      status: 200,
      body: { success: true, ids: [id] },
    });
    expect((await bench.call("GET", `/contacts/${id}`)).at("contact.businessId")).toBe(businessId);
    expect((await bench.call("PUT", `/businesses/${businessId}`, { city: "Troy" })).body.buiseness).toMatchObject({
      name: "Mill & Co",
      city: "Troy",
    });
    expect((await bench.call("GET", `/businesses/?locationId=${bench.acme}`)).rows("businesses")).toHaveLength(2);
    await bench.call("DELETE", `/businesses/${businessId}`);
    expect((await bench.call("GET", `/contacts/${id}`)).body.contact).not.toHaveProperty("businessId");
  });

  test("events of appointments are in the location's own time, without a zone", async () => {
    const [appointment] = bench.sandbox.state.appointments.all();
    const { body } = await bench.call("GET", `/contacts/${appointment!.contactId}/appointments`);
    expect(body.events).toMatchObject([
      { id: appointment!.id, appointmentStatus: "confirmed", startTime: expect.stringMatching(/^2025-11-05 \d\d:12:00$/) },
    ]);
  });
});

describe("the location", () => {
  const fields = () => `/locations/${bench.acme}/customFields`;

  test("knows its custom fields, which can be made, changed and deleted", async () => {
    const made = await bench.call("POST", fields(), { name: "Shoe size!", dataType: "NUMERICAL" });
    expect(made).toMatchObject({
      status: 201,
      body: { customField: { fieldKey: "contact.shoe_size", dataType: "NUMERICAL", model: "contact" } },
    });
    const again = await bench.call("POST", fields(), {
      name: "Shoe size",
      dataType: "SINGLE_OPTIONS",
      textBoxListOptions: [{ label: "Small" }, "Large"],
    });
    expect(again.body.customField).toMatchObject({ fieldKey: "contact.shoe_size_1", picklistOptions: ["Small", "Large"] });
    const one = `${fields()}/${made.at("customField.id")}`;
    await bench.call("PUT", `/contacts/${id}`, { customFields: [{ id: made.at("customField.id"), field_value: 44 }] });
    expect((await bench.call("PUT", one, { name: "Size" })).at("customField.name")).toBe("Size");
    expect(await bench.call("DELETE", one)).toMatchObject({ status: 200, body: { succeded: true } });
    expect((await bench.call("GET", one)).status).toBe(400);
    expect((await bench.call("GET", `/contacts/${id}`)).body.contact).toMatchObject({ customFields: [] });
    expect((await bench.call("POST", fields(), { name: "x", dataType: "COLOUR" })).status).toBe(422);
  });

  test("lists fields by model", async () => {
    await bench.call("POST", fields(), { name: "Deal", dataType: "TEXT", model: "opportunity" });
    const count = async (query: string) => (await bench.call("GET", fields() + query)).rows("customFields").length;
    expect([await count(""), await count("?model=opportunity"), await count("?model=all")]).toEqual([5, 1, 6]);
  });

  test("is read by its own token, and all of them by the agency's", async () => {
    expect((await bench.call("GET", `/locations/${bench.acme}`)).body.location).toMatchObject({
      id: bench.acme,
      name: "Acme Dental",
      timezone: "America/New_York",
      companyId,
    });
    expect((await bench.call("GET", `/locations/${bench.smiles}`)).status).toBe(403);
    const agency = { authorization: `Bearer ${bench.token()}` };
    expect((await bench.call("GET", `/locations/search?companyId=${companyId}`, undefined, agency)).rows("locations")).toHaveLength(2);
    expect((await bench.call("GET", "/locations/search")).rows("locations")).toHaveLength(1);
  });

  test("has users, listed, searched and read unwrapped", async () => {
    expect((await bench.call("GET", `/users/?locationId=${bench.acme}`)).rows("users").map((user) => user.firstName)).toEqual([
      "Dana",
      "Marco",
    ]);
    expect(await bench.call("GET", `/users/${users.desk}`)).toMatchObject({
      status: 200,
      body: { id: users.desk, name: "Marco Reyes", roles: { role: "user", locationIds: [bench.acme] } },
    });
    expect((await bench.call("GET", `/users/${users.smiles}`)).status).toBe(400);
    expect((await bench.call("GET", `/users/search?companyId=${companyId}&query=dana`)).body).toMatchObject({ count: 1 });
    const agency = { authorization: `Bearer ${bench.token()}` };
    const byEmail = await bench.call(
      "POST",
      "/users/search/filter-by-email",
      { companyId, emails: "dana@acmedental.example.com, x@example.com" },
      agency,
    );
    expect(byEmail.body.users).toEqual([{ id: users.owner, email: "dana@acmedental.example.com" }]);
  });
});
