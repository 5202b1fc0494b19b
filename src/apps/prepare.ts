import { MillraceError } from "#kernel/errors.ts";
import { getPath, isObject } from "#kernel/json.ts";
import { fitInput } from "#catalog/fit.ts";
import { nearest } from "#catalog/nearest.ts";
import { textOf } from "#catalog/text.ts";
import type { Call, InputField, Lookup, Operation } from "#catalog/types.ts";
import { hasUnknownName, resolveCustomFields, type CustomFieldDefinition } from "./highlevel/custom-fields.ts";

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
  return resolveNames(named, input, call).then((resolved) => fitInput(operation, resolved));
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

function isNamed({ control, lookup }: InputField, value: unknown): boolean {
  if (control === "customFields") return isObject(value);
  return typeof value === "string" && value.trim() !== "" && !(lookup?.id && new RegExp(lookup.id).test(value));
}

async function resolveNames(fields: readonly InputField[], input: Input, call: LookupCall): Promise<Input> {
  const resolved = { ...input };
  for (const field of fields) {
    const lookup = field.lookup!;
    resolved[field.name] =
      field.control === "customFields"
        ? await resolveFields(lookup, input[field.name] as Input, call)
        : await resolveName(field, lookup, textOf(input[field.name]).trim(), call);
  }
  return resolved;
}

async function resolveFields(lookup: Lookup, values: Input, call: LookupCall) {
  const known = (await rows(lookup, call)) as unknown as CustomFieldDefinition[];
  const definitions =
    hasUnknownName(known, values) && call.fresh ? ((await rows(lookup, call.fresh)) as unknown as CustomFieldDefinition[]) : known;
  return resolveCustomFields(definitions, values);
}

async function resolveName(field: InputField, lookup: Lookup, name: string, call: LookupCall): Promise<unknown> {
  const known = await rows(lookup, call);
  let found = rowsNamed(known, lookup, name);
  if (found.length === 0 && call.fresh) found = rowsNamed(await rows(lookup, call.fresh), lookup, name);
  if (found.length === 1) return getPath(found[0], lookup.value);
  throw new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, problem: problemWith(name, found.length, known, lookup), outcome: "not_sent" },
  });
}

async function rows(lookup: Lookup, call: Call): Promise<Record<string, unknown>[]> {
  const { output } = await call(lookup.operation, {});
  return Array.isArray(output) ? output.filter(isObject) : [];
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
