import { MillraceError } from "#kernel/errors.ts";
import { isBareId, isNoId } from "../ids.ts";
import type { InputField, Operation } from "../types.ts";
import type { PrepareScope } from "./types.ts";

type Input = Record<string, unknown>;

/**
 * Ids where no name is looked up, without the spaces around them. A name there is refused: some of these the other side keeps as they
 * come, and the record belongs to nobody.
 */
export function plainIds({ app }: PrepareScope, operation: Operation, input: Input): Input {
  let plain: Input | undefined;
  for (const field of bareIds(operation)) {
    const value = input[field.name];
    if (typeof value !== "string") continue;
    const id = value.trim();
    if (isNoId(id)) throw noId(app, operation, field, id);
    if (id !== value) (plain ??= { ...input })[field.name] = id;
  }
  return plain ?? input;
}

const fieldsOf = new WeakMap<Operation, InputField[]>();

function bareIds(operation: Operation): InputField[] {
  const cached = fieldsOf.get(operation);
  if (cached) return cached;
  const fields = operation.input.filter(isBareId);
  fieldsOf.set(operation, fields);
  return fields;
}

function noId(app: PrepareScope["app"], { id, method, path }: Operation, { name }: InputField, value: string): MillraceError {
  const looksUp = app.operations.find(
    (other) =>
      other.id !== id && other.method === method && other.path === path && other.input.some((f) => f.name === name && f.lookup?.by),
  );
  const finder = app.finders?.[name];
  const other = looksUp
    ? `, or use ${looksUp.id}, which finds it by its name`
    : finder !== undefined && finder !== id
      ? `, which ${finder} gives`
      : "";
  const problem = `'${value}' is no id, and names are not looked up here; give the id${other}`;
  return new MillraceError("STEP_INPUT_INVALID", { details: { field: name, problem, operation: id, outcome: "not_sent" } });
}
