import { expect, test } from "vitest";
import { operationTitle, operationWords } from "./operation-words.ts";

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
