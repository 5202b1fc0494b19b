import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { customFields, users } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench()));
afterEach(() => bench.sandbox.close());

const create = (body: object) => bench.call("POST", "/contacts/", { locationId: bench.acme, ...body });
const upsert = (body: object) => bench.call("POST", "/contacts/upsert", { locationId: bench.acme, ...body });
const get = async (id: string) => (await bench.call("GET", `/contacts/${id}`)).body.contact as Record<string, unknown>;
const settings = (body: object) => bench.call("POST", `/sandbox/locations/${bench.acme}`, body);

describe("creating", () => {
  test("answers 201 with the record, normalised", async () => {
    const { status, body } = await create({
      name: "Ada Byron King",
      email: "Ada@Example.COM",
      phone: "(212) 555-0198",
      tags: ["Vip", " VIP ", "New"],
      dateOfBirth: "09_25_1990",
      country: "us",
      gender: "female",
    });
    expect(status).toBe(201);
    expect(body.contact).toMatchObject({
      firstName: "Ada",
      lastName: "Byron King",
      email: "ada@example.com",
      phone: "+12125550198",
      tags: ["vip", "new"],
      country: "US",
      gender: "female",
      dateOfBirth: "1990-09-25T00:00:00.000Z",
      birthMonth: 9,
      birthDay: 25,
      dateAdded: "2026-01-15T09:30:00.000Z",
      deleted: false,
      customFields: [],
    });
    expect(body.traceId).toEqual(expect.any(String));
  });

  test("assignedTo comes back only when it was set", async () => {
    const plain = await get((await create({ email: "a@example.com" })).at("contact.id"));
    const owned = await get((await create({ email: "b@example.com", assignedTo: users.desk })).at("contact.id"));
    expect("assignedTo" in plain).toBe(false);
    expect(owned.assignedTo).toBe(users.desk);
  });

  test.each(["1990/09/25", "09/25/1990", "1990-09-25", "09-25-1990", "1990.09.25", "09.25.1990", "1990_09_25", "09_25_1990"])(
    "a birthday may be written %s",
    async (dateOfBirth) => {
      const { id } = (await create({ email: "born@example.com", dateOfBirth })).body.contact as { id: string };
      expect((await get(id)).dateOfBirth).toBe("1990-09-25");
    },
  );

  test("what cannot be an e-mail, a country, a phone or a birthday is refused", async () => {
    expect(await create({ email: "victor@@example" })).toMatchObject({ status: 422, body: { message: ["email must be an email"] } });
    expect(await create({ email: "" })).toMatchObject({ status: 422 });
    expect(await create({ email: "x@example.com", country: "Narnia" })).toMatchObject({
      status: 422,
      body: { message: ["country must be valid enum value"] },
    });
    expect((await create({ email: "x@example.com", phone: "12" })).status).toBe(400);
    expect((await create({ email: "x@example.com", dateOfBirth: "31/31/1990" })).status).toBe(400);
  });

  test("somebody without e-mail, phone and name is refused", async () => {
    expect((await create({ tags: ["x"] })).status).toBe(400);
  });

  test("an unknown id is 400 and named", async () => {
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      expect(await bench.call(method, "/contacts/nobody", method === "PUT" ? {} : undefined)).toMatchObject({
        status: 400,
        body: { message: "Contact with id nobody not found" },
      });
    }
  });
});

