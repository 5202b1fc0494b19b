import { expect, test } from "vitest";
import { permissionsOf, permissionWords } from "./permission-words.ts";

test("what may be read and changed is one line, with its codes", () => {
  expect(permissionsOf(["contacts.readonly", "locations/tags.readonly", "contacts.write"])).toEqual([
    { words: "Read and change contacts", scopes: ["contacts.readonly", "contacts.write"] },
    { words: "Read tags", scopes: ["locations/tags.readonly"] },
  ]);
});

test.each([
  ["conversations/message.write", "change messages"],
  ["calendars/events.readonly", "read appointments"],
  ["workflows.readonly", "read workflows"],
  ["store/shipping.write", "change shipping of store"],
  ["tickets:all", "use tickets:all"],
])("%s is to %s", (scope, words) => {
  expect(permissionWords([scope])).toBe(words);
});
