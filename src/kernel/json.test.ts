import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { processorMs } from "#test/support/cost.ts";
import { deeperThan, parseJson, readJson } from "./json.ts";
import { trials } from "#test/support/trials.ts";

describe("reading JSON", () => {
  test.each([
    ["8202522731445525542", "8202522731445525542"],
    ["-8202522731445525542", "-8202522731445525542"],
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740991", -9007199254740991],
    ["1768469400000", 1768469400000],
    ["0.12345678901234567", Number("0.12345678901234567")],
    ["12345678901234567890.5", Number("12345678901234567890.5")],
    ["1e21", 1e21],
    ["1.5E+3", 1500],
    ["1e999", "1e999"],
    ["-1E400", "-1E400"],
    ["1e-999", 0],
  ])("reads %s without changing it", (text, value) => {
    for (const [json, expected] of [
      [text, value],
      [`{"id": ${text} ,"list":[${text},\n${text}]}`, { id: value, list: [value, value] }],
      [`{"${text}\\"${text}":"\\\\","s":"\\"${text}"}`, { [`${text}"${text}`]: "\\", s: `"${text}` }],
    ] as const) {
      const read = readJson(json)!;
      expect(read.value).toEqual(expected);
      expect(JSON.parse(read.text), "its text says the same").toEqual(expected);
    }
  });

  test("keeps the text as it came where every number fits", () => {
    const text = ' {"a": 1.50, "long": "8202522731445525542"} ';
    expect(readJson(text)!.text).toBe(text);
  });

  const parses = (read: () => unknown) => {
    try {
      return { value: read() };
    } catch (error) {
      return { error: (error as Error).message };
    }
  };
  const scrap = fc.constantFrom(...'[]{},:"\\-+.eE01 '.split(""), "12345678901234567890", "1e400", "true", "null", '"a"', "\\u0041", "007");

  test("takes what JSON.parse takes and refuses what it refuses, in its words", () => {
    const any = fc.oneof(
      fc.json(),
      fc.array(scrap, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.json().map((json) => json.slice(0, -1)),
    );
    fc.assert(
      fc.property(any, (text) => {
        const [ours, theirs] = [parses(() => parseJson(text)), parses(() => JSON.parse(text))];
        expect(ours.error).toBe(theirs.error);
        if (!/\d{16}|[eE]/.test(text)) expect(ours.value).toEqual(theirs.value);
      }),
      { numRuns: trials(1000) },
    );
  });

  test("sees depth before it parses, and brackets in texts are none", () => {
    const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}"[[[[\\"[[["${"}]".repeat(levels / 2)}`;
    expect(readJson(nested(64), 64)).not.toBeNull();
    expect(readJson(nested(66), 64)).toBeNull();
    expect(readJson("[".repeat(1_000_000), 64)).toBeNull();
    expect(readJson(`[${"[],".repeat(100)}1]`, 2)).not.toBeNull();
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }),
        fc.nat(6),
        (text, limit) => (readJson(text, limit) === null) === deeperThan(JSON.parse(text), limit),
      ),
    );
  });

  test.each([
    ["brackets", "["],
    ["digits", "1"],
    ["long integers", "12345678901234567890,"],
    ["escaped quotes", '\\"'],
    ["backslashes", "\\"],
  ])("takes linear time for much of %s", (_, part) => {
    const many = part.repeat(300_000 / part.length);
    const read = () => [many, `[${many}1]`, `["${many}"]`].forEach((text) => parses(() => readJson(text, 64)));
    expect(processorMs(read)).toBeLessThan(3_000);
  });
});