describe("custom fields", () => {
  const written = (entries: object[]) => create({ email: "cf@example.com", customFields: entries });

  test("are written by id or key, with either spelling, and read as id and value", async () => {
    const { id } = (
      await written([
        { id: customFields.score, field_value: 9 },
        { key: "last_survey_answer", fieldValue: "Great" },
        { key: "contact.customer_segment", field_value: "Regular" },
        { id: customFields.interests, field_value: ["Whitening", "Skiing"] },
      ])
    ).body.contact as { id: string };
    expect((await get(id)).customFields).toEqual([
      { id: customFields.score, value: 9 },
      { id: customFields.answer, value: "Great" },
      { id: customFields.segment, value: "Regular" },
      { id: customFields.interests, value: ["Whitening"] },
    ]);
  });

  test("one that does not exist, such as a label for a key, is dropped without a word", async () => {
    const { status, body } = await written([
      { key: "Net promoter score", field_value: 9 },
      { id: "nope", field_value: 1 },
    ]);
    expect([status, (body.contact as { customFields: unknown }).customFields]).toEqual([201, []]);
  });

  test("a number comes back as one, and what is none is refused", async () => {
    expect((await written([{ id: customFields.score, field_value: "7" }])).body.contact).toMatchObject({
      customFields: [{ id: customFields.score, value: 7 }],
    });
    expect((await create({ email: "cf2@example.com", customFields: [{ id: customFields.score, field_value: "seven" }] })).status).toBe(400);
    expect(await create({ email: "cf3@example.com", customFields: [{ id: customFields.score, value: 7 }] })).toMatchObject({
      status: 422,
      body: { message: ["customFields.0.property value should not exist"] },
    });
  });

  test("a refusal makes no tags", async () => {
    await create({ email: "cf@example.com", tags: ["never made"], customFields: [{ id: customFields.score, field_value: "x" }] });
    expect((await bench.call("GET", `/locations/${bench.acme}/tags`)).text).not.toContain("never made");
  });

  test("an update touches the fields it names; null clears", async () => {
    const id = (
      await written([
        { id: customFields.score, field_value: 9 },
        { id: customFields.answer, field_value: "Great" },
      ])
    ).at("contact.id");
    await bench.call("PUT", `/contacts/${id}`, {
      customFields: [
        { id: customFields.answer, field_value: null },
        { id: customFields.segment, field_value: "Regular" },
      ],
    });
    expect((await get(id)).customFields).toEqual([
      { id: customFields.score, value: 9 },
      { id: customFields.segment, value: "Regular" },
    ]);
  });
});

describe("duplicates", () => {
  test("are refused with the id of the one that is there", async () => {
    const id = (await create({ firstName: "Ada", lastName: "King", email: "ada@example.com" })).at("contact.id");
    const { status, body } = await create({ email: "ADA@example.com" });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      statusCode: 400,
      message: "This location does not allow duplicated contacts.",
      meta: { contactId: id, contactName: "Ada King", matchingField: "email" },
    });
  });

  test("are refused in three shapes, by the location", async () => {
    const id = (await create({ phone: "+12125550198", firstName: "Ada" })).at("contact.id");
    await settings({ duplicateShape: "contact" });
    expect((await create({ phone: "212 555 0198" })).body).toMatchObject({ meta: { contact: { id }, matchingField: "phone" } });
    await settings({ duplicateShape: "flat" });
    const flat = (await create({ phone: "212 555 0198" })).body;
    expect([flat.contactId, flat.meta]).toEqual([id, undefined]);
  });

  test("are made where the location allows them", async () => {
    await settings({ allowDuplicateContact: true });
    await create({ email: "ada@example.com" });
    expect((await create({ email: "ada@example.com" })).status).toBe(201);
    expect((await bench.call("GET", `/locations/${bench.acme}`)).body.location).toMatchObject({
      settings: { allowDuplicateContact: true },
    });
  });

  test("an update may not take somebody else's key either", async () => {
    await create({ email: "taken@example.com" });
    const id = (await create({ email: "mine@example.com" })).at("contact.id");
    expect((await bench.call("PUT", `/contacts/${id}`, { email: "taken@example.com" })).status).toBe(400);
    expect((await bench.call("PUT", `/contacts/${id}`, { email: "mine@example.com" })).status).toBe(200);
  });

  test("the look-up finds by e-mail or phone, and answers null", async () => {
    const id = (await create({ email: "find+me@example.com", phone: "+12125550198" })).at("contact.id");
    const find = (query: string) => bench.call("GET", `/contacts/search/duplicate?locationId=${bench.acme}&${query}`);
    expect((await find("number=%2B12125550198")).at("contact.id")).toBe(id);
    expect((await find(`email=${encodeURIComponent("Find+Me@example.com")}`)).at("contact.id")).toBe(id);
    expect(await find("email=nobody@example.com")).toMatchObject({ status: 200, body: { contact: null } });
    expect((await find("")).status).toBe(400);
  });

  test("the same e-mail in another location is no duplicate", async () => {
    await create({ email: "both@example.com" });
    const authorization = `Bearer ${bench.token({ locationId: bench.smiles })}`;
    expect(
      (await bench.call("POST", "/contacts/", { locationId: bench.smiles, email: "both@example.com" }, { authorization })).status,
    ).toBe(201);
  });
});

