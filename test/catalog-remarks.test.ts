/** What is known of each operation beyond its description, line by line: what we make of it, shown by a request, an answer or a refusal. */
import { expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { isPlayed } from "#test/support/played.ts";
import { calendars } from "./remarks/calendars.ts";
import { contacts } from "./remarks/contacts.ts";
import { conversations } from "./remarks/conversations.ts";
import { opportunities } from "./remarks/opportunities.ts";
import { others } from "./remarks/others.ts";
import { people } from "./remarks/people.ts";

const lines = [...contacts, ...calendars, ...opportunities, ...people, ...conversations, ...others];

/** Nothing is known of these that their description does not say. */
const asDescribed = [
  "contacts.delete_task",
  "contacts.update_note",
  "contacts.delete_note",
  "contacts.remove_from_campaign",
  "calendars.create_group",
  "calendars.delete_group",
  "calendars.update",
  "calendars.delete",
  "calendars.delete_notification",
  "blogs.list_authors",
  "blogs.list_categories",
  "associations.update",
  "associations.create_relation",
  "locations.get_tag",
  "locations.update_tag",
  "locations.delete_tag",
];

test("each operation that the sandbox plays has a line here, or nothing to be said of it", () => {
  expect([...new Set([...lines.map(([key]) => key), ...asDescribed])].sort()).toEqual(
    highlevel.operations
      .filter(isPlayed)
      .map(({ id }) => id)
      .sort(),
  );
});

test.each(lines)("%s: %s", async (_key, _what, shown, wanted) => {
  expect(await shown()).toEqual(wanted);
});
