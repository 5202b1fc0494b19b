/** What clients in the field and recordings of the service showed to be otherwise than described, or than one would think. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getPath } from "#kernel/json.ts";
import { conversationProvider, defaultAppId, socialProfile, users } from "./defaults.ts";
import { type Bench, openBench, type Reply } from "./testing.ts";

let bench: Bench;
beforeAll(async () => void (bench = await openBench({ quota: { burst: 10_000 } })));
afterAll(() => bench.sandbox.close());

const get = (url: string, version = "2021-07-28"): Promise<Reply> => bench.call("GET", url, undefined, { version });
const contactIds = () => bench.sandbox.state.contacts.inLocation(bench.acme).map(({ id }) => id);
const oauth = () => ({ authorization: `Bearer ${bench.token({ kind: "oauth", locationId: bench.acme })}` });
const agency = () => ({ authorization: `Bearer ${bench.token({ kind: "oauth" })}` });
const list = (of: unknown): unknown[] => of as unknown[];

describe("examples", () => {
  test("are a bare value where the answer is one: true, or a text", async () => {
    const pause = { paused: true, companyId: "5DpRiversideAgencyX9" };
    const paused = await bench.call("POST", `/saas-api/public-api/pause/${bench.acme}`, pause, agency());
    expect([paused.status, paused.text, paused.headers["content-type"]]).toEqual([200, "true", "application/json; charset=utf-8"]);
    const change = { subscriptionId: "s", customerId: "c", companyId: "5DpRiversideAgencyX9" };
    const updated = await bench.call("PUT", `/saas-api/public-api/update-saas-subscription/${bench.acme}`, change, agency());
    expect([updated.status, typeof JSON.parse(updated.text)]).toEqual([200, "string"]);
  });

  test("keep to patterns: days and times of schedules are such", async () => {
    const { body } = await get(`/calendars/schedules/search?locationId=${bench.acme}&userId=${users.owner}`);
    const rules = list(body.schedules).flatMap((one) => (one as { rules: object[] }).rules);
    expect(rules).toContainEqual(expect.objectContaining({ date: "2025-11-03", intervals: [{ from: "09:00", to: "17:00" }] }));
  });

  test("keep to lengths: a prefix of ten letters has no more", async () => {
    const { body } = await get(`/invoices/settings?altId=${bench.acme}&altType=location`);
    for (const name of ["invoiceNumberPrefix", "estimateNumberPrefix"]) expect(String(body[name])).toHaveLength(10);
  });

  test("have their required members however deep they lie", async () => {
    const fulfilment = { altId: bench.acme, altType: "location", trackings: [], items: [], notifyCustomer: false };
    const { status, rows } = await bench.call("POST", "/payments/orders/x1/fulfillments", fulfilment);
    const [variant] = (rows("data.items")[0]!.product as { variants: { options: object[] }[] }).variants;
    expect([status, variant!.options]).toEqual([200, [{ id: expect.any(String), name: expect.any(String) }]]);
  });

  test.each([
    ["collections of products", "/products/collections?altId=ACME&altType=location", "data", { _id: "", name: "", slug: "" }],
    ["reviews of products", "/products/reviews?altId=ACME&altType=location", "data", { headline: "", comment: "" }],
    [
      "files",
      "/medias/files?altId=ACME&altType=location&sortBy=createdAt&sortOrder=asc&type=file",
      "files",
      { name: "", url: "", path: "" },
    ],
    ["e-mail templates", "/emails/builder?locationId=ACME", "builders", { id: "", name: "", previewUrl: "" }],
    ["funnels", "/funnels/funnel/list?locationId=ACME", "funnels", { _id: "", name: "", steps: [{ id: expect.any(String) }] }],
    ["redirects", "/funnels/lookup/redirect/list?locationId=ACME&limit=5&offset=0", "data.data", { id: "", path: "", target: "" }],
    ["estimates", "/invoices/estimate/list?altId=ACME&altType=location&limit=5&offset=0", "estimates", { _id: "", items: [{}] }],
    ["invoices' items", "/invoices/?altId=ACME&altType=location&limit=5&offset=0", "invoices", { invoiceItems: [{ name: "" }] }],
  ])("of lists have records in them: %s", async (_, url, path, record) => {
    const { status, rows, text } = await get(url.replace("ACME", bench.acme));
    expect([status, status === 200 ? "" : text]).toEqual([200, ""]);
    expect(rows(path)).toEqual([expect.objectContaining(anyOf(record))]);
  });
});

/** A record with any texts in the place of its empty ones. */
function anyOf(record: unknown): Record<string, unknown> {
  const members = Object.entries(record as Record<string, unknown>).map(([name, value]) => {
    if (value === "") return [name, expect.any(String)] as const;
    return [name, Array.isArray(value) ? [expect.objectContaining(anyOf(value[0]))] : value] as const;
  });
  return Object.fromEntries(members);
}

