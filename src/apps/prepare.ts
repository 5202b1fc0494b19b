import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { choicesOf, findChoice, listed, offering, titleOf, type Choice, type Search } from "#catalog/choices.ts";
import { pointer } from "#catalog/empty.ts";
import { fitInput, type FitSettings } from "#catalog/fit.ts";
import { splitKnown, splitList } from "#catalog/lists.ts";
import { readAll } from "#catalog/paging.ts";
import {
  kindOf,
  meaningOf,
  offeredInstead,
  pinFor,
  writtenAs,
  type LostReference,
  type Meaning,
  type Pin,
  type Pins,
} from "#catalog/pins.ts";
import { textOf } from "#catalog/text.ts";
import type { Call, InputField, Lookup, Operation } from "#catalog/types.ts";
import {
  customFieldNames,
  findDefinition,
  resolveCustomFieldRows,
  resolveCustomFields,
  type CustomFieldDefinition,
} from "./highlevel/custom-fields.ts";
import { atHome } from "./home.ts";
import { findOperation } from "./index.ts";
import { plainIds } from "./plain-ids.ts";

/** A call that may remember what it read; `fresh` asks again. */
export type LookupCall = Call & {
  fresh?: Call;
  /** What names stood for in this sub-account when they were last resolved. */
  pins?: () => Promise<Pins>;
  /** Takes a sentence about what went well and had better be changed. */
  note?: (sentence: string) => void;
};
type Input = Record<string, unknown>;

/** What values mean that do not say so themselves; where the zone or the country is not set, those of the sub-account count. */
export type PrepareSettings = Omit<FitSettings, "lacks" | "note">;

/**
 * A step's input made ready: values fitted to their types, names turned into ids (custom fields, owner, `pipeline / stage`).
 * Answers at once unless something has to be looked up. To be followed by `validateInput` and `buildRequest`.
 */
export function prepareInput(operation: Operation, input: Input, call: LookupCall, own: PrepareSettings = {}): Input | Promise<Input> {
  // first: a name may come as a number, names as the text of a list
  const settings: FitSettings = call.note ? { ...own, note: call.note } : own;
  const fitted = atHome(operation, input, settings, call, (meant) => plainIds(operation, fitInput(operation, input, meant)));
  return fitted instanceof Promise
    ? fitted.then((fit) => withIds(operation, fit, call, settings))
    : withIds(operation, fitted, call, settings);
}

function withIds(operation: Operation, fitted: Input, call: LookupCall, settings: FitSettings): Input | Promise<Input> {
  const named = namedFields(operation).filter((field) => isNamed(field, fitted[field.name]) || lacksParent(operation, field, fitted));
  return named.length === 0 ? fitted : resolveNames(operation, named, fitted, call, settings);
}

const withNames = new WeakMap<Operation, InputField[]>();

/** The fields of an operation that may be given by name, parents before what lies within them; worked out once. */
function namedFields(operation: Operation): InputField[] {
  const known = withNames.get(operation);
  if (known) return known;
  const fields = operation.input.filter((f) => f.lookup && (f.control === "customFields" || f.lookup.by));
  const ordered = [...fields.filter((f) => !f.lookup!.within), ...fields.filter((f) => f.lookup!.within)];
  withNames.set(operation, ordered);
  return ordered;
}

function isNamed(field: InputField, value: unknown): boolean {
  if (field.control === "customFields") return isObject(value) || customFieldNames(value).length > 0;
  if (field.schema.type !== "array") return isName(field, value);
  return (Array.isArray(value) ? value : splitList(textOf(value))).some((one) => isName(field, one));
}

const isName = ({ lookup }: InputField, value: unknown): boolean =>
  typeof value === "string" && value.trim() !== "" && !(lookup?.id && new RegExp(lookup.id).test(value.trim()));

/** A stage given by its id says which pipeline is meant, where that is needed and was not given. */
function lacksParent(operation: Operation, field: InputField, input: Input): boolean {
  const parent = parentOf(operation, field);
  return parent?.required === true && isEmpty(input[parent.name]) && !isEmpty(input[field.name]);
}

const parentOf = ({ input }: Operation, { lookup }: InputField): InputField | undefined =>
  lookup?.within && input.find((f) => f.name === lookup.within!.field);
