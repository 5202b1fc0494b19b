import { describe, expect, test } from "vitest";
import type { Operation } from "#catalog/types.ts";
import { nothingWritten, pretend, pretendedResult } from "./pretend.ts";

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

test("a change is called as the field in its form, also of a custom field that is named by its key", () => {
  const update: Operation = {
    ...follow("add"),
    effect: "update",
    input: [
      { name: "body", in: "body", label: "Text", schema: { type: "string" } },
      { name: "customFields", in: "body", control: "customFields", schema: { type: "array" } },
    ],
  };
  const asked = { body: "Hi", customFields: { "contact.net_promoter_score": 9 } };
  const { changes } = pretend(update, asked, { body: "Hi", customFields: [{ id: "f1", value: 9 }] }, { id: "c1" });
  expect(changes.map(({ label }) => label)).toEqual(["Text", "Net promoter score"]);
});

describe("a dry run of a recipe that wrote nothing", () => {
  test("says that its record is so already", () => {
    const upsert = { ...follow("add"), title: "Create or update", effect: "upsert", recipe: true } as const;
    expect(nothingWritten(upsert, { email: "ada@example.com" })).toEqual([
      { operation: "demo.follow", title: "Create or update", effect: "update", changes: [], record: "ada@example.com", unchanged: true },
    ]);
  });

  test("says nothing of one that only reads or sends", () => {
    expect(nothingWritten({ ...follow("add"), effect: "read", recipe: true }, {})).toEqual([]);
    expect(nothingWritten({ ...follow("add"), effect: "send", recipe: true }, {})).toEqual([]);
  });
});

describe("a dry run of a write with custom fields", () => {
  const update: Operation = {
    ...follow("add"),
    effect: "update",
    input: [{ name: "customFields", in: "body", control: "customFields", schema: { type: "array" } }],
    before: { operation: "demo.get", input: { id: "input.id" } },
  };
  const sent = { customFields: [{ id: "f1", field_value: 9 }] };

  test.each(["value", "fieldValue", "field_value"])("reads what is there by '%s'", (spelling) => {
    const pretended = (value: number) =>
      pretend(update, { customFields: { Score: 9 } }, sent, { customFields: [{ id: "f1", [spelling]: value }] });
    expect(pretended(7).changes).toEqual([{ field: "Score", old: 7, new: 9 }]);
    expect(pretended(9).unchanged).toBe(true);
  });
});

test("a dry run takes a time for the same in whatever zone it is written", () => {
  const move: Operation = { ...follow("add"), effect: "update", input: [{ name: "startTime", in: "body", schema: { type: "string" } }] };
  const pretended = (startTime: string) => pretend(move, {}, { startTime }, { id: "e1", startTime: "2026-02-01T09:00:00-05:00" });
  expect(pretended("2026-02-01T14:00:00.000Z").unchanged).toBe(true);
  expect(pretended("2026-02-01T09:00:00Z").unchanged).toBe(false);
});

describe("an upsert that finds somebody of another name", () => {
  const upsert: Operation = { ...follow("add"), effect: "upsert", before: { operation: "demo.get", input: {} } };
  const martha = { id: "c1", firstName: "Martha", lastName: "Marsh", email: "martha@example.com", phone: "+12125550123" };
  const warned = (input: Record<string, unknown>, before: Record<string, unknown> | null = martha) =>
    pretend(upsert, input, input, before).warning;

  test("is said to rename them, and by what they were found", () => {
    const ada = { firstName: "Ada", lastName: "Byron" };
    expect(warned({ ...ada, email: "ada@example.com", phone: "(212) 555-0123" })).toBe(
      "This would rename Martha Marsh to Ada Byron: the phone is the same.",
    );
    expect(warned({ firstName: "Ada", email: "Martha@example.com" })).toBe(
      "This would rename Martha Marsh to Ada Marsh: the e-mail is the same.",
    );
    expect(warned({ name: "Ada Byron", phone: "1" }, { id: "c2", name: "Martha" })).toBe("This would rename Martha to Ada Byron.");
  });

  test("is not, where the name stays, is said in full, or is left out, and where nobody was found", () => {
    for (const input of [{ firstName: "martha" }, { firstName: "Martha", lastName: "" }, { phone: "+12125550123" }])
      expect(warned(input)).toBeUndefined();
    expect(warned({ firstName: "Martha", lastName: "Marsh" }, { id: "c2", firstName: "Martha" })).toBeUndefined();
    expect(warned({ firstName: "Ada" }, null)).toBeUndefined();
  });
});
