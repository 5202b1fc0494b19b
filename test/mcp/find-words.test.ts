/** What agents type, in their own sentences, and the operation that they mean by it. */
import { expect, test } from "vitest";
import { createAppRegistry } from "#apps/index.ts";
import { searchCatalog } from "#server/catalog/catalog-search.ts";

const catalog = createAppRegistry().of("any");
const first = (find: string) => searchCatalog(catalog, { find, app: "highlevel", use: "step", limit: 1 })[0]?.key;

test.each([
  ["create task for contact", "contacts.create_task"],
  ["create a task for the contact", "contacts.create_task"],
  ["make a task", "contacts.create_task"],
  ["make task for contact", "contacts.create_task"],
  ["please create a task", "contacts.create_task"],
  ["task for a contact", "contacts.create_task"],
  ["add task to contact", "contacts.create_task"],
  ["add a task on the contact", "contacts.create_task"],
  ["create task", "contacts.create_task"],
  ["new task for this contact", "contacts.create_task"],
  ["create a to-do for a contact", "contacts.create_task"],
  ["create note for contact", "contacts.create_note"],
  ["add note for the contact", "contacts.create_note"],
  ["make a note on a contact", "contacts.create_note"],
  ["write a note for the contact", "contacts.create_note"],
  ["add a comment to the contact", "contacts.create_note"],
  ["create contact", "contacts.create"],
  ["make a new contact", "contacts.create"],
  ["please create a contact", "contacts.create"],
  ["i want to create a lead", "contacts.create"],
  ["create or update a contact", "contacts.upsert"],
  ["update contact for email", "contacts.update"],
  ["update the contact", "contacts.update"],
  ["find a contact by email", "contacts.find"],
  ["update contact by email", "contacts.update"],
  ["add tag to contact", "contacts.add_tags"],
  ["add tags for the contact", "contacts.add_tags"],
  ["remove a tag from the contact", "contacts.remove_tags"],
  ["create an opportunity for the contact", "opportunities.create"],
  ["make a deal", "opportunities.create"],
  ["create an opportunity", "opportunities.create"],
  ["send email for contact", "conversations.send_message"],
  ["book an appointment for a contact", "calendars.create_appointment"],
  ["make an appointment", "calendars.create_appointment"],
])("%s", (words, key) => {
  expect(first(words)).toBe(key);
});
