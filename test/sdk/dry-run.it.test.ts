/** What a dry run says of each write of the catalog that has a record to compare with, beside what the write then does. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { getPath, type JsonObject } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation } from "#test/support/built-in.ts";
import { beforeRow, readInput } from "#catalog/confirm.ts";
import { groundOf } from "./row.ts";
import { rows } from "./rows/index.ts";
import { openSide, type Login, type Side } from "./side.ts";

let side: Side;
beforeAll(async () => {
  for (const method of ["warn", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  side = await openSide();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await side.close();
});
beforeEach(async () => {
  side.sandbox.reset();
  await side.clock.advance(600_000);
});

const operation = (key: string) => findOperation("highlevel", key)!;
/** The record a write is about, as it stands. */
async function present(login: Login, key: string, input: JsonObject) {
  const { before } = operation(key);
  const asked = readInput(before!.input, input) as JsonObject;
  return beforeRow(operation(key), input, await side.millrace(login, before!.operation, asked));
}

const compared = highlevel.operations.filter((o) => o.before && o.id in rows).map(({ title, id }) => [title, id] as const);

test.each(compared.filter(([, key]) => operation(key).effect !== "delete"))("%s does what its dry run said", async (_title, key) => {
  const { login = "location", input } = await rows[key]!(groundOf(side));
  const before = await present(login, key, input);
  const records = side.records();
  const [effect, ...more] = await side.dryRun(login, key, input);
  expect([more, side.records(), effect!.unchanged]).toEqual([[], records, false]);
  await side.millrace(login, key, input);
  const after = await present(login, key, input);
  // Custom fields are told by name and read by id; src/outbound/pretend.test.ts has them.
  const expectedChanges = effect!.changes.filter(({ field }) => !field.startsWith("contact."));
  expect(expectedChanges.map(({ field, old }) => [field, old])).toEqual(
    expectedChanges.map(({ field }) => [field, valueAt(before, field)]),
  );
  expect(expectedChanges.map(({ field, new: wanted }) => [field, plain(wanted)])).toEqual(
    expectedChanges.map(({ field }) => [field, valueAt(after, field)].map(plain)),
  );
  expect(tagsOf(after)).toEqual(
    tagsOf(before)
      .filter(not(effect!.tags?.removed))
      .concat(effect!.tags?.added ?? [])
      .toSorted(),
  );
  expect(effect!.changes.length + (effect!.tags ? 1 : 0)).toBeGreaterThan(0);
});

test.each(compared.filter(([, key]) => operation(key).effect === "delete"))(
  "%s names beforehand what is then gone",
  async (_title, key) => {
    const { login = "location", input } = await rows[key]!(groundOf(side));
    const before = await present(login, key, input);
    const records = side.records();
    const [effect] = await side.dryRun(login, key, input);
    expect([side.records(), effect!.effect, effect!.unchanged, before === null]).toEqual([records, "delete", false, false]);
    expect(effect!.recordId).toBe(before!["id"] ?? before!["_id"]);
    await side.millrace(login, key, input);
    expect(await present(login, key, input).catch(() => null)).toBeNull();
  },
);

const valueAt = (record: Record<string, unknown> | null, field: string): unknown => getPath(record, field) ?? null;
/** The same moment may be written with and without milliseconds. */
const plain = (value: unknown): unknown => (typeof value === "string" ? value.replace(/\.000Z$/, "Z") : value);
const tagsOf = (record: Record<string, unknown> | null): string[] => ((record?.["tags"] ?? []) as string[]).toSorted();
const not =
  (names: readonly string[] = []) =>
  (name: string) =>
    !names.includes(name);
