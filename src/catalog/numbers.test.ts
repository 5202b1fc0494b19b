import { describe, expect, test } from "vitest";
import { readDigits, readNumber } from "./numbers.ts";

describe("a number as people write it", () => {
  test.each([
    ["1234.5", 1234.5],
    ["1,234.56", 1234.56],
    ["1.234,56", 1234.56],
    ["1 234,5", 1234.5],
    ["1\u202f234,5", 1234.5],
    ["1'234.50", 1234.5],
    ["1’234’567", 1234567],
    ["12,34,567.8", 1234567.8],
    ["1.234.567", 1234567],
    ["1,234", 1234],
    ["0,123", 0.123],
    ["1,5", 1.5],
    ["1.234", 1.234],
    [".5", 0.5],
    ["12.", 12],
    ["007", 7],
    ["$ -12.50", -12.5],
    ["-$12.50", -12.5],
    ["(12.50)", -12.5],
    ["\u221212", -12],
    ["€12", 12],
    ["12 EUR", 12],
    ["USD 1,299", 1299],
    ["45%", 45],
    ["１２", 12],
    ["1e5", 100000],
    ["1.5E-3", 0.0015],
  ])("%s (F22)", (text, number) => {
    expect(readNumber(text)).toBe(number);
    expect(Number(readDigits(text))).toBe(number);
  });

  test.each(
    "1.2.3|12.5.2026|1,2,3|1,23,4|1.23,456.7|1234.567,8|0,123,456|0.123.456|1234,567,890|12 34|12 apples|--5|0x1F|NaN|Infinity|1e999|(5|5)|1.2.3,4,5||.|,|-|$".split(
      "|",
    ),
  )("'%s' is none (F22)", (text) => {
    expect([readNumber(text), readDigits(text)]).toEqual([undefined, undefined]);
  });

  test("of more digits than a number keeps is read as digits only", () => {
    for (const text of ["9007199254740993", "8202522731445525542"]) expect([readNumber(text), readDigits(text)]).toEqual([undefined, text]);
    expect(readDigits("9.007.199.254.740.993,25")).toBe("9007199254740993.25");
  });

  test("whose decimal separator is named is read by it, or not at all", () => {
    expect(["1.234", "1,234", "1.234,5", "1.234.567", "1234"].map((text) => readDigits(text, ","))).toEqual([
      "1234",
      "1.234",
      "1234.5",
      "1234567",
      "1234",
    ]);
    expect(["1.234", "1,234", "1,234.5", "1,234,567", "12."].map((text) => readDigits(text, "."))).toEqual([
      "1.234",
      "1234",
      "1234.5",
      "1234567",
      "12",
    ]);
    expect([readDigits("1,5", "."), readDigits("1.5", ","), readDigits("1,234.5", ",")]).toEqual([undefined, undefined, undefined]);
  });
});