describe("social statistics", () => {
  const ask = (version: string) =>
    bench.call(
      "POST",
      `/social-media-posting/statistics?locationId=${bench.acme}`,
      { profileIds: [socialProfile.facebook, socialProfile.instagram] },
      { version },
    );
  const week = expect.arrayContaining([expect.any(Number)]);

  test.each(["2021-07-28", "v3"])("have the described shape, under %s", async (version) => {
    const { body } = await ask(version);
    const change = { value: expect.any(Number), change: expect.any(Number) };
    const series = { total: expect.any(Number), series: week };
    const each = <T>(one: T) => ({ facebook: one, instagram: one });
    const breakdown = { total: expect.any(Number), totalChange: expect.any(Number), platforms: each(change) };
    const figures = { likes: expect.any(Number), comments: expect.any(Number), shares: expect.any(Number), change: expect.any(Number) };
    expect(body.message).toBe("Analytics Built Successfully");
    expect(body.results).toMatchObject({
      postPerformance: { posts: each(week), impressions: week, likes: week, comments: week },
      breakdowns: { posts: breakdown, impressions: breakdown, reach: breakdown, engagement: each(figures) },
      platformTotals: { impressions: each(series), followers: each(series), likes: each(series) },
    });
    expect((body.results as { breakdowns: { engagement: object } }).breakdowns.engagement).toEqual(each(figures));
  });

  test("add up: the platforms' figures are the total's, and each platform's series is its total", async () => {
    const { results } = (await ask("2021-07-28")).body as {
      results: {
        totals: { impressions: number };
        breakdowns: { impressions: { platforms: Record<string, { value: number }> } };
        platformTotals: { impressions: Record<string, { total: number; series: number[] }> };
      };
    };
    const add = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
    const byPlatform = Object.values(results.platformTotals.impressions);
    for (const { total, series } of byPlatform) expect([series.length, add(series)]).toEqual([7, total]);
    expect(add(byPlatform.map(({ total }) => total))).toBe(results.totals.impressions);
    expect(add(Object.values(results.breakdowns.impressions.platforms).map(({ value }) => value))).toBe(results.totals.impressions);
  });
});

