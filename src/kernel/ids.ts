import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32: no i, l, o, u
let lastMs = 0;
let counter = 0;
let pool = Buffer.alloc(0);
let poolAt = 0;

/**
 * A new id such as `run_01k3v9…`: prefix, 9 characters of time (ms), 3 of counter, 6 random.
 * Ids made by one process sort in the order they were made, so that indexes grow at their end.
 */
export function newId(prefix: string, now: number = Date.now()): string {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0x7fff) {
    lastMs++;
    counter = 0;
  }
  return `${prefix}_${base32(lastMs, 9)}${base32(counter, 3)}${random(6)}`;
}

/** An unguessable token of `bytes` random bytes, URL-safe. */
export const newToken = (bytes = 32): string => randomBytes(bytes).toString("base64url");

function base32(value: number, length: number): string {
  let text = "";
  for (let rest = value, i = 0; i < length; i++) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function random(length: number): string {
  if (poolAt + length > pool.length) {
    pool = randomBytes(4096);
    poolAt = 0;
  }
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[pool[poolAt++]! & 31];
  return text;
}