const isEmpty = (value: unknown): boolean => value === undefined || value === null || (typeof value === "string" && value.trim() === "");

async function resolveNames(
  operation: Operation,
  fields: readonly InputField[],
  input: Input,
  call: LookupCall,
  settings: FitSettings,
): Promise<Input> {
  const resolved = { ...input };
  for (const field of fields) {
    if (field.control === "customFields") resolved[field.name] = await resolveFields(operation, field, input, call, settings);
    else if (field.lookup!.within) Object.assign(resolved, await resolveChild(operation, field, resolved, call));
    else resolved[field.name] = await resolveValue(operation.app, field, input[field.name], call);
  }
  return resolved;
}

/** Nothing where no field is left that holds anything: an empty list could be taken for a wish. */
async function resolveFields(operation: Operation, field: InputField, input: Input, call: LookupCall, own: FitSettings): Promise<unknown> {
  const values = input[field.name];
  const read = async (ask: Call) => (await rowsOf(operation.app, field.lookup!, ask)) as CustomFieldDefinition[];
  const known = await read(call).catch((thrown: unknown) => {
    if (Array.isArray(values) && isUnaskable(thrown)) return null; // ids can be sent as they are
    throw thrown;
  });
  if (!known) return values;
  const place = { at: pointer("", field.name), keepMarks: operation.recipe === true };
  const pins = await call.pins?.();
  const resolve = async (definitions: CustomFieldDefinition[]) => {
    const found = new Map<string, CustomFieldDefinition>(); // what a name means is said once, though values may be fitted twice
    const find = (name: string) => {
      const definition = found.get(name) ?? pinnedDefinition(field, definitions, name, pins, call, customFieldNames(values));
      found.set(name, definition);
      return definition;
    };
    const rows = await atHome(operation, input, own, call, (meant) =>
      Array.isArray(values)
        ? resolveCustomFieldRows(definitions, values, { ...meant, ...place }, find)
        : resolveCustomFields(definitions, values as Input, { ...meant, ...place }, find),
    );
    return rows.length > 0 ? rows : undefined;
  };
  try {
    return await resolve(known);
  } catch (thrown) {
    if (!call.fresh) throw thrown;
    return resolve(await read(call.fresh)); // the field, or the option, may be new
  }
}

/** The custom field a name means, by its name or by what it stood for before. */
function pinnedDefinition(
  field: InputField,
  definitions: readonly CustomFieldDefinition[],
  name: string,
  pins: Pins | undefined,
  call: LookupCall,
  names: readonly string[],
): CustomFieldDefinition {
  const lookup = field.lookup!;
  const choices = choicesAmong(lookup, definitions);
  const pin = pins?.get(kindOf(lookup), "", name);
  const meaning = meaningOf(choices, name, undefined, pin);
  if (meaning.kind === "unknown") {
    const free = notNamed(choices, names);
    return foundOrLost(() => findDefinition(definitions, name), free, name, meaning.search, pin);
  }
  const inField = { ...field, name: `${field.name}.${name}`, label: `Custom field '${name.trim()}'` };
  const { id } = settled(inField, name, "", meaning, choices, pins, call);
  return definitions.find((definition) => definition.id === id)!;
}

/** What none of the names means: a field the step writes already is no replacement for one that is gone. */
function notNamed(choices: readonly Choice[], names: readonly string[]): Choice[] {
  const written = names.flatMap((name) => {
    const search = findChoice(choices, name);
    return "found" in search ? [search.found.id] : [];
  });
  return choices.filter(({ id }) => !written.includes(id));
}

/** The refusal of a name nobody has, with what may be written instead. */
function foundOrLost<T>(find: () => T, choices: readonly Choice[], name: string, search: Search, pin: Pin | undefined): T {
  try {
    return find();
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    const near = "near" in search ? (choices.find(({ id }) => id === search.near?.id) ?? nearestTo(pin, choices)) : undefined;
    const reference: LostReference = { name: name.trim(), ...offeredInstead(choices, near) };
    throw new MillraceError(thrown.code, { details: { ...thrown.details, reference } });
  }
}

