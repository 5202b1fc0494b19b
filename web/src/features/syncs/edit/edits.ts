import type { z } from "zod";
import type { syncProblemList } from "#api/schemas.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { BothWords, ConflictPolicy, Definition, FieldPair, MatchRule, RecordField, Side, Way } from "../types.ts";

/** Pure: what people do to a sync's definition. Each gives a new one. */

export type SyncProblem = z.infer<typeof syncProblemList>["problems"][number];

/** Ways in the order in which the arrow goes through them. */
const ways: readonly Way[] = ["both", "toB", "toA"];

/** The ways that a row can go: nobody can write to a field that the app gives only to be read. What is not known yet hinders nothing. */
export function waysOf({ a, b }: Pick<FieldPair, "a" | "b">, words: BothWords): Way[] {
  const toA = fieldOf(words.a.type, a)?.canWrite ?? true;
  const toB = fieldOf(words.b.type, b)?.canWrite ?? true;
  return ways.filter((way) => (way === "toA" ? toA : way === "toB" ? toB : toA && toB));
}

/** The way after this one; the same where there is no other. */
export function nextWay(way: Way, allowed: readonly Way[]): Way {
  const after = [...ways.slice(ways.indexOf(way) + 1), ...ways];
  return after.find((one) => one !== way && allowed.includes(one)) ?? way;
}

/** The way that an arrow key means: to the side at which it points, up and down both ways. */
export function wayOfKey(key: string): Way | undefined {
  const keys: Record<string, Way> = { ArrowLeft: "toA", ArrowRight: "toB", ArrowUp: "both", ArrowDown: "both" };
  return keys[key];
}

export const fieldOf = (type: { fields: readonly RecordField[] } | null, name: string): RecordField | undefined =>
  type?.fields.find((field) => field.name === name);

/** What people call a field of a side: by its label, and by its name where the app has it no more. */
export const fieldLabelOf = (words: BothWords, side: Side, name: string): string => fieldOf(words[side].type, name)?.label ?? name;

/** A row under which the server speaks of it. */
export const keyOf = ({ a, b }: Pick<FieldPair, "a" | "b">): string => `${a}=${b}`;

export const putPair = (definition: Definition, at: number, pair: FieldPair): Definition => ({
  ...definition,
  fields: definition.fields.toSpliced(at, 1, pair),
});

/** Takes a row away. The last one stays: without it there would be nothing to keep in step. */
export const withoutPair = (definition: Definition, at: number): Definition =>
  definition.fields.length === 1 ? definition : { ...definition, fields: definition.fields.toSpliced(at, 1) };

/** Adds a row, which goes both ways if it can. */
export function withPair(definition: Definition, names: Pick<FieldPair, "a" | "b">, words: BothWords): Definition {
  if (definition.fields.some((pair) => keyOf(pair) === keyOf(names))) return definition;
  const [way = "toB"] = waysOf(names, words);
  return { ...definition, fields: [...definition.fields, { ...names, way }] };
}

/** A member is left out where it says nothing. */
export function withOptional<T extends object, Key extends keyof T>(value: T, key: Key, to: T[Key] | undefined): T {
  const { [key]: _, ...rest } = value;
  return (to === undefined || to === "" ? rest : { ...value, [key]: to }) as T;
}

export const putRule = (definition: Definition, at: number, rule: MatchRule | null): Definition => ({
  ...definition,
  match: rule === null || rule.length === 0 ? definition.match.toSpliced(at, 1) : definition.match.toSpliced(at, 1, rule),
});

/** Moves a rule to another place; beyond the ends it stays where it is. */
export function movedRule(definition: Definition, from: number, to: number): Definition {
  const rule = definition.match[from];
  if (rule === undefined || to < 0 || to >= definition.match.length || from === to) return definition;
  return { ...definition, match: definition.match.toSpliced(from, 1).toSpliced(to, 0, rule) };
}

/** Which records of a side take part; without a condition all of them. */
export function withOnly(definition: Definition, side: Side, condition: string): Definition {
  const only = withOptional(definition.only ?? {}, side, condition.trim() === "" ? undefined : condition);
  return withOptional(definition, "only", Object.keys(only).length === 0 ? undefined : only);
}

export const withConflict = (pair: FieldPair, policy: ConflictPolicy | undefined): FieldPair => withOptional(pair, "conflict", policy);

/** What is said of a place of the definition and of what lies in it: `fields.2` has what is said of `fields.2.toA` and `fields[2]`. */
export const problemsAt = (problems: readonly SyncProblem[], place: string): SyncProblem[] =>
  problems.filter(({ field }) => {
    const at = field.replace(/\[(\d+)\]/g, ".$1");
    return at === place || at.startsWith(`${place}.`);
  });

/** Whether nothing hinders a start. */
export const mayStart = (problems: readonly SyncProblem[] | undefined): boolean =>
  problems !== undefined && !problems.some(({ level }) => level === "error");

/** Whether two definitions say the same. */
export const saysTheSame = (one: Definition, other: Definition): boolean => canonicalJson(one) === canonicalJson(other);
