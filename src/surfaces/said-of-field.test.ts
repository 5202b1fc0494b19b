import { expect, test } from "vitest";
import { fieldPathLabel, saidOfField } from "./said-of-field.ts";

test("a field is called as its form calls it, and where nobody says how, by its name in words", () => {
  const message = "body: is needed and was not given.";
  expect(saidOfField({ message, details: { field: "body", fieldLabel: "Text" } })).toBe("'Text' is needed and was not given.");
  expect(saidOfField({ message, details: { field: "body" } })).toBe("'Body' is needed and was not given.");
  expect(saidOfField({ message: "It failed.", details: { field: "body", fieldLabel: "Text" } })).toBe("It failed.");
});

test("so are the other fields of the sentence", () => {
  const details = { field: "body", fieldLabel: "Text", fieldLabels: { body: "Text", userId: "Owner" } };
  expect(saidOfField({ message: "body: is needed and was not given; nor were userId, dueDate.", details })).toBe(
    "'Text' is needed and was not given; nor were 'Owner', 'Due date'.",
  );
});

test("an item of a list and a member are said in words", () => {
  expect(fieldPathLabel("tags[0]")).toBe("Tags, item 1");
  expect(fieldPathLabel("customFields[1].value", { fieldLabels: { customFields: "Custom fields" } })).toBe("Custom fields, item 2, Value");
  expect(fieldPathLabel("X-Some header")).toBe("X-Some header");
  const details = { field: "tags[0]" };
  expect(saidOfField({ message: "tags[0]: no such tag.", details })).toBe("Tags, item 1: no such tag.");
});

test("a connection is called by its title", () => {
  const message = "HighLevel no longer accepts the connection 'acme'. Reconnect it.";
  const details = { connection: "acme", connectionTitle: "Acme $& Dental" };
  expect(saidOfField({ message, details })).toBe("HighLevel no longer accepts the connection 'Acme $& Dental'. Reconnect it.");
  expect(saidOfField({ message, details: { connection: "acme" } })).toBe(message);
});

test("an operation is called as wherever it is chosen", () => {
  const said = (message: string, operation: string) => saidOfField({ message, details: { operation } });
  expect(said("HighLevel refused Get Duplicate Contact: no phone", "Get Duplicate Contact")).toBe(
    "HighLevel refused 'Get duplicate contact': no phone",
  );
  expect(said("HighLevel refused contacts.get: no", "contacts.get")).toBe("HighLevel refused contacts.get: no");
});

test("a field that is called as something every object has keeps its name", () => {
  expect(fieldPathLabel("constructor")).toBe("Constructor");
});
