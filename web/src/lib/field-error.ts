import { capital } from "#kernel/words.ts";
import { ApiError } from "./api.ts";
import { messageOf } from "./query.ts";

/** The sentence of an error for a form: at the field that it names, or for the form as a whole. */
export function fieldErrors<Name extends string>(
  error: unknown,
  fields: readonly Name[],
): { form: string | undefined; at: Partial<Record<Name, string>> } {
  if (error === null || error === undefined) return { form: undefined, at: {} };
  const message = messageOf(error);
  const field =
    error instanceof ApiError && error.code === "BAD_INPUT" ? fields.find((name) => name === error.details["field"]) : undefined;
  if (field === undefined) return { form: message, at: {} };
  const said = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  return { form: undefined, at: { [field]: capital(said) } as Partial<Record<Name, string>> };
}
