/** What the vendor's API does differently from what one expects, one by one: requests as they go out, answers as they come. */
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation, prepareInput } from "#test/support/built-in.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap } from "#catalog/result.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const nobody: Call = (id) => Promise.reject(new Error(`${id} was not to be asked`));
const operation = (id: string) => findOperation("highlevel", id)!;
const mary = "8Qk2mVtXb1nLz7RdYc4e";

async function sent(id: string, input: Record<string, unknown>, connection = acme) {
  const o = operation(id);
  const prepared = await prepareInput(o, input, nobody);
  validateInput(o, prepared);
  const { method, url, body } = buildRequest(o, prepared, connection, highlevel);
  return { method, url: url.replace(highlevel.baseUrl, ""), body: body === undefined ? undefined : (JSON.parse(String(body)) as unknown) };
}

describe("what goes out", () => {
  test("a DELETE carries its body", async () => {
    expect(await sent("contacts.remove_followers", { contactId: "c1", followers: [mary] })).toEqual({
      method: "DELETE",
      url: "/contacts/c1/followers",
      body: { followers: [mary] },
    });
    expect(await sent("opportunities.remove_followers", { id: "o1", followers: [mary], isRemoveAllFollowers: true })).toEqual({
      method: "DELETE",
      url: "/opportunities/o1/followers?isRemoveAllFollowers=true",
      body: { followers: [mary] },
    });
  });

  test("e-mail addresses to filter by are one text with commas, and skip and limit are text", async () => {
    expect(await sent("users.filter_by_email", { emails: "a@b.example, c@d.example", skip: 0, limit: 25 })).toMatchObject({
      body: { companyId: "com_1", emails: "a@b.example,c@d.example", skip: "0", limit: "25" },
    });
  });

  test("a search of users wants the agency, and says so where the connection knows none", async () => {
    expect((await sent("users.search", {})).url).toBe("/users/search?companyId=com_1&locationId=loc_1");
    await expect(sent("users.search", {}, { ...acme, companyId: undefined as never })).rejects.toThrow("names no agency");
  });

  test("the time of a message to be sent later is in epoch seconds, and without status and sub-type", async () => {
    const input = { contactId: "c1", type: "SMS", message: "Soon", scheduledTimestamp: "2026-02-01T09:00:00Z" };
    expect((await sent("conversations.send_message", input)).body).toEqual({ ...input, scheduledTimestamp: 1769936400 });
    await expect(sent("conversations.send_message", { contactId: "c1", type: "SMS" })).rejects.toThrow("message: is needed");
  });

  test("typing is text where a checkbox gives true or false", async () => {
    const input = { conversationId: "v1", visitorId: "w1" };
    expect((await sent("conversations.live_chat_typing", { ...input, isTyping: true })).body).toMatchObject({ isTyping: "true" });
    expect((await sent("conversations.live_chat_typing", { ...input, isTyping: false })).body).toMatchObject({ isTyping: "false" });
  });

  test("contacts are taken out of their business by null, which is not the same as leaving it out", async () => {
    expect((await sent("contacts.bulk_business", { ids: ["c1"], businessId: null })).body).toMatchObject({ businessId: null });
    await expect(sent("contacts.bulk_business", { ids: ["c1"] })).rejects.toThrow("businessId: is needed");
  });

  test("reads in POST form have the sub-account filled in, in the path as well", async () => {
    expect((await sent("social.tag_details", { tagIds: ["66c2a1b3d4e5f6a7b8c9d0e1"] })).url).toBe(
      "/social-media-posting/loc_1/tags/details",
    );
    expect((await sent("social.statistics", { profileIds: ["66c2a1b3d4e5f6a7b8c9d0f2"] })).url).toBe(
      "/social-media-posting/statistics?locationId=loc_1",
    );
    const many = Array.from({ length: 101 }, (_, i) => `66c2a1b3d4e5f6a7b8c9${i}`);
    await expect(sent("social.statistics", { profileIds: many })).rejects.toThrow("profileIds: must be at most 100");
  });

  test("a relation is deleted with its sub-account in the query", async () => {
    expect((await sent("associations.delete_relation", { relationId: "r1" })).url).toBe("/associations/relations/r1?locationId=loc_1");
  });

  test("names of queries are in snake_case where they are, dates month first", async () => {
    const { url } = await sent("opportunities.search", { contact_id: "c1", date: "2026-02-01", endDate: "2026-02-28" });
    expect(url).toBe("/opportunities/search?contact_id=c1&date=02-01-2026&endDate=02-28-2026&location_id=loc_1");
  });

  test("events are asked for in epoch milliseconds, as text", async () => {
    const { url } = await sent("calendars.list_events", {
      userId: mary,
      startTime: "2026-02-01T00:00:00Z",
      endTime: "2026-02-02T00:00:00Z",
    });
    expect(url).toContain("startTime=1769904000000&endTime=1769990400000");
  });

  test("an upsert of an opportunity carries its contact and no followers it was not given", async () => {
    const input = { contactId: "c1", pipelineId: "pIp3Zx7Cv1Bn5Ma9Sd2F", name: "Implants" };
    expect((await sent("opportunities.upsert", input)).body).toEqual({ ...input, locationId: "loc_1" });
    await expect(sent("opportunities.upsert", { pipelineId: input.pipelineId })).rejects.toThrow("contactId: is needed unless id is given");
  });
});

describe("what comes back", () => {
  const row = { id: "r1" };
  test.each([
    ["conversations.list_messages", { messages: { lastMessageId: "r1", nextPage: false, messages: [row] }, traceId: "t" }, [row]],
    ["conversations.list_messages", { lastMessageId: "r1", nextPage: false, messages: [row] }, [row]],
    ["conversations.get_email", { emailMessage: row }, row],
    ["conversations.get_email", row, row],
    ["conversations.get_message", { message: row }, row],
    ["conversations.get_message", row, row],
    ["conversations.get_transcription", [{ sentenceIndex: 0 }], [{ sentenceIndex: 0 }]],
    ["conversations.get_transcription", { sentenceIndex: 0 }, [{ sentenceIndex: 0 }]],
    ["calendars.get_appointment", { event: row }, row],
    ["calendars.get_appointment", { appointment: row }, row],
    ["businesses.create", { success: true, buiseness: row }, row],
    ["businesses.update", { success: true, business: row }, row],
    ["associations.list", { associations: [row], total: 1 }, [row]],
    ["associations.list", { data: [row] }, [row]],
    ["associations.list", [row], [row]],
    ["associations.get_by_object_key", row, [row]],
    ["associations.get_by_object_key", { associations: [row] }, [row]],
    ["associations.list_relations", { relations: [row], total: 1 }, [row]],
    ["blogs.list_posts", { blogs: [row] }, [row]],
    ["blogs.update_post", { updatedBlogPost: row }, row],
    ["social.list_tags", { success: true, results: { tags: [row], count: 1 } }, [row]],
    ["calendars.list_notifications", [row], [row]],
  ])("%s is read from %j", (id, answer, wanted) => {
    expect(unwrap(operation(id), answer)).toEqual(wanted);
  });

  test("a list that is not there is never an empty one", () => {
    for (const id of ["conversations.list_messages", "associations.list", "calendars.list_resources", "conversations.get_transcription"]) {
      expect(() => unwrap(operation(id), { message: "maintenance" })).toThrow("the answer has no list");
    }
  });
});
