import { describe, expect, test } from "vitest";
import { choicesOf, described, findChoice, listed, titleOf, type Search } from "./choices.ts";
import type { Lookup } from "./types.ts";

const pipelines = [
  {
    id: "p1",
    name: "Sales",
    stages: [
      { id: "s1", name: "New" },
      { id: "s3", name: "Quote / sent" },
    ],
  },
  { id: "p2", name: "Care", stages: [{ id: "s2", name: "New" }, "noise"] },
  { id: "p3", name: "Empty" },
  { id: "p4", name: "Sales / Winter", stages: [{ id: "s4", name: "Booked" }] },
];
const stage: Lookup = {
  operation: "list",
  value: "id",
  label: "name",
  by: ["name"],
  list: "stages",
  within: { row: "id", label: "name", field: "pipelineId" },
};
const stages = choicesOf(stage, pipelines);
const user: Lookup = {
  operation: "list",
  value: "id",
  label: "name",
  by: ["email", "name"],
  retired: { row: "deleted", values: [true] },
};
const users = choicesOf(user, [
  { id: "u1", name: "Sam Hill", email: "sam@acme.example" },
  { id: "u2", name: "Sam Hill", email: "hill@acme.example" },
  { id: "u3", name: "Ada", email: "ada@old.example", deleted: true },
  { id: "u4", name: "Ada", email: "ada@new.example", deleted: false },
  { id: "u5", name: "Gone Girl", email: "gone@acme.example", deleted: true },
]);
const meant = (search: Search) =>
  "choice" in search ? search.choice.value : "several" in search ? search.several.map((c) => c.value) : (search.near?.value ?? null);

describe("what is offered", () => {
  test("a plain list offers its rows, and what is no list nothing", () => {
    expect(users.map((c) => c.value)).toEqual(["u1", "u2", "u3", "u4", "u5"]);
    expect(choicesOf(user, { no: "list" })).toEqual([]);
  });

  test("a list within rows offers those of every row, each with what it lies within", () => {
    expect(stages.map(titleOf)).toEqual(["Sales / New", "Sales / Quote / sent", "Care / New", "Sales / Winter / Booked"]);
  });

  test("a field tells its options, unless it takes others too", () => {
    const field: Lookup = { operation: "list", value: "id", label: "name", options: { row: "options", open: "open" } };
    const rows = [
      { id: "a", options: ["x"] },
      { id: "b", options: ["x"], open: true },
      { id: "c", options: [] },
    ];
    expect(choicesOf(field, rows).map((c) => c.options)).toEqual([["x"], undefined, undefined]);
  });
});

describe("what a name means", () => {
  test.each([
    ["s1", undefined, "s1", "an id"],
    ["Sales / New", undefined, "s1", "parent and child"],
    ["  sALES/new ", undefined, "s1", "whatever the case and the spaces"],
    ["p2 / New", undefined, "s2", "the parent by its id"],
    ["New", "p2", "s2", "a child of the parent that is given"],
    ["Quote / sent", undefined, "s3", "a name with a stroke of its own"],
    ["Sales / Quote / sent", undefined, "s3", "such a name below its parent"],
    ["Sales / Winter / Booked", undefined, "s4", "a name below a parent with a stroke of its own"],
    ["Sales / New", "p2", "s1", "the one that is written out, though another parent is given"],
    ["New", undefined, ["s1", "s2"], "two of them"],
    ["Bookd", undefined, "s4", "none, and the nearest"],
    ["nothing of the kind", undefined, null, "none, and none is near"],
    ["", undefined, null, "none: it is empty"],
  ])("'%s' within %s is %j: %s", (name, parent, expected, _why) => {
    expect(meant(findChoice(stages, name, parent))).toEqual(expected);
  });

  test("a retired one gives way to one in use, and is found where there is no other", () => {
    expect(meant(findChoice(users, "ada"))).toBe("u4");
    expect(findChoice(users, "gone@acme.example")).toMatchObject({ choice: { value: "u5", retired: true } });
  });

  test("case decides where it alone tells two apart", () => {
    const tags = choicesOf({ operation: "list", value: "id", label: "name", by: ["name"] }, [
      { id: "1", name: "VIP" },
      { id: "2", name: "vip" },
    ]);
    expect([meant(findChoice(tags, "vip")), meant(findChoice(tags, "VIP")), meant(findChoice(tags, "Vip"))]).toEqual([
      "2",
      "1",
      ["1", "2"],
    ]);
  });

  test("a name may be short of what stands before its dot", () => {
    const fields = choicesOf({ operation: "list", value: "id", label: "name", by: ["key", "name"], short: true }, [
      { id: "f", key: "contact.nps", name: "Score" },
    ]);
    for (const name of ["contact.nps", "nps", "NPS", "score"]) expect(meant(findChoice(fields, name))).toBe("f");
  });
});