describe("updating", () => {
  test("changes what is named, replaces all tags, and refuses locationId and gender", async () => {
    const id = (await create({ firstName: "Ada", email: "ada@example.com", tags: ["one", "two"], city: "Albany" })).at("contact.id");
    await bench.clock.advance(1000);
    const { status, body } = await bench.call("PUT", `/contacts/${id}`, { lastName: "King", tags: ["Three"], city: null });
    expect([status, body.succeded]).toEqual([200, true]);
    const contact = await get(id);
    expect(contact).toMatchObject({ firstName: "Ada", lastName: "King", tags: ["three"], dateUpdated: "2026-01-15T09:30:01.000Z" });
    expect("city" in contact).toBe(false);
    expect(await bench.call("PUT", `/contacts/${id}`, { locationId: bench.acme, gender: "male" })).toMatchObject({
      status: 422,
      body: { message: ["property locationId should not exist", "property gender should not exist"] },
    });
  });

  test("do-not-disturb is kept by channel", async () => {
    const id = (await create({ email: "ada@example.com", dndSettings: { SMS: { status: "active" } } })).at("contact.id");
    await bench.call("PUT", `/contacts/${id}`, {
      dnd: true,
      dndSettings: { Email: { status: "active", message: "asked" } },
      inboundDndSettings: { all: { status: "active" } },
    });
    expect(await get(id)).toMatchObject({
      dnd: true,
      dndSettings: { SMS: { status: "active" }, Email: { status: "active", message: "asked" } },
      inboundDndSettings: { all: { status: "active" } },
    });
  });

  test("deleting ends the contact with its notes and tasks", async () => {
    const id = (await create({ email: "ada@example.com" })).at("contact.id");
    const note = (await bench.call("POST", `/contacts/${id}/notes`, { body: "x" })).at("note.id");
    const task = (await bench.call("POST", `/contacts/${id}/tasks`, { title: "t", dueDate: "2026-02-01T10:00:00Z", completed: false })).at(
      "task.id",
    );
    expect(await bench.call("DELETE", `/contacts/${id}`)).toMatchObject({ status: 200, body: { succeded: true } });
    expect((await bench.call("GET", `/contacts/${id}`)).status).toBe(400);
    expect([bench.sandbox.state.notes.get(note), bench.sandbox.state.tasks.get(task)]).toEqual([undefined, undefined]);
  });
});