/** What is nearest to how a thing was last called, where nothing is near to what the flow says. */
function nearestTo(pin: Pin | undefined, choices: readonly Choice[]): Choice | undefined {
  const search = pin && findChoice(choices, pin.label);
  if (!search || "several" in search) return undefined;
  return "found" in search ? search.found : search.near;
}

/** The choice a name means; remembered where the name alone says so, noted where it took the memory. */
function settled(
  field: InputField,
  name: string,
  parent: string,
  meaning: Exclude<Meaning, { kind: "unknown" }>,
  choices: readonly Choice[],
  pins: Pins | undefined,
  call: LookupCall,
): Choice {
  if (meaning.kind === "unsure") throw unsure(field, name.trim(), meaning, choices);
  const { choice } = meaning;
  const kind = kindOf(field.lookup!);
  const pin = pins && pinFor({ kind: meaning.kind, choice }, name, choices, pins.get(kind, parent, name));
  if (pin) pins.set(kind, parent, name, pin);
  if (meaning.kind === "renamed") {
    call.note?.(`'${name.trim()}' is now called '${titleOf(choice)}'; it was used all the same.`);
  } else if (meaning.kind === "shared") {
    call.note?.(`${meaning.several.length} are called '${name.trim()}' now; the one that was used before was used again (${choice.id}).`);
  }
  return choice;
}

function unsure(
  field: InputField,
  name: string,
  { named, before }: Extract<Meaning, { kind: "unsure" }>,
  choices: readonly Choice[],
): MillraceError {
  const reference: LostReference = {
    name,
    choices: [writtenAs(before, choices), writtenAs(named, choices)],
    near: false,
    before: titleOf(before),
  };
  const problem =
    `another one is called '${name}' now (${named.id}), and the one used so far is called '${titleOf(before)}' (${before.id}). ` +
    "Nothing was sent, because only you can say which is meant: choose one of the two, then replay";
  return new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, ...labelOf(field), problem, reference, outcome: "not_sent" },
  });
}

/** The login may not read what there is: nothing is wrong with what was given. */
const isUnaskable = (thrown: unknown): boolean =>
  thrown instanceof MillraceError && (thrown.code === "SCOPE_MISSING" || thrown.code === "CONNECTION_WRONG_KIND");

/** A name, or each of a list of names; ids among them stay. */
async function resolveValue(app: string, field: InputField, value: unknown, call: LookupCall): Promise<unknown> {
  if (field.schema.type !== "array") return (await resolveName(app, field, textOf(value), call)).value;
  const names = Array.isArray(value) ? value.map(textOf) : await namesIn(app, field.lookup!, textOf(value), call);
  return Promise.all(names.map(async (name) => (isName(field, name) ? (await resolveName(app, field, name, call)).value : name)));
}

/** The names in a text: one may contain a comma itself. */
async function namesIn(app: string, lookup: Lookup, text: string, call: LookupCall): Promise<string[]> {
  if (!text.includes(",")) return [text];
  const choices = choicesAmong(lookup, await rowsOf(app, lookup, call));
  return splitKnown(text, (part) => "found" in findChoice(choices, part));
}

/** What lies within something else also says what that is: the parent's field is filled, or has to agree. */
async function resolveChild(operation: Operation, field: InputField, input: Input, call: LookupCall): Promise<Input> {
  const parent = parentOf(operation, field);
  const given = parent && !isEmpty(input[parent.name]) ? textOf(input[parent.name]).trim() : undefined;
  const choice = await resolveName(operation.app, field, textOf(input[field.name]), call, given);
  if (!parent || !choice.parent) return { [field.name]: choice.value };
  if (given !== undefined && given !== choice.parent.value) {
    throw refuse(
      field,
      `'${titleOf(choice)}' lies in '${choice.parent.label}', and ${parent.name} names another (${given}); give one of the two`,
    );
  }
  return { [field.name]: choice.value, [parent.name]: choice.parent.value };
}

