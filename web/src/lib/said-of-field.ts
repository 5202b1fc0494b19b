import type { StoredError } from "./api.ts";

/** The sentence of an error, which names a field as programs write it, with what the form calls that field. */
export function saidOfField({ message, details }: Pick<StoredError, "message" | "details">): string {
  const { field, fieldLabel } = details;
  if (typeof field !== "string" || typeof fieldLabel !== "string" || !message.startsWith(`${field}: `)) return message;
  return `${fieldLabel}: ${message.slice(field.length + 2)}`;
}
