import { expect, test } from "vitest";
import { typeNote, typeWords } from "./schema-words.ts";

const list = (items?: object) => typeWords({ type: "array", ...(items && { items }) });

test("a list is described by what is in it, several of them", () => {
  expect(list({ type: "string" })).toBe("list of texts");
  expect(list({ type: "object" })).toBe("list of objects");
  expect(list({ type: "integer" })).toBe("list of whole numbers");
  expect(list({ type: "string", format: "uri" })).toBe("list of addresses");
  expect(list({ type: "string", format: "email" })).toBe("list of e-mail addresses");
});

test("what has no plural is left as it is", () => {
  expect(list()).toBe("list");
  expect(list({})).toBe("list");
  expect(list({ enum: ["add", "remove"] })).toBe("list of one of: add, remove");
  expect(list({ type: "array", items: { type: "string" } })).toBe("list of list of texts");
});

test("a field that takes any value, members that a person names, or one of a list that it shows, has no word of its type beside it", () => {
  expect(
    [{}, { type: "object" }, { enum: ["a", "b"] }, { type: "array", items: { enum: ["a"] } }].map((one) => typeNote(one as never)),
  ).toEqual(["", "", "", ""]);
  expect(typeNote({ type: "string", format: "date" })).toBe("date");
});
