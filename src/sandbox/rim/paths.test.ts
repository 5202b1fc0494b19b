import { expect, test } from "vitest";
import { Paths } from "./paths.ts";

const all = ["GET /contacts/", "GET /contacts/search", "GET /contacts/{id}", "PUT /contacts/{id}", "GET /contacts/{id}/tasks/{taskId}"];
const paths = new Paths(() => all.map((line) => ({ method: line.split(" ")[0]!, path: line.split(" ")[1]! })));
const at = (method: string, path: string) => {
  const match = paths.find(method, path);
  return match && [match.placed.path, match.params];
};

test("a literal part goes before a placeholder, and a slash at the end means nothing", () => {
  expect(at("GET", "/contacts/search")).toEqual(["/contacts/search", {}]);
  expect(at("GET", "/contacts/c1/")).toEqual(["/contacts/{id}", { id: "c1" }]);
  expect(at("GET", "/contacts")).toEqual(["/contacts/", {}]);
});

test("where the literal part leads nowhere, the placeholder is tried", () => {
  expect(at("PUT", "/contacts/search")).toEqual(["/contacts/{id}", { id: "search" }]);
  expect(at("GET", "/contacts/search/tasks/t%201")).toEqual(["/contacts/{id}/tasks/{taskId}", { id: "search", taskId: "t 1" }]);
});

test.each([
  ["another method", "DELETE", "/contacts/c1"],
  ["a part too many", "GET", "/contacts/c1/x"],
  ["an empty part", "GET", "/contacts//tasks/t1"],
  ["a part longer than any id", "GET", `/contacts/${"x".repeat(201)}`],
])("nothing is found under %s", (_, method, path) => {
  expect(paths.find(method, path)).toBeUndefined();
});

test("a part that cannot be decoded is taken as it stands", () => {
  expect(at("GET", "/contacts/%E0%A4%A")).toEqual(["/contacts/{id}", { id: "%E0%A4%A" }]);
});
