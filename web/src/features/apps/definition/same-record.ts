/** How a record is recognised that a write may have made: what the read is asked with, and which members have to be the same. */
import { isObject } from "#kernel/json.ts";
import { type Field, fieldsOf, type Operation } from "./types.ts";

type Confirm = NonNullable<Operation["confirm"]>;

/** Names that hardly two records share, then those that say what a record is about. */
const telling = [/^(external|reference|client).*|.*(reference|external_?id)$/i, /e-?mail/i, /phone/i, /^(subject|title|name|full_?name)$/i];

/** A guess that a person looks at: the first fields of the write that the records of the read have, too. */
export function guessedConfirm(write: Operation, read: Operation): Confirm {
  const shared = fieldsOf(write).filter((field) => isComparable(field) && isIn(recordOf(read), field));
  const best = shared.toSorted((a, b) => rankOf(a) - rankOf(b) || Number(b.required ?? false) - Number(a.required ?? false));
  const asked = fieldsOf(read).filter(({ name, fill }) => fill === undefined && fieldsOf(write).some((field) => field.name === name));
  return {
    operation: read.id,
    input: Object.fromEntries(asked.map(({ name }) => [name, `input.${name}`])),
    match: Object.fromEntries(best.slice(0, mostMembers).map((field) => [wireOf(field), `input.${field.name}`])),
  };
}

const mostMembers = 2;
const wireOf = ({ name, wire }: Field): string => wire ?? name;

/** Whether a field is sent as it is and comes back so: lists and objects are often changed on the way. */
const isComparable = ({ in: place, fill, schema }: Field): boolean =>
  place === "body" && fill === undefined && schema?.type !== "object" && schema?.type !== "array";

const rankOf = (field: Field): number => {
  const at = telling.findIndex((words) => words.test(wireOf(field)));
  return at === -1 ? telling.length : at;
};

/** A record that the read gave once. */
function recordOf({ example }: Operation): unknown {
  const output: unknown = example?.output;
  return Array.isArray(output) ? output[0] : output;
}

/** A record that nobody has seen may have every member. */
const isIn = (record: unknown, field: Field): boolean => !isObject(record) || Object.hasOwn(record, wireOf(field));
