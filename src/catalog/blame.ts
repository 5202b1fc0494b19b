import { MillraceError } from "#kernel/errors.ts";
import { loggedAddress } from "./logged-address.ts";
import { textOf } from "./text.ts";
import type { InputField, Operation } from "./types.ts";

/**
 * A refusal that says "no such record" or "no access", told beside the field that held the id: by the id the message repeats, by what
 * it calls the record, or by being the only one. Where a step is given an address, that is named. Other errors come back as they are.
 */
export function blame(
  error: MillraceError,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  connection: string,
): MillraceError {
  if (error.code !== "OUTBOUND_NOT_FOUND" && error.code !== "WRONG_LOCATION") return error;
  const message = textOf(error.details["message"]);
  const suspects = suspectsOf(idFields(operation, input), message);
  if (suspects.length === 0) return blameAddress(error, operation, input, message);
  const named = suspects.map(({ field, value }) => `${field.name} '${value}'`).join(" or ");
  const gone = `is gone, or belongs to another account than that of '${connection}'`;
  const fields = Object.fromEntries(suspects.map(({ field, value }) => [field.name, `'${value}' ${gone}`]));
  return new MillraceError(error.code, {
    cause: error.cause,
    details: {
      ...error.details,
      what: named,
      ...(error.code === "OUTBOUND_NOT_FOUND" && { message: `${message.replace(/[.\s]+$/, "")}. ${named} ${gone}.` }),
      said: message,
      field: suspects[0]!.field.name,
      fields: { ...(error.details["fields"] as object | undefined), ...fields },
    },
  });
}

/** A step that is given an address has no record to look for: its address is what to check. Of its path, only what is surely no secret is told. */
function blameAddress(
  error: MillraceError,
  { input: fields }: Operation,
  input: Readonly<Record<string, unknown>>,
  message: string,
): MillraceError {
  const field = fields.find(({ text }) => text === "address");
  const url = field && input[field.name];
  if (!field || typeof url !== "string" || url === "" || error.code !== "OUTBOUND_NOT_FOUND") return error;
  const address = /^https?:/i.test(url) ? loggedAddress(url) : loggedAddress(`http://x/${url}`).replace(/^http:\/\/x\/+/, "/");
  return new MillraceError(error.code, {
    cause: error.cause,
    details: { ...error.details, message: `${message.replace(/[.\s]+$/, "")}. Check the address ${address}`, said: message, address },
  });
}

interface Held {
  field: InputField;
  value: string;
}

/** The ids an input carries, those in the path first: they name the record itself. */
function idFields({ input: fields }: Operation, input: Readonly<Record<string, unknown>>): Held[] {
  const held = fields
    .filter((field) => holdsId(field))
    .flatMap((field) => {
      const values = [input[field.name]]
        .flat()
        .filter((v): v is string | number => typeof v === "number" || (typeof v === "string" && v !== ""));
      return values.map((value) => ({ field, value: String(value) }));
    });
  return [...held.filter(({ field }) => field.in === "path"), ...held.filter(({ field }) => field.in !== "path")];
}

/** Whether a field is filled with the id of a record: not the place it lies in, which the connection fills. */
export const holdsId = ({ name, in: place, fill, lookup, text }: InputField): boolean =>
  !fill &&
  text === undefined && // an address, or a text of the user's own, as of an HTTP step
  place !== "setting" &&
  !/^(location|company|alt)_?ids?$/i.test(name) &&
  (place === "path" || lookup?.id !== undefined || /(^|[a-z_])ids?$/i.test(name));

function suspectsOf(held: readonly Held[], message: string): Held[] {
  const repeated = held.filter(({ value }) => value.length > 3 && message.includes(value));
  if (repeated.length > 0) return repeated;
  const called = Math.max(0, ...held.map(({ field }) => wordsNamed(field, message)));
  if (called > 0) return held.filter(({ field }) => wordsNamed(field, message) === called).slice(0, 3);
  const inPath = held.filter(({ field }) => field.in === "path");
  return (inPath.length > 0 ? inPath.slice(-1) : held).slice(0, 3);
}

/** How many words of the field's name, or of its label, are in the message where all of them are: "pipeline stage not found" tells two. */
function wordsNamed({ name, label = "" }: InputField, message: string): number {
  const called = [name.replace(/_?ids?$/i, "").split(/(?=[A-Z])|_/), label.split(" ")];
  const matches = called.filter((words) => words.every((word) => word.length > 2 && message.toLowerCase().includes(word.toLowerCase())));
  return Math.max(0, ...matches.map((words) => words.length));
}
