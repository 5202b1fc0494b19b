import { expect, test } from "vitest";
import { processorMs } from "#test/support/cost.ts";
import { isOfPattern, patternOf } from "./name-pattern.ts";

const is = (name: string, pattern: string) => isOfPattern(name.toUpperCase(), patternOf(pattern));

test.each([
  ["old vip", "*vip", true],
  ["old vip", "vip*", false],
  ["old vip", "*o*v*p*", true],
  ["vip", "VIP", true],
  ["vip", "vi", false],
  ["aba", "ab*ba", false],
  ["abba", "ab*ba", true],
  ["abab", "a*b*b", true],
  ["ab", "a*b*b", false],
  ["", "*", true],
  ["anything", "**", true],
  ["a.b", "a.*", true],
  ["axb", "a.*", false],
  ["ΟΔΟΣ", "οδοσ*", true],
])("'%s' and the pattern '%s': %s", (name, pattern, expected) => {
  expect(is(name, pattern)).toBe(expected);
});

test("a pattern of a hundred stars that does not fit takes no time", () => {
  const work = () => {
    for (let i = 0; i < 1_000; i++) expect(is("a".repeat(200), `${"*a".repeat(99)}*b`)).toBe(false);
  };
  expect(processorMs(work)).toBeLessThan(1_000);
});
