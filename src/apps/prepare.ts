import { MillraceError } from "#kernel/errors.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { choiceRows } from "#catalog/choices.ts";
import { fitInput, splitList } from "#catalog/fit.ts";
import { nearest } from "#catalog/nearest.ts";
import { readAll } from "#catalog/paging.ts";
import { textOf } from "#catalog/text.ts";
import type { Call, InputField, Lookup, Operation } from "#catalog/types.ts";
import { hasUnknownName, resolveCustomFields, type CustomFieldDefinition } from "./highlevel/custom-fields.ts";
import { findOperation } from "./index.ts";

/** A call that may remember what it read; `fresh` asks again. */
export type LookupCall = Call & { fresh?: Call };
type Input = Record<string, unknown>;

/**
 * A step's input made ready: values fitted to their types, names turned into ids (custom fields, owner, campaign).
 * Answers at once unless a name has to be looked up. To be followed by `validateInput` and `buildRequest`.
 */
export function prepareInput(operation: Operation, input: Input, call: LookupCall): Input | Promise<Input> {
  const named = namedFields(operation).filter((field) => isNamed(field, input[field.name]));
  if (named.length === 0) return fitInput(operation, input);
  return resolveNames(operation.app, named, input, call).then((resolved) => fitInput(operation, resolved));
}

const withNames = new WeakMap<Operation, InputField[]>();

/** The fields of an operation that may be given by name, worked out once. */
function namedFields(operation: Operation): InputField[] {
  const known = withNames.get(operation);
  if (known) return known;
  const fields = operation.input.filter((f) => f.lookup && (f.control === "customFields" || f.lookup.by));
  withNames.set(operation, fields);
  return fields;
}

function isNamed(field: InputField, value: unknown): boolean {
  if (field.control === "customFields") return isObject(value);
  if (field.schema.type !== "array") return isName(field, value);
  return (Array.isArray(value) ? value : splitList(textOf(value))).some((one) => isName(field, one));
}

const isName = ({ lookup }: InputField, value: unknown): boolean =>
  typeof value === "string" && value.trim() !== "" && !(lookup?.id && new RegExp(lookup.id).test(value.trim()));

async function resolveNames(app: string, fields: readonly InputField[], input: Input, call: LookupCall): Promise<Input> {
  const resolved = { ...input };
  for (const field of fields) {
    resolved[field.name] =
      field.control === "customFields"
        ? await resolveFields(app, field.lookup!, input[field.name] as Input, call)
        : await resolveValue(app, field, resolved, call);
  }
  return resolved;
}

async function resolveFields(app: string, lookup: Lookup, values: Input, call: LookupCall) {
  const known = (await choices(app, lookup, values, call)) as unknown as CustomFieldDefinition[];
  const definitions =
    hasUnknownName(known, values) && call.fresh
      ? ((await choices(app, lookup, values, call.fresh)) as unknown as CustomFieldDefinition[])
      : known;
  return resolveCustomFields(definitions, values);
}

/** A name, or each of a list of names; ids among them stay. */
async function resolveValue(app: string, field: InputField, input: Input, call: LookupCall): Promise<unknown> {
  const value = input[field.name];
  if (field.schema.type !== "array") return resolveName(app, field, textOf(value).trim(), input, call);
  const names = Array.isArray(value) ? value.map(textOf) : splitList(textOf(value));
  return Promise.all(names.map(async (name) => (isName(field, name) ? resolveName(app, field, name.trim(), input, call) : name)));
}

async function resolveName(app: string, field: InputField, name: string, input: Input, call: LookupCall): Promise<unknown> {
  const lookup = field.lookup!;
  const known = await choices(app, lookup, input, call);
  let found = rowsNamed(known, lookup, name);
  if (found.length === 0 && call.fresh) found = rowsNamed(await choices(app, lookup, input, call.fresh), lookup, name);
  if (found.length === 1) return getPath(found[0], lookup.value);
  throw new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, problem: problemWith(name, found.length, known, lookup), outcome: "not_sent" },
  });
}

/** A name that is not among so many pages is not told to be missing: reading on fails. */
const maxPages = 50;

/** The whole list, to its last page: a name on the second one counts as well. */
async function choices(app: string, lookup: Lookup, input: Input, call: Call): Promise<Record<string, unknown>[]> {
  const list = findOperation(app, lookup.operation);
  if (!list) throw new MillraceError("OPERATION_UNKNOWN", { details: { app, operation: lookup.operation, outcome: "not_sent" } });
  return choiceRows(lookup, await readAll(list, lookup.input ?? {}, call, { maxPages }), input);
}

/** The rows a name means: an exact value first, then each way of naming in turn. */
function rowsNamed(all: readonly Record<string, unknown>[], lookup: Lookup, name: string): Record<string, unknown>[] {
  const wanted = name.toLowerCase();
  for (const path of [lookup.value, ...(lookup.by ?? [])]) {
    const found = all.filter((row) => textOf(getPath(row, path)).trim().toLowerCase() === wanted);
    if (found.length > 0) return found;
  }
  return [];
}

function problemWith(name: string, count: number, all: readonly Record<string, unknown>[], lookup: Lookup): string {
  if (count > 1) return `'${name}' names ${count} of them; give the id`;
  const guess = nearest(
    name,
    all.map((row) => textOf(getPath(row, lookup.label))),
  );
  return `there is none named '${name}'${guess ? `; did you mean '${guess}'` : ""}`;
}