describe("messages", () => {
  const described = [
    "pending scheduled sent delivered read undelivered connected failed opened clicked opt_out archived".split(" "),
  ].flat();

  test("have one of the described statuses; that a call was completed is the call's own", async () => {
    const { rows } = await get(`/conversations/messages/export?locationId=${bench.acme}`, "2021-04-15");
    const messages = rows("messages");
    expect(messages.filter(({ status }) => !described.includes(String(status)))).toEqual([]);
    const call = messages.find(({ messageType }) => messageType === "TYPE_CALL")!;
    const wanted = { status: "delivered", meta: { callStatus: "completed", call: { status: "completed", duration: 12 } } };
    expect(call).toMatchObject(wanted);
    expect((await get(`/conversations/messages/${String(call.id)}`, "2021-04-15")).body).toMatchObject(wanted);
  });

  test("may be scheduled for years ahead; milliseconds are refused for what they are", async () => {
    const [contactId] = contactIds();
    const send = (scheduledTimestamp: number) =>
      bench.call("POST", "/conversations/messages", { type: "SMS", contactId, message: "Later", scheduledTimestamp });
    const now = Math.floor(bench.clock.now() / 1000);
    expect((await send(now + 3 * 366 * 86_400)).status).toBe(200);
    expect((await send((now + 3600) * 1000)).body).toMatchObject({
      statusCode: 400,
      message: "scheduledTimestamp must be in epoch seconds, not in milliseconds",
    });
    expect((await send(now - 60)).body.message).toBe("scheduledTimestamp must be a future time in epoch seconds");
  });

  test("through a provider: it must be there, and the calling app's own", async () => {
    const contactId = bench.sandbox.seedContacts(1)[0]!;
    const kept = () => [
      bench.sandbox.state.messages.inLocation(bench.acme).length,
      bench.sandbox.state.conversations.find("contact", contactId),
    ];
    const open = { host: "127.0.0.1" };
    const other = (await bench.call("POST", "/sandbox/apps", { name: "Other", redirectUris: ["https://other.example.com/cb"] }, open)).at(
      "id",
    );
    const provider = { type: "Custom", deliveryUrl: "https://other.example.com/messages" };
    const foreign = (await bench.call("POST", `/sandbox/apps/${other}/providers`, provider, open)).at("id");
    for (const path of ["/conversations/messages", "/conversations/messages/inbound"]) {
      const before = kept();
      const send = (conversationProviderId: string) =>
        bench.call("POST", path, { type: "Custom", contactId, message: "Hi", conversationProviderId }, oauth());
      expect((await send("66f0b1c2d3e4f5a6b7c8d9e0")).body).toMatchObject({ statusCode: 400, message: "Invalid conversationProviderId" });
      expect((await send(foreign)).body).toMatchObject({
        statusCode: 400,
        message: `You don't have access to the conversationProvider with id ${foreign}`,
      });
      expect(kept()).toEqual(before);
      expect((await send(conversationProvider)).status).toBe(200);
    }
  });
});

test("categories of blogs have the name the description requires, and the label it describes", async () => {
  const { rows } = await get(`/blogs/categories?locationId=${bench.acme}&limit=5&offset=0`);
  expect(rows("categories").length).toBeGreaterThan(0);
  for (const { name, label } of rows("categories")) expect([typeof name, name]).toEqual(["string", label]);
});

describe("contacts", () => {
  const made = { source: "INTEGRATION", channel: "OAUTH", sourceId: defaultAppId, timestamp: expect.any(String) };
  const byHand = { source: "WEB_USER", channel: "APP", sourceId: users.owner, timestamp: expect.any(String) };

  test("say who made them, and answer a write with followers and further phones", async () => {
    const write = (method: "POST" | "PUT", path: string, body: object) => bench.call(method, path, body, oauth());
    const created = await write("POST", "/contacts/", { locationId: bench.acme, email: "recorded@example.com" });
    expect(created.body.contact).toMatchObject({ createdBy: made, followers: [], additionalPhones: [] });
    const upserted = await write("POST", "/contacts/upsert", { locationId: bench.acme, email: "recorded@example.com" });
    expect(upserted.body.contact).toMatchObject({ createdBy: made, followers: [], additionalPhones: [] });
    const updated = await write("PUT", `/contacts/${created.at("contact.id")}`, { firstName: "Recorded" });
    expect(updated.body.contact).toMatchObject({ createdBy: made, followers: [], additionalPhones: [] });
  });

  test("have a source when read, and one for each list's row", async () => {
    const { id } = bench.sandbox.state.contacts.inLocation(bench.acme).find(({ additionalPhones }) => additionalPhones)!;
    expect((await get(`/contacts/${id}`)).body.contact).toMatchObject({
      createdBy: byHand,
      attributionSource: { sessionSource: "CRM UI", medium: "manual" },
      additionalPhones: [{ phone: "+12125550199", phoneLabel: null }],
    });
    const [row] = (await get(`/contacts/?locationId=${bench.acme}`)).rows("contacts");
    expect(row!.attributions).toEqual([{ url: "", utmSessionSource: expect.any(String), isFirst: true, medium: expect.any(String) }]);
  });

  test("have the day a further e-mail was checked beside it", async () => {
    const contactId = contactIds()[4]!;
    await bench.call("POST", `/sandbox/contacts/${contactId}/emails`, { email: "further@example.com" }, { host: "127.0.0.1" });
    const further = [{ email: "further@example.com", validEmail: null, validEmailDate: null }];
    expect((await get(`/contacts/${contactId}`)).body.contact).toMatchObject({ additionalEmails: further });
  });

  test("lend their business to their tasks", async () => {
    const contact = bench.sandbox.state.contacts.inLocation(bench.acme).find(({ businessId }) => businessId)!;
    const task = { title: "Call", dueDate: "2026-12-01T10:00:00Z", completed: false };
    const { body } = await bench.call("POST", `/contacts/${contact.id}/tasks`, task);
    expect(body.task).toMatchObject({ contactId: contact.id, businessId: contact.businessId });
    const other = await bench.call("POST", `/contacts/${contactIds()[0]!}/tasks`, task);
    expect(other.body.task).not.toHaveProperty("businessId");
  });
});

