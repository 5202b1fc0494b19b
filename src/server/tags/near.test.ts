import { expect, test } from "vitest";
import { distance, keeperOf, nearGroups } from "./near.ts";

const grouped = (...names: string[]) => nearGroups(names);

test("names that differ by case, spaces and dashes, a plural or a slip are one group, with the reasons", () => {
  expect(grouped("VIP", "vip", "other")).toEqual([{ names: ["VIP", "vip"], why: ["case"] }]);
  expect(grouped("new lead", "new-lead", "newlead")).toEqual([{ names: ["new lead", "new-lead", "newlead"], why: ["spaces"] }]);
  expect(grouped("promoter", "promoters")).toEqual([{ names: ["promoter", "promoters"], why: ["plural"] }]);
  expect(grouped("category", "categories")).toEqual([{ names: ["category", "categories"], why: ["plural"] }]);
  expect(grouped("newsletter", "newsletetr", "newsleter")).toEqual([
    { names: ["newsletter", "newsletetr", "newsleter"], why: ["spelling"] },
  ]);
});

test("short names, numbers and names that are far apart stay alone", () => {
  expect(grouped("vip", "vap", "zip")).toEqual([]);
  expect(grouped("spring 2025", "spring 2026", "webinar 1", "webinar 2")).toEqual([]);
  expect(grouped("patient", "parent", "promoter", "detractor")).toEqual([]);
  expect(grouped("boss", "bos")).toEqual([]);
  expect(grouped("-", "--", "_")).toEqual([]);
});

test("a chain of likenesses is one group, and it names each of its reasons", () => {
  expect(grouped("Hot lead", "hot-lead", "hot leads")).toEqual([
    { names: ["Hot lead", "hot-lead", "hot leads"], why: ["spaces", "plural"] },
  ]);
});

test("thousands of names that are all alike are compared before the time of a test is over", () => {
  const letter = (n: number) => String.fromCharCode(97 + (n % 18));
  const names = Array.from(
    { length: 5_000 },
    (_, i) => `campaign of ${letter(i)}${letter(Math.floor(i / 18))}${letter(Math.floor(i / 324))}`,
  );
  expect(nearGroups(names).flatMap((group) => group.names).length).toBeGreaterThan(4_000);
});

test("a swap of neighbours is one slip", () => {
  expect([distance("lead", "laed"), distance("lead", "leads"), distance("", "abc"), distance("abc", "abc")]).toEqual([1, 1, 3, 0]);
});

test("the keeper is the name that most carry, else the shortest", () => {
  const carriers: Record<string, number> = { "new lead": 3, newlead: 40, "new-lead": 3 };
  expect(keeperOf(Object.keys(carriers), (name) => carriers[name]!)).toBe("newlead");
  expect(keeperOf(["promoters", "promoter"], () => 0)).toBe("promoter");
});