test("several of one name are distinguished by what differs, and by their ids", () => {
  expect(listed(users.slice(0, 2))).toBe("Sam Hill, sam@acme.example (u1); Sam Hill, hill@acme.example (u2)");
  expect(described(stages[0]!)).toBe("Sales / New (s1)");
  expect(listed(stages, 1)).toBe("Sales / New (s1); and 3 more");
});

describe("names of any script", () => {
  const list: Lookup = { operation: "list", value: "id", label: "name", by: ["name"] };
  const find = (names: string[], name: string) =>
    meant(
      findChoice(
        choicesOf(
          list,
          names.map((each, i) => ({ id: `n${i}`, name: each })),
        ),
        name,
      ),
    );

  test.each([
    ["İstanbul", "istanbul"],
    ["ışık", "IŞIK"],
    ["Straße", "STRASSE"],
    ["ΟΔΟΣ", "οδός".normalize("NFD").replace(/\u0301/g, "")],
    ["Café", "Cafe\u0301"],
    ["Ｓａｌｅｓ", "sales"],
    ["Sales\u00a0Team", "Sales  Team"],
    ["Sales\u200b", "sales"],
  ])("'%s' is met by '%s'", (name, written) => {
    expect("choice" in findChoice(choicesOf(list, [{ id: "n0", name: name }]), written)).toBe(true);
  });

  test("names that differ by more than their spelling are guessed by their own letters", () => {
    expect(find(["预约确认", "已完成"], "退款")).toBeNull();
    expect(find(["预约确认", "已完成"], "预约确人")).toBe("n0");
    expect(find(["Größe", "Menge"], "Grösse")).toBe("n0");
  });

  test("a row that two pages gave is one", () => {
    const rows = [
      { id: "u1", name: "Sam" },
      { id: "u2", name: "Ada" },
      { id: "u1", name: "Sam" },
    ];
    expect(meant(findChoice(choicesOf(list, rows), "sam"))).toBe("u1");
  });

  test("a name is not cut at its dot as a key is", () => {
    const field: Lookup = { operation: "list", value: "key", label: "name", by: ["id", "name"], short: true };
    const choices = choicesOf(field, [{ id: "f1", key: "contact.nps", name: "Q1.Score" }]);
    expect([meant(findChoice(choices, "nps")), meant(findChoice(choices, "q1.score"))]).toEqual(["contact.nps", "contact.nps"]);
    expect("choice" in findChoice(choices, "Score")).toBe(false);
  });
});

test("a list of text boxes has labels of its boxes and no options", () => {
  const field: Lookup = {
    operation: "list",
    value: "id",
    label: "name",
    options: { row: "picklistOptions", open: "isOpen" },
    controls: { row: "dataType", of: { TEXTBOX_LIST: "json", MULTIPLE_OPTIONS: "tags" } },
  };
  const rows = ["SINGLE_OPTIONS", "MULTIPLE_OPTIONS", "TEXTBOX_LIST"].map((dataType) => ({
    id: dataType,
    dataType,
    picklistOptions: ["a"],
  }));
  expect(choicesOf(field, rows).map(({ options }) => options)).toEqual([["a"], ["a"], undefined]);
});
