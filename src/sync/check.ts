import type { RecordField, RecordType } from "#catalog/record-types.ts";
import { compileCondition, compileValue } from "#engine/mapping/mapping.ts";
import { didYouMean } from "#engine/mapping/nearest.ts";
import type { MappingSettings } from "#engine/mapping/types.ts";
import { isDuration } from "#kernel/durations.ts";
import { canonicalJson } from "#kernel/json.ts";
import { capital } from "#kernel/words.ts";
import { whyMissing } from "./compile.ts";
import type { FieldPair, Side, SyncDefinition } from "./format.ts";
import { templateProblem } from "./merge.ts";
import { rowKey, sides } from "./sides.ts";
import { canBeWritten } from "./suggest.ts";
import { commonKind, isSetKind } from "./values.ts";

/** What stands in the way of a sync, before it starts. */
export interface SyncProblem {
  /** Path in the definition: `fields.3.b`. */
  field: string;
  problem: string;
  /** An error stops the start; a warning is worth knowing. */
  level: "error" | "warning";
}

export interface CheckInput {
  definition: SyncDefinition;
  /** The record types of both sides, with the account's own fields; null: the app has none of this name. */
  types: Record<Side, RecordType | null>;
  /** The other syncs of the workspace. */
  others: readonly { id: string; definition: SyncDefinition }[];
  settings: MappingSettings;
}

/** Everything that is wrong with a definition, by its fields. */
export function checkSync(input: CheckInput): SyncProblem[] {
  const { a, b } = input.types;
  if (a && b) return new Check({ ...input, types: { a, b } }).all();
  return sides.flatMap((side) => {
    const { type } = input.definition[side];
    return input.types[side] ? [] : [error(`${side}.type`, `This app has no kind of record called "${type}" that can be kept in step.`)];
  });
}

const error = (field: string, problem: string): SyncProblem => ({ field, problem, level: "error" });
const warning = (field: string, problem: string): SyncProblem => ({ field, problem, level: "warning" });

interface Known extends CheckInput {
  types: Record<Side, RecordType>;
}

class Check {
  readonly #input: Known;
  readonly #fields: Record<Side, ReadonlyMap<string, RecordField>>;

  constructor(input: Known) {
    this.#input = input;
    const byName = ({ fields }: RecordType) => new Map(fields.map((field) => [field.name, field]));
    this.#fields = { a: byName(input.types.a), b: byName(input.types.b) };
  }

