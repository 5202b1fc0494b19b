import { MillraceError } from "#kernel/errors.ts";
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
    if (/[\s@]/.test(id)) throw noId(operation, field, id);
    if (id !== value) (plain ??= { ...input })[field.name] = id;
  }
  return plain ?? input;
}

const fieldsOf = new WeakMap<Operation, InputField[]>();

function bareIds(operation: Operation): InputField[] {
  const known = fieldsOf.get(operation);
  if (known) return known;
  const fields = operation.app === highlevel.id ? operation.input.filter(isBareId) : [];
  fieldsOf.set(operation, fields);
  return fields;
}

const idNames =
  /^(contact|opportunity|conversation|appointment|event|calendar|pipeline|pipelineStage|assignedUser|user|workflow|campaign)Id$|^assignedTo$/;
const isBareId = ({ name, wire = name, in: place, fill, lookup }: InputField): boolean =>
  !fill && !lookup?.by && place !== "setting" && (idNames.test(wire) || (place === "path" && /(^i|I)d$/.test(wire)));

function noId({ id, method, path }: Operation, { name }: InputField, given: string): MillraceError {
  const looksUp = highlevel.operations.find(
    (other) =>
      other.id !== id && other.method === method && other.path === path && other.input.some((f) => f.name === name && f.lookup?.by),
  );
  const other = looksUp ? `, or use ${looksUp.id}, which finds it by its name` : name === "contactId" ? ", which contacts.find gives" : "";
  const problem = `'${given}' is no id, and names are not looked up here; give the id${other}`;
  return new MillraceError("STEP_INPUT_INVALID", { details: { field: name, problem, operation: id, outcome: "not_sent" } });
}
