import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeText, encodeText } from "./values.ts";

const texts = fc.string({ unit: fc.constantFrom("\0", "\u001a", "\u001b", "\u001c", "1", "é"), maxLength: 4 });
const many = { numRuns: 5000 };

test("every text comes back as it was written, and none is written with a NUL", () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(encodeText(text)).not.toContain("\0");
      expect(decodeText(encodeText(text))).toBe(text);
    }),
    many,
  );
});

test("texts that differ stay different, and one contains another as before", () => {
  fc.assert(
    fc.property(texts, texts, (text, part) => {
      expect(encodeText(text) === encodeText(part)).toBe(text === part);
      expect(encodeText(text).includes(encodeText(part))).toBe(text.includes(part));
      expect(encodeText(text + part)).toBe(encodeText(text) + encodeText(part));
    }),
    many,
  );
});
