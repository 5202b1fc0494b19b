import type { Effect, Operation } from "./types.ts";

/** Whether the other side honours an `Idempotency-Key`: as the operation says, or, where only the user knows, as this input says. */
export const honoursIdempotencyKey = ({ idempotencyKey, idempotencyInput }: Operation, input: Readonly<Record<string, unknown>>): boolean =>
  idempotencyKey === true || (idempotencyInput !== undefined && input[idempotencyInput] === true);

/** What a call with this input does: an upsert that is told to make a new record makes one each time. */
export const effectOf = ({ effect, fresh }: Operation, input: Readonly<Record<string, unknown>>): Effect =>
  fresh !== undefined && (input[fresh] === true || input[fresh] === "true") ? "create" : effect;
