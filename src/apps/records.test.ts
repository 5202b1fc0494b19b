/** What apps say of their records is true of their operations. */
import { describe, expect, test } from "vitest";
import type { RecordField, RecordType } from "#catalog/record-types.ts";
import { isListed } from "#catalog/record-values.ts";
import type { JsonSchema, Operation } from "#catalog/types.ts";
import { builtIn } from "#test/support/built-in.ts";

const catalog = builtIn.of("any");
const types = catalog.apps.flatMap((app) => catalog.recordTypes(app.id).map((type) => [app.id, type.id, type] as const));

const schemaAt = (schema: JsonSchema | undefined, path: string): JsonSchema | undefined =>
  path.split(".").reduce<JsonSchema | undefined>((at, key) => at?.properties?.[key], schema);
const inputs = (operation: Operation | undefined): string[] => operation?.input.map(({ name }) => name) ?? [];

describe.each(types)("%s %s", (app, _, type: RecordType) => {
  const operation = (id: string): Operation => {
    const found = catalog.operation(app, id);
    if (!found) throw new Error(`there is no operation ${id}`);
    return found;
  };
  const list = operation(type.list.operation);
  const single = type.one && operation(type.one.operation);
  const writes = [type.create, type.update].flatMap((write) => (write ? [operation(write.operation)] : []));

  test("its list is a list whose rows have an id", () => {
    expect(list).toMatchObject({ effect: "read", list: true });
    expect(list.identity).toBeTruthy();
    expect(inputs(list)).toEqual(expect.arrayContaining(Object.keys(type.list.input ?? {})));
  });

  test("every operation takes the inputs it is given", () => {
    const { one, create, update, remove, archive } = type;
    const needed = [one, create, update, remove, archive].flatMap((named) =>
      named
        ? [
            ...Object.keys("input" in named ? (named.input ?? {}) : {}),
            ...("id" in named ? [named.id] : "key" in named ? [named.key!] : []),
          ].map((input) => [named.operation, input] as const)
        : [],
    );
    expect(needed.filter(([id, input]) => !inputs(operation(id)).includes(input))).toEqual([]);
  });

  test("they do what they are named for", () => {
    const effect = (named?: { operation: string }) => named && operation(named.operation).effect;
    const { one, create, update, remove } = type;
    expect([undefined, "read"]).toContain(effect(one));
    expect([undefined, "create", "upsert"]).toContain(effect(create));
    expect([undefined, "update", "upsert"]).toContain(effect(update));
    expect([undefined, "delete"]).toContain(effect(remove));
  });

  test("every field is in what is read", () => {
    const rows = list.output?.items;
    const missing = (schema: JsonSchema | undefined, pathOf: (field: RecordField) => string, fields: RecordField[]) =>
      fields.filter((field) => !schemaAt(schema, pathOf(field)) && field.name !== type.of?.field).map(({ name }) => name);
    expect(missing(rows, ({ listed, read }) => listed ?? read, type.fields.filter(isListed))).toEqual([]);
    if (single) expect(missing(single.output, ({ read }) => read, type.fields)).toEqual([]);
  });

  test("every field that can be written is an input of create or update", () => {
    const taken = new Set(writes.flatMap(inputs));
    expect(type.fields.filter(({ write }) => write !== null && !taken.has(write)).map(({ name }) => name)).toEqual([]);
  });

  test("only what is said to be written once is not taken by an update", () => {
    if (!type.update) return;
    const taken = inputs(operation(type.update.operation));
    const once = type.fields.filter(({ write, once }) => write !== null && !once && !taken.includes(write));
    expect(once.map(({ name }) => name)).toEqual([]);
  });

  test("its names, events and parents are there", () => {
    const names = new Set(type.fields.map(({ name }) => name));
    expect(names.size).toBe(type.fields.length);
    expect(type.called.flat().filter((name) => !names.has(name))).toEqual([]);
    for (const { id, wrap } of type.events ?? []) {
      const trigger = catalog.trigger(app, id);
      expect(trigger, id).toMatchObject({ kind: "webhook" });
      if (wrap) expect(trigger?.example).toHaveProperty(wrap);
    }
    if (type.of) expect([names.has(type.of.field), catalog.recordType(app, type.of.type)?.id]).toEqual([true, type.of.type]);
    for (const { refers } of type.fields) if (refers) expect(catalog.recordType(app, refers)?.id).toBe(refers);
  });

  test("the list of its custom fields says what they are", () => {
    if (!type.custom) return;
    const row = operation(type.custom.list.operation).output?.items;
    for (const path of [type.custom.id, type.custom.label, type.custom.kind]) expect(schemaAt(row, path), path).toBeDefined();
    expect(inputs(writes[0])).toContain(type.custom.write);
  });
});

test("the apps that keep records say which", () => {
  expect(types.map(([app, id]) => `${app} ${id}`)).toEqual([
    "highlevel contact",
    "highlevel tag",
    "highlevel note",
    "highlevel task",
    "highlevel appointment",
    "highlevel opportunity",
    "highlevel user",
    "flocksy profile",
    "flocksy tag",
    "flocksy mapping",
  ]);
});
