import { expect, test } from "vitest";
import { operationTitle, operationWords, triggerTitle } from "./operation-words.ts";

test.each([
  ["Upsert Contact", "Create or update contact"],
  ["Opportunity Won, Lost or Given Another Status", "Opportunity won, lost or given another status"],
  ["Appointment No-Show", "Appointment no-show"],
  ["Send SMS to a Contact", "Send SMS to a contact"],
  ["Voice AI Call Ended", "Voice AI call ended"],
])("%s is said as %s", (title, words) => {
  expect(operationWords({ title })).toBe(words);
});

test("what tells it from others of its name stays", () => {
  expect(operationTitle({ title: "Upsert Contact (adds to what is there)" })).toBe("Create or update contact (adds to what is there)");
});

test("a list is chosen as a trigger by what it has anew, and any other trigger by its own title", () => {
  const titles = [
    ["trigger", "List Tickets"],
    ["trigger", "Get All Tickets"],
    ["trigger", "Get data from a web address"],
    ["webhook", "Ticket Created"],
  ].map(([kind, title]) => triggerTitle({ kind: kind!, title: title! }));
  expect(titles).toEqual(["New or changed tickets", "New or changed tickets", "Get data from a web address", "Ticket created"]);
});