async function resolveName(app: string, field: InputField, name: string, call: LookupCall, parent?: string): Promise<Choice> {
  const lookup = field.lookup!;
  const pins = await call.pins?.();
  const pin = pins?.get(kindOf(lookup), parent ?? "", name);
  const look = async (ask: Call) => {
    const choices = choicesAmong(lookup, await rowsOf(app, lookup, ask));
    return { choices, meaning: meaningOf(choices, name, parent, pin) };
  };
  const remembered = await look(call);
  const { choices, meaning } = isSure(remembered.meaning) || !call.fresh ? remembered : await look(call.fresh);
  if (meaning.kind === "unknown") throw lost(field, name.trim(), meaning.search, choices, parent, pin);
  if (meaning.kind !== "unsure" && meaning.choice.retired) throw lost(field, name.trim(), { found: meaning.choice }, choices, parent, pin);
  return settled(field, name, parent ?? "", meaning, choices, pins, call);
}

/** Whether a list read some time ago is enough to go by. */
function isSure(meaning: Meaning): boolean {
  if (meaning.kind === "unsure") return false;
  return meaning.kind === "unknown" ? "several" in meaning.search : !meaning.choice.retired;
}

interface Known {
  rows: readonly unknown[];
  choices: Choice[];
}
const known = new WeakMap<object, Map<Lookup, Known>>();

/** What rows offer, worked out once as long as they are the same rows: those of a remembered list, for each item of a loop. */
function choicesAmong(lookup: Lookup, rows: readonly unknown[]): Choice[] {
  const [first] = rows;
  if (!isObject(first)) return choicesOf(lookup, rows);
  const kept = known.get(first)?.get(lookup);
  if (kept?.rows.length === rows.length && rows.every((row, i) => row === kept.rows[i])) return kept.choices;
  const choices = choicesOf(lookup, rows);
  known.set(first, new Map(known.get(first)).set(lookup, { rows, choices }));
  return choices;
}

/** A name that is not among so many pages is not told to be missing: reading on fails. */
const maxPages = 50;

/** The whole list, to its last page: a name on the second one counts as well. */
async function rowsOf(app: string, { operation, otherwise, input = {} }: Lookup, call: Call): Promise<unknown[]> {
  const read = async (id: string) => {
    const list = findOperation(app, id);
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

/** A scope that only the look-up wants is told as such: who gives the id does not need it. */
function forLookUp(thrown: unknown, { title }: Operation): unknown {
  if (!(thrown instanceof MillraceError) || thrown.code !== "SCOPE_MISSING") return thrown;
  const scopes = [thrown.details["scopes"]].flat().map((scope) => `${textOf(scope)} (for ${title}, which finds names; an id needs it not)`);
  return new MillraceError(thrown.code, { cause: thrown.cause, details: { ...thrown.details, scopes } });
}

function lost(
  field: InputField,
  name: string,
  search: Search,
  choices: readonly Choice[],
  parent: string | undefined,
  pin: Pin | undefined,
): MillraceError {
  const elsewhere = findChoice(choices, name);
  const near = "near" in search ? ("found" in elsewhere ? elsewhere.found : (search.near ?? nearestTo(pin, choices))) : undefined;
  const reference: LostReference = { name, ...offeredInstead("several" in search ? search.several : choices, near) };
  const problem = problemWith(name, search, near, choices, parent, pin !== undefined);
  return new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, ...labelOf(field), problem, reference, outcome: "not_sent" },
  });
}

function problemWith(
  name: string,
  search: Search,
  near: Choice | undefined,
  choices: readonly Choice[],
  parent: string | undefined,
  wasThere: boolean,
): string {
  if ("found" in search) return `'${titleOf(search.found)}' is there and no longer active (${search.found.value}); choose another`;
  if ("several" in search)
    return `'${name}' names ${search.several.length} of them: ${listed(search.several)}. Give the id of the one that is meant`;
  const beside = parent === undefined ? undefined : choices.find((choice) => choice.parent?.value === parent)?.parent?.label;
  const advice = near ? `; did you mean '${titleOf(near)}'` : offering(choices.filter(({ retired }) => !retired).map(titleOf));
  return `there is none named '${name}'${wasThere ? " any more" : ""}${beside === undefined ? "" : ` in '${beside}'`}${advice}`;
}

const refuse = (field: InputField, problem: string) =>
  new MillraceError("STEP_INPUT_INVALID", { details: { field: field.name, ...labelOf(field), problem, outcome: "not_sent" } });

const labelOf = ({ label }: InputField): { label?: string } => (label === undefined ? {} : { label });