  all(): SyncProblem[] {
    const { definition } = this.#input;
    return [
      ...this.#sides(),
      ...definition.fields.flatMap((pair, i) => this.#row(pair, `fields.${i}`)),
      ...this.#twice(),
      ...this.#rules(),
      ...sides.flatMap((side) => [...this.#condition(side), ...this.#creates(side), ...this.#deletes(side)]),
      ...this.#parents(),
      ...(definition.every !== undefined && !isDuration(definition.every)
        ? [error("every", `"${definition.every}" is not a time like 5m or 1h.`)]
        : []),
    ];
  }

  #sides(): SyncProblem[] {
    const { definition, others } = this.#input;
    const [a, b] = [placeOf(definition, "a"), placeOf(definition, "b")];
    if (a === b)
      return [error("b.type", "Both sides are the same records. Choose another connection or another kind of record for one of them.")];
    const twin = others.find(
      (other) =>
        sides
          .map((side) => placeOf(other.definition, side))
          .toSorted()
          .join() === [a, b].toSorted().join(),
    );
    return twin ? [warning("name", `The sync "${twin.definition.name}" keeps the same records in step already.`)] : [];
  }

  // ---- rows

  #row(pair: FieldPair, at: string): SyncProblem[] {
    const missing = sides.flatMap((side) => this.#missing(side, pair[side], `${at}.${side}`));
    if (missing.length > 0) return missing;
    return [...this.#directions(pair, at), ...this.#templates(pair, at)];
  }

  /** What is wrong with a field that a definition names; nothing where it is there and can be read. */
  #missing(side: Side, name: string, at: string): SyncProblem[] {
    const [type, field] = [this.#input.types[side], this.#fields[side].get(name)];
    if (field === undefined && !name.startsWith("custom:")) {
      const hint = didYouMean(name, this.#fields[side].keys());
      return [error(at, `${capital(type.many)} have no field "${name}"${hint || "."}`)];
    }
    const why = whyMissing(type, field, name);
    return why === null ? [] : [error(at, why)];
  }

  #directions(pair: FieldPair, at: string): SyncProblem[] {
    return targetsOf(pair).flatMap((side) => {
      const [type, field] = [this.#input.types[side], this.#fields[side].get(pair[side])!];
      if (!canBeWritten(type, field)) {
        const hint = pair.way === "both" ? " Let the row go the other way only." : " Turn the row round, or leave it out.";
        return [error(`${at}.way`, `"${field.label}" of ${type.many} cannot be written.${hint}`)];
      }
      if (field.once !== true && type.update) return [];
      return [warning(`${at}.way`, `"${field.label}" is only taken when a record is made; later changes do not get there.`)];
    });
  }

  #templates(pair: FieldPair, at: string): SyncProblem[] {
    const [a, b] = [this.#fields.a.get(pair.a)!, this.#fields.b.get(pair.b)!];
    return targetsOf(pair).flatMap((side) => {
      const name = side === "a" ? "toA" : "toB";
      const template = pair[name];
      if (template !== undefined) return this.#template(template, `${at}.${name}`, pair.way === "both");
      if (commonKind(a.kind, b.kind) !== null) return [];
      const says = ({ label, kind }: RecordField) => `"${label}" is ${kindWords[kind]}`;
      return [error(`${at}.${name}`, `${says(a)} and ${says(b)}. Write a template that makes one of the other.`)];
    });
  }

  #template(text: string, at: string, goesBothWays: boolean): SyncProblem[] {
    const { settings } = this.#input;
    const found = attempt(at, () => {
      const { uses } = compileValue(text, settings, at);
      const readsRecord = uses.some((path) => path === "record" || path.startsWith("record."));
      return goesBothWays && readsRecord
        ? [warning(at, "It reads other fields of the record. In a row that goes both ways only a change of the row's own field counts.")]
        : [];
    });
    return found;
  }

  /** A field that two rows write has no value that both agree on. */
  #twice(): SyncProblem[] {
    const { definition } = this.#input;
    const seen = new Map<string, number>();
    return definition.fields.flatMap((pair, i) => {
      const names = [`row ${rowKey(pair)}`, ...targetsOf(pair).map((side) => `${side} ${pair[side]}`)];
      const first = names.map((name) => seen.get(name)).find((row) => row !== undefined);
      for (const name of names) if (!seen.has(name)) seen.set(name, i);
      if (first === undefined) return [];
      return [error(`fields.${i}`, `Row ${first + 1} writes the same field. Keep one of the two rows.`)];
    });
  }

  // ---- rules

  #rules(): SyncProblem[] {
    const { match, create } = this.#input.definition;
    if (match.length === 0 && (create.a || create.b))
      return [warning("match", "Without a rule no two records are known to be the same, so every record is made anew on the other side.")];
    return match.flatMap((rule, i) => rule.flatMap((pair, j) => this.#rulePart(pair, `match.${i}.${j}`)));
  }

  #rulePart(pair: Record<Side, string>, at: string): SyncProblem[] {
    const missing = sides.flatMap((side) => this.#missing(side, pair[side], `${at}.${side}`));
    if (missing.length > 0) return missing;
    const [a, b] = [this.#fields.a.get(pair.a)!, this.#fields.b.get(pair.b)!];
    const unlisted = sides.filter((side) => this.#fields[side].get(pair[side])!.listed === null);
    if (unlisted.length > 0)
      return unlisted.map((side) =>
        error(
          `${at}.${side}`,
          `Records cannot be found by "${this.#fields[side].get(pair[side])!.label}": the list of ${this.#input.types[side].many} does not have it.`,
        ),
      );
    if (isSetKind(a.kind) || isSetKind(b.kind))
      return [error(at, "Records cannot be told apart by a list of values. Choose a field with one value.")];
    if (commonKind(a.kind, b.kind) !== null) return [];
    return [error(at, `"${a.label}" is ${kindWords[a.kind]} and "${b.label}" is ${kindWords[b.kind]}, so they are never the same.`)];
  }

  // ---- each side

  #condition(side: Side): SyncProblem[] {
    const { definition, settings } = this.#input;
    const text = definition.only?.[side];
    const at = `only.${side}`;
    return text === undefined ? [] : attempt(at, () => (compileCondition(text, settings, at), []));
  }

  #creates(side: Side): SyncProblem[] {
    const type = this.#input.types[side];
    if (!this.#input.definition.create[side] || type.create) return [];
    return [error(`create.${side}`, `${capital(type.many)} cannot be made in this app.`)];
  }

  #deletes(side: Side): SyncProblem[] {
    const [type, policy] = [this.#input.types[side], this.#input.definition.deletes[side]];
    if (policy === "delete" && !type.remove) return [error(`deletes.${side}`, `${capital(type.many)} cannot be deleted in this app.`)];
    if (policy === "archive" && !type.archive) return [error(`deletes.${side}`, `${capital(type.many)} cannot be archived in this app.`)];
    return [];
  }

  // ---- parents

  #parents(): SyncProblem[] {
    const { definition, types } = this.#input;
    const rows = definition.parents ?? [];
    const lacking = sides.flatMap((side) => {
      const { of } = types[side];
      if (of === undefined || !definition.create[side] || rows.some((row) => row[side] === of.field)) return [];
      return [
        error(
          "parents",
          `Each ${types[side].title} belongs to another record (${of.type}). Choose the sync that knows which of those belong together.`,
        ),
      ];
    });
    return [...lacking, ...rows.flatMap((row, i) => this.#parent(row, `parents.${i}`))];
  }

  #parent(row: NonNullable<SyncDefinition["parents"]>[number], at: string): SyncProblem[] {
    const missing = sides.flatMap((side) => this.#missing(side, row[side], `${at}.${side}`));
    if (missing.length > 0) return missing;
    const sync = this.#input.others.find(({ id }) => id === row.sync);
    if (sync === undefined) return [error(`${at}.sync`, "This sync does not exist any more. Choose another one.")];
    return sides.flatMap((side) => this.#refersTo(side, row[side], this.#asHere(sync.definition), at));
  }

  /** The other sync with its sides as they are here: it may have them the other way round. */
  #asHere(known: SyncDefinition): SyncDefinition {
    const isHere = (mine: Side, its: Side) => isSameAccount(this.#input.definition[mine], known[its]);
    const isTurned = !(isHere("a", "a") && isHere("b", "b")) && isHere("a", "b") && isHere("b", "a");
    return isTurned ? { ...known, a: known.b, b: known.a } : known;
  }

  /** The field has to hold the id of a record that the other sync knows, of the same account. */
  #refersTo(side: Side, name: string, known: SyncDefinition, at: string): SyncProblem[] {
    const { definition, types } = this.#input;
    const field = this.#fields[side].get(name)!;
    const [mine, its] = [definition[side], known[side]];
    if (!isSameAccount(mine, its))
      return [
        error(`${at}.sync`, `The sync "${known.name}" has another account on this side, so it does not know these ${types[side].many}.`),
      ];
    if (field.refers === its.type) return [];
    const names = field.refers === undefined ? "does not name another record" : `names another kind of record (${field.refers})`;
    return [error(`${at}.${side}`, `"${field.label}" ${names}, and the sync "${known.name}" knows each ${its.type}.`)];
  }
}

const isSameAccount = (mine: SyncDefinition["a"], its: SyncDefinition["a"]): boolean =>
  mine.app === its.app && mine.connection === its.connection;

const placeOf = (definition: SyncDefinition, side: Side): string => {
  const { app, type, connection, input } = definition[side];
  return canonicalJson([app, type, connection, input ?? {}]);
};

/** The sides to which a row's values go. */
const targetsOf = ({ way }: FieldPair): Side[] => sides.filter((side) => way === "both" || way === (side === "a" ? "toA" : "toB"));

function attempt(at: string, work: () => SyncProblem[]): SyncProblem[] {
  try {
    return work();
  } catch (thrown) {
    return [error(at, `${capital(templateProblem(thrown))}.`)];
  }
}

const kindWords: Record<RecordField["kind"], string> = {
  text: "a text",
  longtext: "a text",
  email: "an e-mail address",
  phone: "a phone number",
  number: "a number",
  boolean: "yes or no",
  date: "a date",
  moment: "a time",
  tags: "a list of tags",
  list: "a list",
  custom: "a value of its own kind",
};
