import { MillraceError } from "#kernel/errors.ts";
import { isBareId, isNoId } from "#catalog/ids.ts";
import type { InputField, Operation } from "#catalog/types.ts";
import { highlevel } from "./highlevel/app.ts";

type Input = Record<string, unknown>;

/**
 * Ids where no name is looked up, without the spaces around them. A name there is refused: some of these the other side keeps as they
 * come, and the record belongs to nobody.
 */
export function plainIds(operation: Operation, input: Input): Input {
  let plain: Input | undefined;
  for (const field of bareIds(operation)) {
    const value = input[field.name];
    if (typeof value !== "string") continue;
    const id = value.trim();
    if (isNoId(id)) throw noId(operation, field, id);
    if (id !== value) (plain ??= { ...input })[field.name] = id;
  }
  return plain ?? input;
}

const fieldsOf = new WeakMap<Operation, InputField[]>();

function bareIds(operation: Operation): InputField[] {
  const known = fieldsOf.get(operation);
  if (known) return known;
  const fields = operation.input.filter(isBareId);
  fieldsOf.set(operation, fields);
  return fields;
}

function noId({ id, method, path }: Operation, { name }: InputField, given: string): MillraceError {
  const looksUp = highlevel.operations.find(
    (other) =>
      other.id !== id && other.method === method && other.path === path && other.input.some((f) => f.name === name && f.lookup?.by),
  );
  const other = looksUp ? `, or use ${looksUp.id}, which finds it by its name` : name === "contactId" ? ", which contacts.find gives" : "";
  const problem = `'${given}' is no id, and names are not looked up here; give the id${other}`;
  return new MillraceError("STEP_INPUT_INVALID", { details: { field: name, problem, operation: id, outcome: "not_sent" } });
}
