import { describe, expect, test } from "vitest";
import type { Operation } from "#catalog/types.ts";
import { pretend, pretendedResult } from "./pretend.ts";

const follow = (how: "add" | "remove"): Operation => ({
  id: "demo.follow",
  app: "demo",
  title: "Follow",
  category: "Demo",
  kind: "action",
  effect: how === "add" ? "link" : "unlink",
  method: "POST",
  path: "/f",
  scopes: [],
  access: [],
  input: [{ name: "followers", in: "body", schema: { type: "array" } }],
  result: "",
  before: { operation: "demo.get", input: { id: "input.id" }, sets: { followers: how } },
});
const before = { id: "c1", followers: ["u1"] };

describe("a dry run of a write that adds to a list, or takes from it", () => {
  test("tells the list as it would be", () => {
    const added = pretend(follow("add"), {}, { followers: ["u1", "u2"] }, before);
    expect(added).toMatchObject({ unchanged: false, changes: [{ field: "followers", old: ["u1"], new: ["u1", "u2"] }] });
    const removed = pretend(follow("remove"), {}, { followers: ["u1"] }, before);
    expect(removed.changes).toEqual([{ field: "followers", old: ["u1"], new: [] }]);
    expect(pretendedResult(follow("add"), { followers: ["u2"] }, before, "x")).toEqual({ id: "c1", followers: ["u1", "u2"] });
  });

  test("says so when nothing would change", () => {
    expect(pretend(follow("add"), {}, { followers: ["u1"] }, before).unchanged).toBe(true);
    expect(pretend(follow("remove"), {}, { followers: ["u9"] }, before).unchanged).toBe(true);
  });
});
