import fc from "fast-check";
import { expect, test } from "vitest";
import { numberText } from "./number-text.ts";

test("a number is written with all its digits, and is the same number when it is read", () => {
  expect([1e21, -1.5e-7, 1e-7, 123456789012345680000, 0.1, -0, 5e-324].map(numberText).map((text) => text.slice(0, 24))).toEqual([
    "1000000000000000000000",
    "-0.00000015",
    "0.0000001",
    "123456789012345680000",
    "0.1",
    "0",
    "0.0000000000000000000000",
  ]);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const text = numberText(number);
      expect([/^-?\d+(\.\d+)?$/.test(text), Number(text)]).toEqual([true, number === 0 ? 0 : number]);
    }),
  );
});
