import { describe, expect, test } from "vitest";
import { filterWords } from "#engine/mapping/words/filters.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { printChain, readChain } from "#engine/mapping/words/parts.ts";
import { argumentText, movedUp, newCall, offeredFilters, withArgument, withFilter } from "./filter-edit.ts";

const value = { value: "trigger.a", filters: [] };
const names = Object.keys(filterWords);

describe("a filter of the menu", () => {
  test.each(names)("%s is put in as a call that reads as it was printed", (name) => {
    const chain = withFilter(value, newCall(name));
    expect(readChain(printChain(chain))).toEqual(chain);
  });

  test.each(names.filter((name) => filterWords[name]!.arguments.length > 0))(
    "%s takes each of its arguments and gives it up again",
    (name) => {
      const words = filterWords[name]!.arguments;
      let call = newCall(name);
      for (const [at, one] of words.entries()) {
        call = withArgument(call, one, at, `'x${at}'`);
        expect(argumentText(call, one, at)).toBe(`'x${at}'`);
      }
      expect(readChain(printChain(withFilter(value, call)))?.filters[0]).toEqual(call);
      const last = words.length - 1;
      expect(argumentText(withArgument(call, words[last]!, last, undefined), words[last]!, last)).toBeUndefined();
    },
  );

  test("keeps its later arguments when an earlier one is left out", () => {
    const words = filterWords["date"]!.arguments;
    const call = withArgument(withArgument(newCall("date"), words[1]!, 1, "'Asia/Tokyo'"), words[0]!, 0, undefined);
    expect(printChain(withFilter(value, call))).toBe("trigger.a | date: nil, 'Asia/Tokyo'");
    expect(argumentText(call, words[0]!, 0)).toBeUndefined();
  });

  test("moves before the one above it", () => {
    const chain = readChain("a | b | c: 1")!;
    expect([printChain(movedUp(chain, 1)), printChain(movedUp(chain, 0))]).toEqual(["a | c: 1 | b", "a | b | c: 1"]);
  });
});

describe("the offer", () => {
  test("begins with what suits the value, and has everything", () => {
    expect(offeredFilters("date", "")[0]!.group).toBe("date");
    expect(offeredFilters("list", "")[0]!.group).toBe("list");
    const offered = new Set(offeredFilters("text", "").map(({ name }) => name));
    expect(names.filter((name) => !offered.has(name) && filterWords[name]!.same === undefined)).toEqual([]);
  });

  test("has no segment among the rules: it turns no value into another", () => {
    const rules = { vip: { kind: "segment", title: "Very important" } } as unknown as Rules;
    expect(offeredFilters("object", "very important", rules)).toEqual([]);
    expect(offeredFilters("object", "segment", rules).map(({ name }) => name)).toEqual([
      "in_segment",
      "entered_segment",
      "left_segment",
      "segments",
    ]);
  });

  test("has the workspace's rules by their names, under a heading of their own and before what does not suit", () => {
    const rules = { "score-tag": { kind: "format", title: "Tag for a score", of: "text" } } as unknown as Rules;
    const of = (type: "text" | "list", words: string) => offeredFilters(type, words, rules);
    for (const type of ["text", "list"] as const) {
      const groups = [...new Set(of(type, "").map(({ group }) => group))];
      expect(groups).toContain("rules");
      expect(groups.indexOf("rules")).toBeLessThan(groups.indexOf("code"));
    }
    expect(of("list", "tag for a").map(({ title }) => title)).toEqual(["Tag for a score"]);
    expect(printChain(withFilter({ value: "trigger.score", filters: [] }, of("text", "score-tag")[0]!.call))).toBe(
      "trigger.score | rule: 'score-tag'",
    );
    expect(of("text", "apply a rule")).toEqual([]);
  });

  test.each([
    ["lower", "downcase"],
    ["trim", "strip"],
    ["phone", "phone"],
    ["default", "if_blank"],
    ["downcase", "downcase"],
    ["tomorrow", undefined],
  ])("'%s' finds %s", (words, name) => {
    const names = offeredFilters("text", words).map((one) => one.name);
    expect(name === undefined ? names : names.includes(name)).toEqual(name === undefined ? [] : true);
  });
});
