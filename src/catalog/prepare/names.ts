import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { choicesOf, findChoice, titleOf, type Choice } from "../choices.ts";
import { pointer } from "../empty.ts";
import type { FitSettings } from "../fit.ts";
import { splitKnown } from "../lists.ts";
import { readAll } from "../paging.ts";
import { kindOf, meaningOf, pinFor, type Meaning, type Pins } from "../pins.ts";
import { textOf } from "../text.ts";
import type { Call, InputField, Lookup, Operation } from "../types.ts";
import { atHome } from "./home.ts";
import { foundOrLost, lost, refuse, unsure } from "./problems.ts";
import type { FieldDefinition, LookupCall, PrepareHook, PrepareScope } from "./types.ts";

type Input = Record<string, unknown>;

/** A name that is not among so many pages is not reported missing: reading on fails. */
const maxPages = 50;

/** Turns the names in one operation's input into ids, by the lists that its look-ups name. */
export class NameResolver {
  readonly #scope: PrepareScope;
  readonly #operation: Operation;
  readonly #call: LookupCall;
  readonly #settings: FitSettings;

  constructor(scope: PrepareScope, operation: Operation, call: LookupCall, settings: FitSettings) {
    this.#scope = scope;
    this.#operation = operation;
    this.#call = call;
    this.#settings = settings;
  }

  /** The input with these fields resolved, one after the other: what lies within another field needs that one first. */
  async resolve(fields: readonly InputField[], input: Input): Promise<Input> {
    const resolved = { ...input };
    for (const field of fields) {
      if (field.control === "customFields") resolved[field.name] = await this.#customFields(field, input);
      else if (field.lookup!.within) Object.assign(resolved, await this.#child(field, resolved));
      else resolved[field.name] = await this.#value(field, input[field.name]);
    }
    return resolved;
  }

  /** Nothing where no field is left that holds anything: an empty list could be taken for a wish. */
  async #customFields(field: InputField, input: Input): Promise<unknown> {
    const { hook } = this.#scope;
    const values = input[field.name];
    if (!hook) return values;
    const read = async (ask: Call) => (await this.#rows(field.lookup!, ask)) as FieldDefinition[];
    const definitions = await read(this.#call).catch((thrown: unknown) => {
      if (Array.isArray(values) && isUnaskable(thrown)) return null; // ids can be sent as they are
      throw thrown;
    });
    if (!definitions) return values;
    const pins = await this.#call.pins?.();
    const resolve = (definitions: FieldDefinition[]) => this.#definedFields(hook, field, input, definitions, pins);
    try {
      return await resolve(definitions);
    } catch (thrown) {
      if (!this.#call.fresh) throw thrown;
      return resolve(await read(this.#call.fresh)); // the field, or the option, may be new
    }
  }

  async #definedFields(hook: PrepareHook, field: InputField, input: Input, definitions: FieldDefinition[], pins: Pins | undefined) {
    const values = input[field.name];
    const place = { at: pointer("", field.name), keepMarks: this.#operation.recipe === true };
    const byName = new Map<string, FieldDefinition>(); // what a name means is said once, though values may be fitted twice
    const find = (name: string) => {
      const definition = byName.get(name) ?? this.#definition(hook, field, definitions, name, pins, hook.names(values));
      byName.set(name, definition);
      return definition;
    };
    const rows = await atHome(this.#scope.app.home, input, this.#settings, this.#call, (meant) =>
      hook.resolve(definitions, values, { ...meant, ...place }, find),
    );
    return rows.length > 0 ? rows : undefined;
  }

  /** The custom field a name means, by its name or by what it stood for before. */
  #definition(
    hook: PrepareHook,
    field: InputField,
    definitions: readonly FieldDefinition[],
    name: string,
    pins: Pins | undefined,
    names: readonly string[],
  ): FieldDefinition {
    const lookup = field.lookup!;
    const choices = choicesAmong(lookup, definitions);
    const pin = pins?.get(kindOf(lookup), "", name);
    const meaning = meaningOf(choices, name, undefined, pin);
    if (meaning.kind === "unknown") {
      const free = notNamed(choices, names);
      return foundOrLost(() => hook.find(definitions, name), free, name, meaning.search, pin);
    }
    const inField = { ...field, name: `${field.name}.${name}`, label: `Custom field '${name.trim()}'` };
    const { id } = this.#settled(inField, name, "", meaning, choices, pins);
    return definitions.find((definition) => definition.id === id)!;
  }

  /** The choice a name means; remembered where the name alone says so, noted where it took the memory. */
  #settled(
    field: InputField,
    name: string,
    parent: string,
    meaning: Exclude<Meaning, { kind: "unknown" }>,
    choices: readonly Choice[],
    pins: Pins | undefined,
  ): Choice {
    if (meaning.kind === "unsure") throw unsure(field, name.trim(), meaning, choices);
    const { choice } = meaning;
    const kind = kindOf(field.lookup!);
    const pin = pins && pinFor({ kind: meaning.kind, choice }, name, choices, pins.get(kind, parent, name));
    if (pin) pins.set(kind, parent, name, pin);
    if (meaning.kind === "renamed") {
      this.#call.note?.(`'${name.trim()}' is now called '${titleOf(choice)}'; it was used all the same.`);
    } else if (meaning.kind === "shared") {
      this.#call.note?.(
        `${meaning.several.length} are called '${name.trim()}' now; the one that was used before was used again (${choice.id}).`,
      );
    }
    return choice;
  }

