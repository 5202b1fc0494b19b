import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { hex, hmacSha256, sha256 } from "./sha256.ts";

/** Around the ends of blocks, where the padding takes one block more. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.integer({ min: 50, max: 140 }).map((n) => new Uint8Array(n).fill(n)),
);

test("gives what the platform's own SHA-256 gives", () => {
  fc.assert(
    fc.property(bytes, (text) => {
      expect(hex(sha256(text))).toBe(createHash("sha256").update(text).digest("hex"));
    }),
    { numRuns: trials(500) },
  );
});

test("gives what the platform's own HMAC gives, also for keys longer than a block", () => {
  fc.assert(
    fc.property(bytes, bytes, (text, key) => {
      expect(hex(hmacSha256(text, key))).toBe(createHmac("sha256", key).update(text).digest("hex"));
    }),
    { numRuns: trials(500) },
  );
});
