import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { calendars, pipelines, socialProfile } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench({ quota: { burst: 1000 } })));
afterEach(() => bench.sandbox.close());

const v3 = { version: "v3" };

describe("the newer version", () => {
  test("plays what the older one plays, from the same records", async () => {
    const made = await bench.call(
      "POST",
      "/contacts/",
      { locationId: bench.acme, email: "ada@example.com", dndSettings: { sms: { status: "active" } } },
      v3,
    );
    expect(made).toMatchObject({ status: 201, body: { contact: { dndSettings: { sms: { status: "active" } } } } });
    expect(made.headers).not.toHaveProperty("x-millrace-sandbox");
    const path = `/contacts/${made.at("contact.id")}`;
    expect((await bench.call("GET", path)).body).toMatchObject({ contact: { dndSettings: { SMS: { status: "active" } } } });
    expect((await bench.call("GET", path, undefined, v3)).body).toMatchObject({ contact: { dndSettings: { sms: { status: "active" } } } });
  });

  test("names a query in one word", async () => {
    const query = (names: string) => bench.call("GET", `/opportunities/search?${names}`, undefined, v3);
    const reply = await query(`locationId=${bench.acme}&pipelineStageId=${pipelines.acme.stages[0]}`);
    expect(reply.rows("opportunities").length).toBeGreaterThan(0);
    expect(new Set(reply.rows("opportunities").map((row) => row.pipelineStageId))).toEqual(new Set([pipelines.acme.stages[0]]));
    expect((await query(`location_id=${bench.acme}`)).body.message).toEqual(["locationId can't be undefined"]);
  });

  test("tells when an appointment was made", async () => {
    const body = {
      locationId: bench.acme,
      calendarId: calendars.checkUps,
      contactId: bench.sandbox.state.contacts.inLocation(bench.acme)[0]!.id,
    };
    const book = (version: string, startTime: string) =>
      bench.call("POST", "/calendars/events/appointments", { ...body, startTime }, { version });
    expect((await book("v3", "2026-01-19T09:00:00-05:00")).body).toMatchObject({
      dateAdded: expect.any(String),
      dateUpdated: expect.any(String),
    });
    expect((await book("2021-04-15", "2026-01-19T10:00:00-05:00")).body).not.toHaveProperty("dateAdded");
  });

  test("takes ranges for social figures and answers 200", async () => {
    const ask = (body: object, version = "v3") =>
      bench.call(
        "POST",
        `/social-media-posting/statistics?locationId=${bench.acme}`,
        { profileIds: [socialProfile.facebook], ...body },
        { version },
      );
    const day = (n: number) => new Date(Date.UTC(2026, 0, n)).toISOString();
    const week = await ask({});
    const sameWeek = await ask({
      currentRange: { startDate: day(8), endDate: day(14) },
      prevRange: { startDate: day(1), endDate: day(7) },
    });
    expect([week.status, sameWeek.body.results]).toEqual([200, week.body.results]);
    const twoDays = await ask({ currentRange: { startDate: day(8), endDate: day(9) } });
    expect((twoDays.body.results as { dayRange: string[] }).dayRange).toEqual(["Thu", "Fri"]);
    expect((await ask({}, "2021-07-28")).status).toBe(201);
  });

  test("has paths of its own: answered by an example there, and nowhere else", async () => {
    const path = `/locations/${bench.acme}/conversationChannels/SMS`;
    const reply = await bench.call("GET", path, undefined, v3);
    expect([reply.status, reply.headers["x-millrace-sandbox"]]).toEqual([200, "example"]);
    expect(await bench.call("GET", path)).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining("not yet supported by the IAM Service") },
    });
    expect((await bench.call("GET", path, undefined, { version: undefined })).body.message).toBe("version header was not found.");
  });

  test("takes a body by any of the alternatives described, and names what none of them knows", async () => {
    const attach = (body: object) => bench.call("POST", `/social-media-posting/oauth/${bench.acme}/facebook/accounts/a1`, body, v3);
    expect((await attach({ type: "page", originId: "o1", name: "Acme", avatar: "https://a.example.com/a.png" })).status).toBe(201);
    const wrong = await attach({ type: "page", originId: "o1", name: "Acme", avatar: "https://a.example.com/a.png", tea: 1 });
    expect([wrong.status, wrong.body.message]).toEqual([422, ["property tea should not exist"]]);
  });

  test("requires no more of an address it shares with the older one than it says itself", async () => {
    const path = "/ad-publishing/facebook/custom-audience/a1";
    expect((await bench.call("PUT", path, { locationId: bench.acme, name: "Patients" })).status).toBe(200);
    const query = `locationId=${bench.acme}&listType=campaign&startDate=2026-01-01&endDate=2026-01-31&type=x`;
    expect((await bench.call("GET", `/ad-publishing/facebook/reporting/list?${query}`)).body.message).not.toContain(
      "campaignId should not be empty",
    );
  });

  test("still answers what only the older description has", async () => {
    expect((await bench.call("GET", `/contacts/?locationId=${bench.acme}`, undefined, v3)).status).toBe(200);
  });

  test("refuses what its own description does not have", async () => {
    const reply = await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "a@example.com", nonsense: 1 }, v3);
    expect(reply).toMatchObject({ status: 422, body: { message: ["property nonsense should not exist"] } });
  });
});