  /** A name, or each of a list of names; ids among them stay. */
  async #value(field: InputField, value: unknown): Promise<unknown> {
    if (field.schema.type !== "array") return (await this.#name(field, textOf(value))).value;
    const names = Array.isArray(value) ? value.map(textOf) : await this.#namesIn(field.lookup!, textOf(value));
    return Promise.all(names.map(async (name) => (isName(field, name) ? (await this.#name(field, name)).value : name)));
  }

  /** The names in a text: one may contain a comma itself. */
  async #namesIn(lookup: Lookup, text: string): Promise<string[]> {
    if (!text.includes(",")) return [text];
    const choices = choicesAmong(lookup, await this.#rows(lookup, this.#call));
    return splitKnown(text, (part) => "choice" in findChoice(choices, part));
  }

  /** What lies within something else also says what that is: the parent's field is filled, or has to agree. */
  async #child(field: InputField, input: Input): Promise<Input> {
    const parent = parentOf(this.#operation, field);
    const parentValue = parent && !isEmpty(input[parent.name]) ? textOf(input[parent.name]).trim() : undefined;
    const choice = await this.#name(field, textOf(input[field.name]), parentValue);
    if (!parent || !choice.parent) return { [field.name]: choice.value };
    if (parentValue !== undefined && parentValue !== choice.parent.value) {
      const problem = `'${titleOf(choice)}' lies in '${choice.parent.label}', and ${parent.name} names another (${parentValue}); give one of the two`;
      throw refuse(field, problem);
    }
    return { [field.name]: choice.value, [parent.name]: choice.parent.value };
  }

  async #name(field: InputField, name: string, parent?: string): Promise<Choice> {
    const lookup = field.lookup!;
    const pins = await this.#call.pins?.();
    const pin = pins?.get(kindOf(lookup), parent ?? "", name);
    const look = async (ask: Call) => {
      const choices = choicesAmong(lookup, await this.#rows(lookup, ask));
      return { choices, meaning: meaningOf(choices, name, parent, pin) };
    };
    const remembered = await look(this.#call);
    const { choices, meaning } = isSure(remembered.meaning) || !this.#call.fresh ? remembered : await look(this.#call.fresh);
    if (meaning.kind === "unknown") throw lost(field, name.trim(), meaning.search, choices, parent, pin);
    if (meaning.kind !== "unsure" && meaning.choice.retired)
      throw lost(field, name.trim(), { choice: meaning.choice }, choices, parent, pin);
    return this.#settled(field, name, parent ?? "", meaning, choices, pins);
  }

  /** The whole list, to its last page: a name on the second one counts as well. */
  async #rows({ operation, otherwise, input = {} }: Lookup, call: Call): Promise<unknown[]> {
    const { app } = this.#operation;
    const read = async (id: string) => {
      const list = this.#scope.operation(id);
      if (!list) throw new MillraceError("OPERATION_UNKNOWN", { details: { app, operation: id, hint: "", outcome: "not_sent" } });
      return readAll(list, input, call, { maxPages }).catch((thrown: unknown) => {
        throw forLookUp(thrown, list);
      });
    };
    return read(operation).catch((thrown: unknown) => {
      if (otherwise && thrown instanceof MillraceError && thrown.code === "CONNECTION_WRONG_KIND") return read(otherwise);
      throw thrown;
    });
  }
}

/** Whether a value of a field that takes ids is a name. */
export const isName = ({ lookup }: InputField, value: unknown): boolean =>
  typeof value === "string" && value.trim() !== "" && !(lookup?.id && new RegExp(lookup.id).test(value.trim()));

/** The field of what this one lies within: the pipeline of a stage. */
export const parentOf = ({ input }: Operation, { lookup }: InputField): InputField | undefined =>
  lookup?.within && input.find((f) => f.name === lookup.within!.field);

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/** What none of the names means: a field the step writes already is no replacement for one that is gone. */
function notNamed(choices: readonly Choice[], names: readonly string[]): Choice[] {
  const written = names.flatMap((name) => {
    const search = findChoice(choices, name);
    return "choice" in search ? [search.choice.id] : [];
  });
  return choices.filter(({ id }) => !written.includes(id));
}

/** The login may not read what there is: nothing is wrong with what was given. */
const isUnaskable = (thrown: unknown): boolean =>
  thrown instanceof MillraceError && (thrown.code === "SCOPE_MISSING" || thrown.code === "CONNECTION_WRONG_KIND");

/** Whether a list read some time ago is enough to go by. */
function isSure(meaning: Meaning): boolean {
  if (meaning.kind === "unsure") return false;
  return meaning.kind === "unknown" ? "several" in meaning.search : !meaning.choice.retired;
}

interface CachedChoices {
  rows: readonly unknown[];
  choices: Choice[];
}
const choicesCache = new WeakMap<object, Map<Lookup, CachedChoices>>();

/** What rows offer, worked out once as long as they are the same rows: those of a remembered list, for each item of a loop. */
function choicesAmong(lookup: Lookup, rows: readonly unknown[]): Choice[] {
  const [first] = rows;
  if (!isObject(first)) return choicesOf(lookup, rows);
  const kept = choicesCache.get(first)?.get(lookup);
  if (kept?.rows.length === rows.length && rows.every((row, i) => row === kept.rows[i])) return kept.choices;
  const choices = choicesOf(lookup, rows);
  choicesCache.set(first, new Map(choicesCache.get(first)).set(lookup, { rows, choices }));
  return choices;
}

/** A scope that only the look-up wants is named as such: who gives the id does not need it. */
function forLookUp(thrown: unknown, { title }: Operation): unknown {
  if (!(thrown instanceof MillraceError) || thrown.code !== "SCOPE_MISSING") return thrown;
  const scopes = [thrown.details["scopes"]].flat().map((scope) => `${textOf(scope)} (for ${title}, which finds names; an id needs it not)`);
  return new MillraceError(thrown.code, { cause: thrown.cause, details: { ...thrown.details, scopes } });
}
