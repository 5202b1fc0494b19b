import { describe, expect, test } from "vitest";
import { findOperation } from "#test/support/built-in.ts";
import { highlevel } from "./app.ts";

/** Fields that hold the id of something a sub-account sets up once and names often, by the name of the field. */
const referring =
  /^(calendarIds?|groupId|pipeline_?(id|stage_?id)|assigned_?(to|user_?id)|userIds?|followers|selectedUsers|author|categories|blogId|businessId|campaignId|workflowId|customFields|locationIds?|snapshotId|associationIds?|tags|tagIds|profileIds|lostReasonId|formId|pixelId|templateId)$/i;

/** Why a field that looks like one is filled by id alone. */
const byIdAlone: Record<string, string> = {
  "calendars.create formId": "the list of forms is not judged: by id",
  "calendars.update formId": "the list of forms is not judged: by id",
  "calendars.create pixelId": "the id of another company's pixel",
  "calendars.update pixelId": "the id of another company's pixel",
  "calendars.update_notification templateId": "templates are listed by the place they came from only: by id",
  "conversations.send_message templateId": "templates are listed by the place they came from only: by id",
  "blogs.create_post tags": "free words",
  "blogs.update_post tags": "free words",
};

const fields = highlevel.operations.flatMap((operation) => operation.input.map((field) => ({ operation, field })));
const key = ({ operation, field }: (typeof fields)[number]) => `${operation.id} ${field.name}`;
const refers = fields.filter(({ field }) => referring.test(field.name) && !field.fill && field.in !== "setting");

describe("a field that names what a sub-account has", () => {
  test("is among those looked at", () => expect(refers.length).toBeGreaterThan(80));

  test.each(refers.map((each) => [key(each), each] as const))("%s may be given by name, or says why not", (name, { field }) => {
    if (byIdAlone[name]) return expect(field.lookup).toBeUndefined();
    expect(field.lookup, "no lookup").toBeDefined();
    expect(field.control === "tags" || field.lookup!.by, "no way to name it").toBeTruthy();
  });

  test("no exemption is left over", () =>
    expect(Object.keys(byIdAlone).filter((name) => !refers.some((each) => key(each) === name))).toEqual([]));
});

describe("a look-up", () => {
  const looked = fields.filter(({ field }) => field.lookup);

  test.each(looked.map((each) => [key(each), each] as const))(
    "%s asks a read that is there, and its id is none of its names",
    (_, { operation, field }) => {
      const { lookup } = field;
      expect(findOperation("highlevel", lookup!.operation)?.effect).toBe("read");
      if (lookup!.within) expect(operation.input.map((f) => f.name)).toContain(lookup!.within.field);
      if (lookup!.id) expect(new RegExp(lookup!.id).test("Sales")).toBe(false);
    },
  );
});
