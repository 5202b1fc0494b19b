import type { Operation } from "./types.ts";

/** Whether the other side honours an `Idempotency-Key`: as the operation says, or, where only the user knows, as this input says. */
export const honoursIdempotencyKey = ({ idempotencyKey, idempotencyInput }: Operation, input: Readonly<Record<string, unknown>>): boolean =>
  idempotencyKey === true || (idempotencyInput !== undefined && input[idempotencyInput] === true);
