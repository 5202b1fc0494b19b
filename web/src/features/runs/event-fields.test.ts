import { expect, test } from "vitest";
import { differences, fieldsByUse, fieldsOf, placeOf, placesRead, readLike, withField } from "./event-fields.ts";

const event = { email: "ada@example.com", score: 9, tags: ["a", "b"], contact: { vip: false, note: null }, _headers: { host: "x" } };

test("an event is its plain values by their places, without what Millrace notes beside it", () => {
  expect(fieldsOf(event).map(({ path, value }) => [placeOf(path), value])).toEqual([
    ["email", "ada@example.com"],
    ["score", 9],
    ["tags[0]", "a"],
    ["tags[1]", "b"],
    ["contact.vip", false],
    ["contact.note", null],
  ]);
  expect(fieldsOf("text")).toEqual([]);
});

test("one value is written without touching the rest", () => {
  const changed = withField(event, ["contact", "vip"], true);
  expect(changed).toEqual({ ...event, contact: { vip: true, note: null } });
  expect(withField(event, ["tags", 1], "c")).toEqual({ ...event, tags: ["a", "c"] });
  expect(differences(event, changed)).toEqual([{ field: "contact.vip", old: false, new: true }]);
  expect(differences(event, { ...event, city: "Oslo" })).toEqual([{ field: "city", old: undefined, new: "Oslo" }]);
});

test("what is typed stays of the kind that it was", () => {
  expect([
    readLike(9, "3"),
    readLike(9, "three"),
    readLike(9, ""),
    readLike(false, "true"),
    readLike("a", "3"),
    readLike(null, ""),
  ]).toEqual([3, undefined, undefined, true, "3", null]);
});

test("the fields that the flow reads come first, however deep they are read", () => {
  const steps = [
    { id: "a", filter: "trigger.email != blank" },
    { id: "b", if: "true", then: [{ id: "c", input: { note: "{{ trigger['contact'].note }} of {{ trigger.tags[0] }}" } }] },
  ];
  const { used, others } = fieldsByUse(fieldsOf(event), steps);
  expect(used.map(({ path }) => placeOf(path))).toEqual(["email", "tags[0]", "tags[1]", "contact.note"]);
  expect(others.map(({ path }) => placeOf(path))).toEqual(["score", "contact.vip"]);
});

test("a flow that names no field of the event may read any of them", () => {
  expect(fieldsByUse(fieldsOf(event), [{ id: "a", code: "return Object.keys(trigger)" }]).others).toEqual([]);
});

test("the fields that a refused input was filled from are found, also for a step within a branch", () => {
  const event = { email: "a@b.co", contact: { phone: "call me" }, score: 3 };
  const inner = { id: "contact", input: { phone: "{{ trigger.contact.phone }}", email: "{{ trigger.email }}" } };
  const steps = [{ id: "kind", if: "trigger.score > 2", else: [inner] }];
  const places = (id: string, ...names: string[]) => [...placesRead(fieldsOf(event), steps, id, names)];
  expect(places("contact", "phone")).toEqual(["contact.phone"]);
  expect(places("contact")).toEqual([]);
  expect(places("gone", "phone")).toEqual([]);
});