describe("every member that recordings of the service show is there", () => {
  type Recording = [what: string, members: string, ask: () => Promise<unknown>];
  const withPhones = () => bench.sandbox.state.contacts.inLocation(bench.acme).find(({ additionalPhones }) => additionalPhones)!.id;
  const named =
    "id locationId firstName firstNameLowerCase lastName lastNameLowerCase fullNameLowerCase email emailLowerCase phone country";
  const common = `${named} type tags dateAdded dateUpdated customFields.0.id customFields.0.value createdBy.source createdBy.channel createdBy.sourceId createdBy.timestamp`;
  const phones = "additionalPhones.0.phone additionalPhones.0.phoneLabel";
  const deal = `id name monetaryValue pipelineId pipelineStageId status lastStatusChangeAt lastStageChangeAt createdAt updatedAt contactId
    locationId followers contact.id contact.name contact.email contact.phone contact.tags`;
  const single = `${deal} isAttribute internalSource.type internalSource.id internalSource.apiVersion internalSource.channel
    internalSource.source lastActionDate contact.followers`;
  const someDeal = () => bench.sandbox.state.opportunities.inLocation(bench.acme)[0]!.id;

  test.each<Recording>([
    [
      "a contact that is read",
      `${common} ${phones} state attributionSource.sessionSource attributionSource.medium`,
      async () => (await get(`/contacts/${withPhones()}`)).body.contact,
    ],
    [
      "a contact that is changed",
      `${common} ${phones} dnd followers`,
      async () => (await bench.call("PUT", `/contacts/${withPhones()}`, { state: "NY" })).body.contact,
    ],
    [
      "a contact that is made",
      `${common} additionalEmails additionalPhones followers source`.replace(/customFields\S+ /g, ""),
      async () => {
        const body = {
          locationId: bench.acme,
          firstName: "Ada",
          lastName: "King",
          email: "king@example.com",
          phone: "+12125550171",
          source: "x",
        };
        return (await bench.call("POST", "/contacts/", body)).body.contact;
      },
    ],
    [
      "a contact of a list",
      `id locationId contactName tags dnd dateAdded dateUpdated customFields.0.id attributions.0.isFirst attributions.0.medium
        attributions.0.utmSessionSource`,
      async () =>
        (await get(`/contacts/?locationId=${bench.acme}`)).rows("contacts").find(({ customFields }) => list(customFields).length > 0),
    ],
    ["an opportunity that is read", `${single} indexVersion`, async () => (await get(`/opportunities/${someDeal()}`)).body.opportunity],
    [
      "an opportunity that is changed",
      single,
      async () => (await bench.call("PUT", `/opportunities/${someDeal()}`, { name: "N" })).body.opportunity,
    ],
    [
      "an opportunity of a search",
      `${deal} pipelineStageUId sort attributions.0.utmSessionSource attributions.0.isFirst attributions.0.medium
        ${"associationId relationId primary objectKey recordId fullName contactName companyName email phone tags attributed"
          .split(" ")
          .map((name) => `relations.0.${name}`)
          .join(" ")}`,
      async () => (await get(`/opportunities/search?location_id=${bench.acme}`)).rows("opportunities")[0],
    ],
  ])("%s", async (_, members, ask) => {
    const record = await ask();
    expect(members.split(/\s+/).filter((path) => getPath(record, path) === undefined)).toEqual([]);
  });
});

