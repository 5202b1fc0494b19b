import { isListed } from "#catalog/record-values.ts";
import type { RecordField, RecordFieldKind, RecordType } from "#catalog/record-types.ts";
import { compileCondition, compileValue, type CompiledCondition, type CompiledValue } from "#engine/mapping/mapping.ts";
import type { MappingSettings } from "#engine/mapping/types.ts";
import { isBlank } from "#engine/mapping/text.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import type { ConflictPolicy, FieldPair, Side, SyncDefinition } from "./format.ts";
import { otherSide, rowKey, sides } from "./sides.ts";
import { commonKind, matchKey, readValue } from "./values.ts";

/** A sync made ready for work: fields looked up, templates and conditions compiled, once for each revision of its definition. */
export interface CompiledSync {
  definition: SyncDefinition;
  types: Record<Side, RecordType>;
  rows: Row[];
  /** Rows that rest because a field of theirs is gone, by their key, with the reason in words. */
  resting: Record<string, string>;
  only: Record<Side, CompiledCondition | null>;
  rules: (Rule | null)[];
  parents: { a: RecordField; b: RecordField; sync: string }[];
  settings: MappingSettings;
}

/** A row of fields, with what each side can do. */
export interface Row extends Record<Side, RecordField> {
  /** `<a>=<b>`; it names the row in agreed values and conflicts. */
  key: string;
  /** As what both values are compared. */
  kind: RecordFieldKind;
  way: FieldPair["way"];
  policy: ConflictPolicy;
  /** To which sides a change goes. */
  updates: Record<Side, boolean>;
  /** To which sides the value goes when a record is made there. */
  creates: Record<Side, boolean>;
  /** What makes the value of a side from the other's; null: it goes as it is. */
  to: Record<Side, CompiledValue | null>;
}

type Rule = { a: RecordField; b: RecordField; kind: RecordFieldKind }[];

/** Makes a definition ready. A row whose field does not exist rests; a template or condition that does not compile throws MAPPING_FAILED. */
export function compileSync(definition: SyncDefinition, types: Record<Side, RecordType>, settings: MappingSettings): CompiledSync {
  const fields = { a: fieldsOf(types.a), b: fieldsOf(types.b) };
  const resting: Record<string, string> = {};
  const rows = definition.fields.flatMap((pair, i) => {
    const why = whyResting(pair, types, fields);
    if (why === null) return compileRow(pair, i, { definition, types, fields, settings });
    resting[rowKey(pair)] = why;
    return [];
  });
  const condition = (side: Side) => {
    const text = definition.only?.[side];
    return text === undefined ? null : compileCondition(text, settings, `only.${side}`);
  };
  return {
    definition,
    types,
    rows,
    resting,
    only: { a: condition("a"), b: condition("b") },
    rules: definition.match.map((rule) => compileRule(rule, fields)),
    parents: (definition.parents ?? []).flatMap(({ a, b, sync }) => {
      const [fieldA, fieldB] = [fields.a.get(a), fields.b.get(b)];
      return fieldA && fieldB ? [{ a: fieldA, b: fieldB, sync }] : [];
    }),
    settings,
  };
}

type Fields = Record<Side, ReadonlyMap<string, RecordField>>;
const fieldsOf = (type: RecordType): Map<string, RecordField> => new Map(type.fields.map((field) => [field.name, field]));

/** Why a row rests, with the field that is left of it; null: both fields are there. */
function whyResting(pair: FieldPair, types: Record<Side, RecordType>, fields: Fields): string | null {
  for (const side of sides) {
    const why = whyMissing(types[side], fields[side].get(pair[side]), pair[side]);
    const other = fields[otherSide(side)].get(pair[otherSide(side)]);
    if (why !== null) return other ? `${why} It belonged to "${other.label}" of ${types[otherSide(side)].many}.` : why;
  }
  return null;
}

/** A custom field is known by its id, which says nothing to people. */
const isCustom = (name: string): boolean => name.startsWith("custom:");

