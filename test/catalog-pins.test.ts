/** What others can see of the catalog: keys, titles, categories, kinds, routes. Red means: on purpose? */
import { prepareInput } from "#test/support/built-in.ts";
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { buildRequest } from "#catalog/request.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { catalogRows, furtherRows } from "#test/support/catalog-rows.ts";

const rows = [...catalogRows, ...furtherRows];
const { operations } = highlevel;

/** What each does to the other side. Everything not named here reads. */
const writes: Record<string, string> = {
  "contacts.create": "create",
  "contacts.update": "update",
  "contacts.delete": "delete",
  "contacts.upsert": "upsert",
  "contacts.add_tags": "link",
  "contacts.remove_tags": "unlink",
  "contacts.bulk_update_tags": "update",
  "contacts.create_task": "create",
  "contacts.update_task": "update",
  "contacts.complete_task": "update",
  "contacts.delete_task": "delete",
  "contacts.create_note": "create",
  "contacts.update_note": "update",
  "contacts.delete_note": "delete",
  "contacts.add_to_campaign": "send",
  "contacts.remove_from_campaign": "unlink",
  "contacts.remove_from_all_campaigns": "unlink",
  "calendars.create_group": "create",
  "calendars.update_group": "update",
  "calendars.set_group_status": "update",
  "calendars.delete_group": "delete",
  "calendars.create": "create",
  "calendars.update": "update",
  "calendars.delete": "delete",
  "calendars.create_appointment": "create",
  "calendars.update_appointment": "update",
  "calendars.delete_event": "delete",
  "calendars.create_block_slot": "create",
  "calendars.update_block_slot": "update",
  "calendars.create_appointment_note": "create",
  "calendars.update_appointment_note": "update",
  "calendars.delete_appointment_note": "delete",
  "calendars.create_notification": "create",
  "calendars.update_notification": "update",
  "calendars.delete_notification": "delete",
  "calendars.create_resource": "create",
  "calendars.update_resource": "update",
  "calendars.delete_resource": "delete",
  "opportunities.create": "create",
  "opportunities.update": "update",
  "opportunities.delete": "delete",
  "opportunities.update_status": "update",
  "opportunities.upsert": "upsert",
  "opportunities.add_followers": "link",
  "opportunities.remove_followers": "unlink",
  "users.create": "create",
  "users.update": "update",
  "users.delete": "delete",
  "conversations.update_message_status": "update",
  "conversations.live_chat_typing": "update",
  "businesses.create": "create",
  "businesses.update": "update",
  "businesses.delete": "delete",
  "contacts.add_to_workflow": "send",
  "contacts.remove_from_workflow": "unlink",
  "contacts.add_followers": "link",
  "contacts.remove_followers": "unlink",
  "contacts.bulk_business": "update",
  "locations.create": "create",
  "locations.create_tag": "create",
  "locations.delete_tag": "delete",
  "locations.update_tag": "update",
  "associations.create": "create",
  "associations.update": "update",
  "associations.delete": "delete",
  "associations.create_relation": "create",
  "associations.delete_relation": "delete",
  "blogs.create_post": "create",
  "blogs.update_post": "update",
  "conversations.send_message": "send",
  "conversations.cancel_scheduled_message": "delete",
  "contacts.guarded_upsert": "upsert",
  "contacts.add_tags_bulk": "link",
  "contacts.remove_tags_bulk": "unlink",
};

const acme: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1", companyId: "com_1" };
const nobody: Call = (id) => Promise.reject(new Error(`the example of an operation should not need ${id}`));

describe("the catalog", () => {
  test("has the operations that are written down, and no others", () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(rows.map(([key]) => key).sort());
  });

  test("has the 129 operations of the vendor's list: 57 triggers and 72 actions", () => {
    const kinds = catalogRows.map(([, , kind]) => kind);
    expect([kinds.length, kinds.filter((k) => k === "trigger").length, kinds.filter((k) => k === "action").length]).toEqual([129, 57, 72]);
  });

  test.each(operations.map((o) => [o.id, o] as const))("%s is as it is written down", (id, o) => {
    const written = rows.find(([key]) => key === id);
    expect([o.id, o.category, o.kind, o.title, `${o.method} ${o.path}`, o.version]).toEqual(written);
  });

  test("says of each what it does to the other side", () => {
    const effects = Object.fromEntries(operations.map(({ id, effect }) => [id, effect]));
    expect(Object.fromEntries(Object.entries(effects).filter(([, effect]) => effect !== "read"))).toEqual(writes);
  });

  test.each(operations.map((o) => [o.id, o] as const))("%s becomes a request of its own route, from its example", async (_, o) => {
    if (o.recipe) return;
    const input = await prepareInput(o, o.example!.input, nobody);
    validateInput(o, input);
    const { method, url, headers } = buildRequest(o, input, acme, highlevel);
    expect(method).toBe(o.method);
    expect(url).toMatch(new RegExp(`^https://services.leadconnectorhq.com${o.path.replace(/\{\w+\}/g, "[^/?]+")}(\\?|$)`));
    expect(headers["Version"]).toBe(o.version);
  });

  test.each(operations.map((o) => [o.id, o] as const))("%s names its scopes and who may call it", (_, o) => {
    expect([o.scopes.length > 0, o.access.length > 0]).toEqual([true, true]);
  });
});