describe("opportunities", () => {
  const someone = () => bench.sandbox.state.opportunities.inLocation(bench.acme)[0]!;

  test("one by itself has no notes, tasks and appointments, whatever is described", async () => {
    const { body } = await get(`/opportunities/${someone().id}`);
    for (const name of ["notes", "tasks", "calendarEvents"]) expect(body.opportunity).not.toHaveProperty(name);
  });

  test("have what the service records of them", async () => {
    const recorded = {
      isAttribute: false,
      internalSource: {
        type: expect.any(String),
        id: expect.any(String),
        apiVersion: expect.any(String),
        channel: expect.any(String),
        source: expect.any(String),
      },
      lastActionDate: expect.any(String),
      indexVersion: expect.any(Number),
      contact: { followers: [] },
    };
    const { id, pipelineId, pipelineStageId } = someone();
    expect((await get(`/opportunities/${id}`)).body.opportunity).toMatchObject(recorded);
    expect((await bench.call("PUT", `/opportunities/${id}`, { name: "Renamed" })).body.opportunity).toMatchObject(recorded);
    const wanted = {
      locationId: bench.acme,
      pipelineId,
      pipelineStageId,
      contactId: bench.sandbox.seedContacts(1)[0]!,
      name: "New",
      status: "open",
    };
    const created = await bench.call("POST", "/opportunities/", wanted, oauth());
    expect(created.body.opportunity).toMatchObject({ ...recorded, internalSource: { id: defaultAppId, source: "INTEGRATION" } });
  });

  test("in a search have their relations, their source and custom fields under the name of their type", async () => {
    const field = await bench.call("POST", `/locations/${bench.acme}/customFields`, {
      name: "Shade",
      dataType: "TEXT",
      model: "opportunity",
    });
    const { id, contactId, pipelineStageId } = someone();
    const customFields = [{ id: field.at("customField.id"), field_value: "A2" }];
    await bench.call("PUT", `/opportunities/${id}`, { customFields });
    const [row] = (await get(`/opportunities/search?location_id=${bench.acme}&id=${id}`)).rows("opportunities");
    expect(row).toMatchObject({
      pipelineStageUId: pipelineStageId,
      attributions: [{ utmSessionSource: expect.any(String), isFirst: true, medium: expect.any(String) }],
      relations: [
        {
          associationId: expect.any(String),
          relationId: contactId,
          primary: true,
          objectKey: "contact",
          recordId: contactId,
          tags: expect.any(Array),
        },
      ],
      customFields: [{ id: customFields[0]!.id, type: "string", fieldValueString: "A2", fieldValue: "A2" }],
    });
  });

  test("are refused with every date that is wrong, in one answer", async () => {
    const { status, body } = await get(`/opportunities/search?location_id=${bench.acme}&date=2025-12-01&endDate=tomorrow`);
    expect([status, body.message]).toEqual([422, ["date must be in the format mm-dd-yyyy", "endDate must be in the format mm-dd-yyyy"]]);
  });

  test("cannot be searched without a location; the refusal names the parameter", async () => {
    const { status, body } = await get("/opportunities/search");
    expect([status, body.message]).toEqual([422, ["location_id can't be undefined"]]);
  });

  test("are not upserted without their id or their contact, though neither description has the contact", async () => {
    const { pipelineId } = someone();
    const { status, body } = await bench.call("POST", "/opportunities/upsert", { locationId: bench.acme, pipelineId });
    expect([status, body.message]).toEqual([422, ["contactId must be a string"]]);
  });
});

