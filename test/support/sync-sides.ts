import type { RecordField, RecordFieldKind, RecordType } from "#catalog/record-types.ts";
import type { JsonObject } from "#kernel/json.ts";
import { compileSync, type CompiledSync } from "#sync/compile.ts";
import { syncDefinition, type Side, type SyncDefinition } from "#sync/format.ts";
import type { SideRecord } from "#sync/types.ts";
import type { z } from "zod";

/** Two small record types and a sync of them, for tests of the pure core. */

export const syncField = (name: string, kind: RecordFieldKind = "text", more: Partial<RecordField> = {}): RecordField => ({
  name,
  label: name,
  read: name,
  write: name,
  kind,
  ...more,
});

export const personType = (id: string, more: Partial<RecordType> = {}): RecordType => ({
  id,
  title: id,
  many: `${id}s`,
  called: [["name"], ["email"]],
  list: { operation: `${id}s.list` },
  changed: "changedAt",
  one: { operation: `${id}s.get`, id: "id" },
  create: { operation: `${id}s.create` },
  update: { operation: `${id}s.update`, id: "id" },
  remove: { operation: `${id}s.delete`, id: "id" },
  archive: { operation: `${id}s.update`, id: "id", input: { archived: true } },
  fields: [
    syncField("name"),
    syncField("email", "email"),
    syncField("phone", "phone"),
    syncField("tags", "tags"),
    syncField("score", "number"),
    syncField("born", "date"),
    syncField("seen", "moment"),
    syncField("source", "text", { once: true }),
    syncField("made", "moment", { write: null }),
  ],
  ...more,
});

export const syncTypes = { a: personType("contact"), b: personType("profile") };

type Written = z.input<typeof syncDefinition>;
export function definitionOf(change: Partial<Written> = {}): SyncDefinition {
  return syncDefinition.parse({
    name: "People",
    a: { app: "one", type: "contact", connection: "one" },
    b: { app: "two", type: "profile", connection: "two" },
    match: [[{ a: "email", b: "email" }], [{ a: "phone", b: "phone" }]],
    fields: ["name", "email", "phone", "tags"].map((name) => ({ a: name, b: name, way: "both" as const })),
    create: { a: true, b: true },
    conflict: "newest",
    deletes: { a: "delete", b: "delete" },
    ...change,
  });
}

export const syncOf = (change: Partial<Written> = {}, types: Record<Side, RecordType> = syncTypes): CompiledSync =>
  compileSync(definitionOf(change), types, { zone: "UTC", country: "DE", now: () => 0 });

export const sideRecord = (record: JsonObject, changedAt: number | null = null, id = "1"): SideRecord => ({
  id,
  record: { id, ...record },
  changedAt,
  readAt: 1_000,
});