/** Why a field cannot be read; null: it can be. */
export function whyMissing(type: RecordType, field: RecordField | undefined, name: string): string | null {
  if (field === undefined && isCustom(name)) return `A custom field of ${type.many} no longer exists.`;
  if (field === undefined) return `The field "${name}" of ${type.many} no longer exists.`;
  if (type.one === undefined && !isListed(field)) return `"${field.label}" cannot be read: the list of ${type.many} does not have it.`;
  return null;
}

interface RowContext extends Pick<CompiledSync, "definition" | "types" | "settings"> {
  fields: Fields;
}

function compileRow(pair: FieldPair, index: number, { definition, types, fields, settings }: RowContext): Row {
  const [a, b] = [fields.a.get(pair.a)!, fields.b.get(pair.b)!];
  const to = { a: pair.toA, b: pair.toB };
  const goesTo = { a: pair.way !== "toB", b: pair.way !== "toA" };
  const compiled = (side: Side) => {
    const text = goesTo[side] ? to[side] : undefined;
    return text === undefined ? null : compileValue(text, settings, `fields.${index}.${side === "a" ? "toA" : "toB"}`);
  };
  const writable = (side: Side, field: RecordField) => goesTo[side] && field.write !== null;
  return {
    key: rowKey(pair),
    kind: kindOf(pair, a, b),
    a,
    b,
    way: pair.way,
    policy: pair.conflict ?? definition.conflict,
    updates: {
      a: writable("a", a) && a.once !== true && types.a.update !== undefined,
      b: writable("b", b) && b.once !== true && types.b.update !== undefined,
    },
    creates: { a: writable("a", a), b: writable("b", b) },
    to: { a: compiled("a"), b: compiled("b") },
  };
}

/** A one-way value is compared as what its target is: the template has made it that. */
function kindOf({ way, toA, toB }: FieldPair, a: RecordField, b: RecordField): RecordFieldKind {
  if (way === "toA" && toA !== undefined) return a.kind;
  if (way === "toB" && toB !== undefined) return b.kind;
  return commonKind(a.kind, b.kind) ?? "custom";
}

function compileRule(rule: SyncDefinition["match"][number], fields: Fields): Rule | null {
  const parts = rule.map((pair) => ({ a: fields.a.get(pair.a), b: fields.b.get(pair.b) }));
  const whole = parts.every((part): part is { a: RecordField; b: RecordField } => part.a !== undefined && part.b !== undefined);
  return whole ? parts.map(({ a, b }) => ({ a, b, kind: commonKind(a.kind, b.kind) ?? "text" })) : null;
}

// ---------------------------------------------------------------- what a record gives

/** The keys by which a record is found, by the number of the rule. A rule of which it lacks a value is left out. */
export function matchKeys(sync: CompiledSync, side: Side, record: JsonObject): Record<number, string> {
  const keys: Record<number, string> = {};
  sync.rules.forEach((rule, i) => {
    const parts = rule?.map((part) => matchKey(part.kind, readValue(part[side], record), sync.settings)) ?? [];
    if (parts.length > 0 && !parts.includes(null)) keys[i] = parts.join("\u0000");
  });
  return keys;
}

/** Whether a record takes part, by the condition of its side. */
export const takesPart = (sync: CompiledSync, side: Side, record: JsonObject): boolean => sync.only[side]?.test({ record }) ?? true;

/** The side from which a row's changes come, where they go one way; null: both ways, or none. */
export const sourceOf = ({ updates }: Row): Side | null => (updates.a === updates.b ? null : updates.a ? "b" : "a");

/** What a side's value becomes on the other side. Throws MAPPING_FAILED. */
export function carried(row: Row, from: Side, value: Json, record: JsonObject): Json {
  const template = row.to[otherSide(from)];
  if (template === null) return value;
  const made = template.evaluate({ value, record }) as Json | undefined;
  return made === undefined || isBlank(made) ? null : made;
}