test("a booked appointment has its status under three names, one of them misspelt", async () => {
  const calendarId = bench.sandbox.state.calendars.inLocation(bench.acme)[0]!.id;
  const from = bench.clock.now();
  const slots = (await get(`/calendars/${calendarId}/free-slots?startDate=${from}&endDate=${from + 8 * 86_400_000}`, "2021-04-15")).body;
  const startTime = Object.values(slots).flatMap((day) => (day as { slots?: string[] }).slots ?? [])[0];
  const wish = { calendarId, locationId: bench.acme, contactId: contactIds()[0], startTime };
  const { body } = await bench.call("POST", "/calendars/events/appointments", wish, { version: "2021-04-15" });
  expect(body).toMatchObject({ appointmentStatus: "confirmed", appoinmentStatus: "confirmed", status: "confirmed" });
});

test("what the newer version removed is refused with its address and what to do", async () => {
  const address = "/oauth/installedLocations?companyId=c&appId=a";
  const { status, body } = await bench.call("GET", address, undefined, { ...agency(), version: "v3" });
  expect([status, body]).toEqual([
    400,
    {
      statusCode: 400,
      error: "Bad Request",
      message: `Endpoint ${address} not available in API version v3. This endpoint was removed in version v3. Please use a version before v3.`,
      traceId: expect.any(String),
    },
  ]);
});

describe("custom fields", () => {
  const make = (body: object) => bench.call("POST", `/locations/${bench.acme}/customFields`, body);

  test.each([
    ["TEXTBOX_LIST", "textBoxListOptions", [{ label: "Street", prefillValue: "" }]],
    ["FILE_UPLOAD", "acceptedFormat", [".pdf"]],
  ])("of type %s are not made without %s", async (dataType, needed, options) => {
    const bare = await make({ name: `Bare ${dataType}`, dataType });
    expect([bare.status, bare.body.message]).toEqual([400, `${needed} should not be empty`]);
    expect((await make({ name: `Bare ${dataType}`, dataType, [needed]: [] })).status).toBe(400);
    expect((await make({ name: `Full ${dataType}`, dataType, [needed]: options })).status).toBe(201);
  });

  test("take files in a multipart body: what is no file counts for nothing, and the contact comes back", async () => {
    const fieldId = (await make({ name: "Papers", dataType: "FILE_UPLOAD", acceptedFormat: [".pdf"] })).at("customField.id");
    const [contactId] = contactIds();
    const upload = (...parts: string[]) => {
      const content = `${parts.map((part) => `--b\r\n${part}\r\n`).join("")}--b--\r\n`;
      const path = `/forms/upload-custom-files?contactId=${contactId}&locationId=${bench.acme}`;
      return bench.call("POST", path, content, { "content-type": "multipart/form-data; boundary=b" });
    };
    const name = (part: string, filename = "") =>
      `content-disposition: form-data; name="${part}"${filename && `; filename="${filename}"\r\ncontent-type: application/pdf`}\r\n`;
    const before = await get(`/contacts/${contactId}`);
    const text = await upload(`${name(`${fieldId}_one`)}\r\nhttps://x.example/cv.pdf`);
    expect([text.status, text.at("contact.id")]).toEqual([200, contactId]);
    expect((await get(`/contacts/${contactId}`)).body.contact).toEqual(before.body.contact);
    const file = await upload(`${name(`${fieldId}_one`, "cv.pdf")}\r\n%PDF-1.4`, `${name("nobody_two", "x.pdf")}\r\n%PDF-1.4`);
    const meta = { fieldname: fieldId, originalname: "cv.pdf", encoding: "7bit", mimetype: "application/pdf", size: 8, uuid: "one" };
    const value = { one: { meta, url: expect.stringContaining("/documents/download/"), documentId: expect.any(String) } };
    expect(file.body.contact).toMatchObject({ customFields: expect.arrayContaining([{ id: fieldId, value }]) });
    const second = await upload(`${name(`${fieldId}_two`, "id.pdf")}\r\n%PDF-1.4`);
    const kept = second.rows("contact.customFields").find(({ id }) => id === fieldId)!.value as object;
    expect(Object.keys(kept)).toEqual(["one", "two"]);
  });
});

test("a location's time zones are a list of names", async () => {
  const { status, rows } = await get(`/locations/${bench.acme}/timezones`);
  expect(status).toBe(200);
  expect(rows("timeZones")).toEqual(expect.arrayContaining(["America/New_York", "Europe/London"]));
});
