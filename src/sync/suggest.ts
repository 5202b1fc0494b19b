import type { RecordField, RecordType } from "#catalog/record-types.ts";
import { fold } from "#catalog/text.ts";
import { capital } from "#kernel/words.ts";
import type { FieldPair, MatchRule, Side, SyncDefinition } from "./format.ts";
import { sides } from "./sides.ts";
import { commonKind } from "./values.ts";

/** A definition that makes sense for two record types, for a person to go on from. It deletes nothing. */
export function suggestSync(of: Pick<SyncDefinition, "a" | "b">, types: Record<Side, RecordType>): SyncDefinition {
  const pairs = pairFields(types);
  return {
    name: `${capital(types.a.many)} and ${types.b.many}`.slice(0, 100),
    ...of,
    match: suggestRules(pairs, types),
    fields: pairs.map(({ a, b, way }) => ({ a: a.name, b: b.name, way })),
    create: { a: types.a.create !== undefined, b: types.b.create !== undefined },
    conflict: "newest",
    deletes: { a: "nothing", b: "nothing", most: 0.05 },
  };
}

interface Pair extends Record<Side, RecordField> {
  way: FieldPair["way"];
}

/** Pairs fields that are called alike and can hold the same, the surest first; each field once. */
function pairFields(types: Record<Side, RecordType>): Pair[] {
  const paired = new Set<RecordField>();
  const fieldsOfB = types.b.fields.map(named);
  const candidates = types.a.fields.map(named).flatMap((a) => fieldsOfB.flatMap((b) => candidate(a, b, types)));
  const chosen = candidates
    .toSorted((one, other) => other.likeness - one.likeness)
    .filter(({ a, b }) => !paired.has(a) && !paired.has(b) && paired.add(a) && paired.add(b));
  const order = new Map(types.a.fields.map((field, i) => [field, i]));
  return chosen.toSorted((one, other) => order.get(one.a)! - order.get(other.a)!);
}

function candidate(a: NamedField, b: NamedField, types: Record<Side, RecordType>): (Pair & { likeness: number })[] {
  // An id of the one app means nothing to the other.
  if (a.field.refers !== undefined || b.field.refers !== undefined || commonKind(a.field.kind, b.field.kind) === null) return [];
  const likeness = likenessOf(a, b);
  const way = likeness === 0 ? null : wayOf(types.a, a.field, types.b, b.field);
  return way === null ? [] : [{ a: a.field, b: b.field, way, likeness }];
}

function wayOf(typeA: RecordType, a: RecordField, typeB: RecordType, b: RecordField): FieldPair["way"] | null {
  const [toA, toB] = [canBeWritten(typeA, a), canBeWritten(typeB, b)];
  if (toA && toB) return "both";
  return toA ? "toA" : toB ? "toB" : null;
}

/** Whether a value of a field can be written at all: later, or when a record is made. */
export const canBeWritten = (type: RecordType, { write, once }: RecordField): boolean =>
  write !== null && ((once !== true && type.update !== undefined) || type.create !== undefined);

/** A field with its words and what they mean, worked out once: it is compared with every field of the other side. */
interface NamedField {
  field: RecordField;
  name: string;
  label: string;
  meanings: readonly number[];
}

function named(field: RecordField): NamedField {
  const [name, label] = [wordOf(field.name), wordOf(field.label)];
  return { field, name, label, meanings: [name, label].flatMap((word) => meaningsOf.get(word) ?? []) };
}

function likenessOf(a: NamedField, b: NamedField): number {
  const isSameKind = a.field.kind === b.field.kind;
  const isSameName = a.name !== "" && a.name === b.name;
  if (isSameKind && (a.field.kind === "email" || a.field.kind === "phone")) return isSameName ? 5 : 1;
  if (isSameName || (a.label !== "" && a.label === b.label)) return isSameKind ? 4 : 3;
  return b.meanings.some((meaning) => a.meanings.includes(meaning)) ? 2 : 0;
}

const wordOf = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]/gu, "");

/** What people call the same thing. */
const synonyms: readonly (readonly string[])[] = [
  ["firstname", "givenname", "forename"],
  ["lastname", "surname", "familyname"],
  ["name", "fullname", "displayname"],
  ["title", "subject", "name"],
  ["company", "companyname", "organisation", "organization", "business"],
  ["phone", "mobile", "phonenumber", "telephone", "cell"],
  ["email", "mail", "emailaddress"],
  ["tags", "labels", "segments", "groups", "categories"],
  ["address", "address1", "street", "streetaddress"],
  ["postalcode", "zip", "zipcode", "postcode"],
  ["state", "region", "province"],
  ["website", "url", "homepage"],
  ["birthday", "dateofbirth", "birthdate", "dob"],
  ["body", "note", "notes", "text", "description", "content", "comment"],
  ["duedate", "due", "deadline", "dueat", "remindat", "sendat"],
  ["start", "starttime", "startsat", "startdate"],
  ["end", "endtime", "endsat", "enddate"],
  ["completed", "done", "isdone", "finished"],
  ["colour", "color"],
  ["value", "amount", "monetaryvalue", "price"],
  ["status", "stage"],
];
/** The places in `synonyms` of each word. */
const meaningsOf: ReadonlyMap<string, readonly number[]> = new Map(
  synonyms.flat().map((word) => [word, synonyms.flatMap((words, i) => (words.includes(word) ? [i] : []))]),
);

// ---------------------------------------------------------------- rules

/** The other side's id first, where one side keeps it; then e-mail and phone; the name only where there is nothing surer. */
function suggestRules(pairs: readonly Pair[], types: Record<Side, RecordType>): MatchRule[] {
  const ofKind = (kind: RecordField["kind"]) =>
    pairs.filter(({ a, b }) => a.kind === kind && b.kind === kind).map(({ a, b }): MatchRule => [{ a: a.name, b: b.name }]);
  const sure = [...keyRules(types), ...ofKind("email").slice(0, 1), ...ofKind("phone").slice(0, 1)];
  return sure.length > 0 ? sure : nameRule(pairs, types);
}

/** A side that takes the id of the other side's record when one is made keeps it in a field. */
function keyRules(types: Record<Side, RecordType>): MatchRule[] {
  return sides.flatMap((keeper): MatchRule[] => {
    const key = types[keeper].create?.key;
    const kept = key === undefined ? undefined : types[keeper].fields.find(({ name, write }) => write === key || name === key);
    const id = types[keeper === "a" ? "b" : "a"].fields.find(({ name }) => name === "id");
    if (!kept || !id) return [];
    return [[keeper === "a" ? { a: kept.name, b: id.name } : { a: id.name, b: kept.name }]];
  });
}

/** The fields by which people know a record, where both sides have them. */
function nameRule(pairs: readonly Pair[], { a, b }: Record<Side, RecordType>): MatchRule[] {
  for (const names of a.called) {
    const found = names.map((name) => pairs.find((pair) => pair.a.name === name));
    const isWhole = found.every((pair) => pair !== undefined && b.called.some((group) => group.includes(pair.b.name)));
    if (isWhole && found.length > 0) return [found.map((pair) => ({ a: pair!.a.name, b: pair!.b.name }))];
  }
  return [];
}
