import { isObject } from "#kernel/json.ts";
import { fitInput, type FitSettings } from "../fit.ts";
import { splitList } from "../lists.ts";
import { textOf } from "../text.ts";
import type { InputField, Operation } from "../types.ts";
import { atHome } from "./home.ts";
import { isEmpty, isName, NameResolver, parentOf } from "./names.ts";
import { plainIds } from "./plain-ids.ts";
import type { LookupCall, PrepareHook, PrepareScope, PrepareSettings } from "./types.ts";

type Input = Record<string, unknown>;

/**
 * A step's input made ready: values fitted to their types, names turned into ids (custom fields, owner, `pipeline / stage`).
 * Answers at once unless something has to be looked up. To be followed by `validateInput` and `buildRequest`.
 */
export function prepareInput(
  scope: PrepareScope,
  operation: Operation,
  input: Input,
  call: LookupCall,
  own: PrepareSettings = {},
): Input | Promise<Input> {
  // first: a name may come as a number, names as the text of a list
  const settings: FitSettings = call.note ? { ...own, note: call.note } : own;
  const fit = (meant: FitSettings) => plainIds(scope, operation, fitInput(operation, input, meant));
  const fitted = atHome(scope.app.home, input, settings, call, fit);
  const resolve = (ready: Input) => {
    const named = namedFields(operation).filter(
      (field) => isNamed(field, ready[field.name], scope.hook) || lacksParent(operation, field, ready),
    );
    return named.length === 0 ? ready : new NameResolver(scope, operation, call, settings).resolve(named, ready);
  };
  return fitted instanceof Promise ? fitted.then(resolve) : resolve(fitted);
}

const withNames = new WeakMap<Operation, InputField[]>();

/** The fields of an operation that may be given by name, parents before what lies within them; worked out once. */
function namedFields(operation: Operation): InputField[] {
  const cached = withNames.get(operation);
  if (cached) return cached;
  const fields = operation.input.filter((f) => f.lookup && (f.control === "customFields" || f.lookup.by));
  const ordered = [...fields.filter((f) => !f.lookup!.within), ...fields.filter((f) => f.lookup!.within)];
  withNames.set(operation, ordered);
  return ordered;
}

function isNamed(field: InputField, value: unknown, hook: PrepareHook | undefined): boolean {
  if (field.control === "customFields") return hook !== undefined && (isObject(value) || hook.names(value).length > 0);
  if (field.schema.type !== "array") return isName(field, value);
  return (Array.isArray(value) ? value : splitList(textOf(value))).some((one) => isName(field, one));
}

/** A stage given by its id says which pipeline is meant, where that is needed and was not given. */
function lacksParent(operation: Operation, field: InputField, input: Input): boolean {
  const parent = parentOf(operation, field);
  return parent?.required === true && isEmpty(input[parent.name]) && !isEmpty(input[field.name]);
}
