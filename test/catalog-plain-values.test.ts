import { describe, expect, test } from "vitest";
import { factsIndex } from "#apps/highlevel/facts.ts";
import { apps, findOperation } from "#test/support/built-in.ts";
import { emptyFilter } from "#catalog/empty-filter.ts";
import { fitInput } from "#catalog/fit.ts";
import type { InputField, Operation } from "#catalog/types.ts";

// What senders write, in every field of the catalog that such a value can be mapped into.

const operations = [...apps.values()].flatMap((app) => app.operations);
const fields = operations.flatMap((operation) => operation.input.map((field) => ({ operation, field })));
const texts = (format: string) =>
  fields.filter(({ field: { schema } }) => schema.format === format && [schema.type].flat().includes("string"));
const fit = (operation: Operation, { name }: InputField, value: unknown, notes: string[] = []) =>
  fitInput(operation, { [name]: value }, { country: "US", zone: "UTC", emptied: new Set(), note: (note) => notes.push(note) })[name];
const each = (some: { operation: Operation; field: InputField }[]) =>
  some.map(({ operation, field }) => [`${operation.id} ${field.name}`, operation, field] as const);

describe("every e-mail field", () => {
  test.each(each(texts("email")))("%s takes the address out of what a mail program writes", (_, operation, field) => {
    const written = [
      "Ada Byron <ada@example.com>",
      '"Byron, Ada" <ada@example.com>',
      "<ada@example.com>",
      "mailto:ada@example.com",
      "Ada <mailto:ada@example.com>\u200b",
    ];
    expect(written.map((text) => fit(operation, field, text))).toEqual(written.map(() => "ada@example.com"));
    for (const text of ["ada@example.com, bo@example.com", "A <a@b.co>, B <c@d.co>", "Ada <>"])
      expect(fit(operation, field, text)).toBe(text);
  });
});

describe("every phone field", () => {
  test.each(each(texts("phone")))("%s says so where an extension is left out", (_, operation, field) => {
    const notes: string[] = [];
    expect([fit(operation, field, "(415) 555-0123 ext. 5", notes), fit(operation, field, "(415) 555-0123", notes), notes]).toEqual([
      "+14155550123",
      "+14155550123",
      ["A phone field takes no extension: '5' of '(415) 555-0123 ext. 5' was left out."],
    ]);
  });
});

describe("every country field", () => {
  const named = fields.filter(({ field }) => field.name === "country" && field.in === "body");
  test.each(each(named))("%s takes a name for the code that is wanted", (_, operation, field) => {
    expect(["Germany", "USA", "fr"].map((text) => fit(operation, field, text))).toEqual(["DE", "US", "FR"]);
  });
});

describe("every checkbox", () => {
  const boxes = fields.filter(({ field: { schema } }) => schema.type === "boolean" && schema.enum === undefined);
  const words: [word: unknown, meant: boolean][] = [
    ...["true", "Yes", "Y", "1", "on", "checked", "T", 1].map((word): [unknown, boolean] => [word, true]),
    ...["false", "no", " N ", "0", "off", "unchecked", "f", 0].map((word): [unknown, boolean] => [word, false]),
  ];
  test("takes the words for yes and no that the filter to_boolean takes, and no other", () => {
    expect(boxes.length).toBeGreaterThan(40);
    for (const { operation, field } of boxes) {
      for (const [word, meant] of words) expect(fit(operation, field, word), `${operation.id} ${field.name} ${String(word)}`).toBe(meant);
      expect(fit(operation, field, "maybe")).toBe("maybe");
    }
  });
});

describe("every object that an update takes", () => {
  const changes = fields.filter(
    ({ operation: { effect }, field: { schema, control, in: place } }) =>
      (effect === "update" || effect === "upsert") && schema.type === "object" && control !== "customFields" && place === "body",
  );
  test.each(each(changes))("%s is left out where nothing came of its members", (_, operation, field) => {
    const member = Object.entries(field.schema.properties ?? {}).find(([, { type }]) => type === "object")?.[0];
    expect([fit(operation, field, {}), member && fit(operation, field, { [member]: {} })]).toEqual([undefined, undefined]);
  });
});

describe("every object that an operation needs", () => {
  const needed = factsIndex()
    .map(({ key }) => findOperation("highlevel", key)!)
    .flatMap((operation) => operation.input.map((field) => ({ operation, field })))
    .filter(
      ({ field: { required, schema, control, fill, in: place } }) =>
        required && !fill && schema.type === "object" && control !== "customFields" && place === "body",
    );
  test("is found among the endpoints", () => expect(needed.length).toBeGreaterThan(10));
  test.each(each(needed))("%s is sent empty where it came empty, and not where its members came blank", (_, operation, field) => {
    expect(fit(operation, field, {})).toEqual({});
    const text = Object.entries(field.schema.properties ?? {}).find(([, { type, enum: choices }]) => type === "string" && !choices)?.[0];
    if (text === undefined || operation.method === "POST") return; // in a new record a blank wipes out nothing
    expect(fit(operation, field, { [text]: " " })).toBeUndefined();
  });
});

describe("every list of tags", () => {
  const tags = fields.filter(({ field: { name, control, schema } }) => control === "tags" && name === "tags" && schema.type === "array");
  test.each(each(tags))("%s has one tag for one word, however its accents are encoded", (_, operation, field) => {
    expect(fit(operation, field, ["cafe\u0301", "vip"])).toEqual(["caf\u00e9", "vip"]);
  });
});

describe("every search", () => {
  const lists = operations.filter(({ effect, list }) => effect === "read" && list);
  const steering = /^(sort|order|limit|page|skip|offset|count|fields|projection|startAfter|startAfterId|lastMessageId|cursor|searchAfter)/i;
  test.each(lists.map((operation) => [operation.id, operation] as const))(
    "%s asks for nothing where a filter comes out empty",
    (_, operation) => {
      for (const { name, fill, in: place } of operation.input) {
        if (fill || (place !== "query" && place !== "body") || steering.test(name)) continue;
        expect(emptyFilter(operation, {}, { written: [name] })?.name).toBe(name);
        expect(emptyFilter(operation, { [name]: "x" }, { written: [name] })).toBeUndefined();
        expect(emptyFilter(operation, {}, { written: [] })).toBeUndefined();
      }
    },
  );
});