describe("upserting", () => {
  test("creates once and updates after that", async () => {
    const first = await upsert({ email: "ada@example.com", firstName: "Ada", tags: ["one"] });
    const second = await upsert({ email: "Ada@example.com", lastName: "King", tags: ["two"] });
    expect([first.status, first.body.new, second.status, second.body.new]).toEqual([201, true, 200, false]);
    expect(second.body.contact).toMatchObject({ id: first.at("contact.id"), firstName: "Ada", lastName: "King", tags: ["two"] });
  });

  test("tags that are not sent stay", async () => {
    await upsert({ email: "ada@example.com", tags: ["one"] });
    expect((await upsert({ email: "ada@example.com", firstName: "A" })).body.contact).toMatchObject({ tags: ["one"] });
  });

  test("gender is taken at birth and ignored after, without a word", async () => {
    await upsert({ email: "ada@example.com", gender: "female" });
    expect(await upsert({ email: "ada@example.com", gender: "male" })).toMatchObject({
      status: 200,
      body: { contact: { gender: "female" } },
    });
  });

  test("e-mail and phone of two people: the location's first field decides and the other is dropped in silence", async () => {
    const byEmail = (await create({ email: "one@example.com" })).at("contact.id");
    const byPhone = (await create({ phone: "+12125550198", firstName: "Two" })).at("contact.id");
    const both = await upsert({ email: "one@example.com", phone: "+12125550198", city: "Albany" });
    expect([both.status, both.at("contact.id"), both.at("contact.city")]).toEqual([200, byEmail, "Albany"]);
    expect("phone" in (await get(byEmail))).toBe(false);

    await settings({ duplicateOrder: ["phone", "email"] });
    const turned = await upsert({ email: "one@example.com", phone: "+12125550198" });
    expect(turned.at("contact.id")).toBe(byPhone);
    expect("email" in (await get(byPhone))).toBe(false);
  });

  test("a new e-mail for a phone that is known replaces the old one", async () => {
    const id = (await create({ email: "old@example.com", phone: "+12125550198" })).at("contact.id");
    await upsert({ email: "new@example.com", phone: "+12125550198" });
    expect(await get(id)).toMatchObject({ email: "new@example.com", additionalEmails: [] });
  });

  test("a further e-mail is promoted, and the first one is lost", async () => {
    const id = (await create({ email: "john@example.com" })).at("contact.id");
    await bench.call("POST", `/sandbox/contacts/${id}/emails`, { email: "Jane@example.com" });
    expect(await get(id)).toMatchObject({ email: "john@example.com", additionalEmails: [{ email: "jane@example.com", validEmail: null }] });
    expect((await upsert({ email: "jane@example.com" })).at("contact.id")).toBe(id);
    expect(await get(id)).toMatchObject({ email: "jane@example.com", additionalEmails: [] });
  });

  test("a new contact is forced only where duplicates are allowed", async () => {
    const id = (await create({ email: "ada@example.com" })).at("contact.id");
    expect((await upsert({ email: "ada@example.com", createNewIfDuplicateAllowed: true })).at("contact.id")).toBe(id);
    await settings({ allowDuplicateContact: true });
    expect((await upsert({ email: "ada@example.com", createNewIfDuplicateAllowed: true })).at("contact.id")).not.toBe(id);
  });

  test("a phone alone is enough; neither phone nor e-mail is not", async () => {
    expect((await upsert({ phone: "+1 212-555-0198" })).status).toBe(201);
    expect((await upsert({ firstName: "Nobody" })).status).toBe(400);
  });
});

describe("the deprecated list", () => {
  const read = async (query = "") => bench.call("GET", `/contacts/?locationId=${bench.acme}${query}`);

  test("pages by startAfter and startAfterId to the end, with nobody twice", async () => {
    const ids: string[] = [];
    let cursor = "";
    for (let i = 0; i < 10; i++) {
      const { body, rows } = await read(`&limit=10${cursor}`);
      ids.push(...rows("contacts").map((row) => String(row.id)));
      const meta = body.meta as { startAfterId: string; startAfter: number; nextPage: number | null; total: number };
      expect(meta.total).toBe(25);
      if (meta.nextPage === null) break;
      cursor = `&startAfterId=${meta.startAfterId}&startAfter=${meta.startAfter}`;
    }
    expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
  });

  test("gives 20 unless asked, 100 at most, sorted as n8n asks", async () => {
    bench.sandbox.seedContacts(150);
    expect((await read()).rows("contacts")).toHaveLength(20);
    expect((await read("&limit=500")).rows("contacts")).toHaveLength(100);
    const dates = (await read("&sortBy=date_updated&order=asc")).rows("contacts").map((row) => String(row.dateUpdated));
    expect(dates).toEqual(dates.toSorted());
  });

  test("its nextPageUrl leads nowhere useful", async () => {
    expect((await read("&limit=1")).at("meta.nextPageUrl")).toMatch(/^http:\/\/localhost:5058\//);
  });

  test("goes on behind a row that was deleted meanwhile", async () => {
    const { body, rows } = await read("&limit=10");
    const { startAfterId, startAfter } = body.meta as { startAfterId: string; startAfter: number };
    await bench.call("DELETE", `/contacts/${startAfterId}`);
    const next = await read(`&limit=10&startAfterId=${startAfterId}&startAfter=${startAfter}`);
    const before = new Set(rows("contacts").map((row) => row.id));
    expect(next.rows("contacts").filter((row) => before.has(row.id))).toEqual([]);
    expect(next.rows("contacts")).toHaveLength(10);
  });

  test("contacts of a business are listed by skip and limit", async () => {
    const [business] = bench.sandbox.state.businesses.all();
    const { body } = await bench.call("GET", `/contacts/business/${business!.id}?locationId=${bench.acme}&limit=2&skip=1`);
    expect([(body.contacts as unknown[]).length, body.count]).toEqual([2, 3]);
  });
});
