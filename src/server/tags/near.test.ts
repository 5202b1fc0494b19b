import { expect, test } from "vitest";
import { isOneSlip, keeperOf, nearGroups } from "./near.ts";

const grouped = (...names: string[]) => nearGroups(names);

test("names that differ by case, spaces and dashes, a plural or a slip are one group, with the reasons", async () => {
  expect(await grouped("VIP", "vip", "other")).toEqual([{ names: ["VIP", "vip"], why: ["case"] }]);
  expect(await grouped("new lead", "new-lead", "newlead")).toEqual([{ names: ["new lead", "new-lead", "newlead"], why: ["spaces"] }]);
  expect(await grouped("promoter", "promoters")).toEqual([{ names: ["promoter", "promoters"], why: ["plural"] }]);
  expect(await grouped("category", "categories")).toEqual([{ names: ["category", "categories"], why: ["plural"] }]);
  expect(await grouped("newsletter", "newsletetr", "newsleter")).toEqual([
    { names: ["newsletter", "newsletetr", "newsleter"], why: ["spelling"] },
  ]);
});

test("short names, numbers and names that are far apart stay alone", async () => {
  expect(await grouped("vip", "vap", "zip")).toEqual([]);
  expect(await grouped("spring 2025", "spring 2026", "webinar 1", "webinar 2")).toEqual([]);
  expect(await grouped("patient", "parent", "promoter", "detractor")).toEqual([]);
  expect(await grouped("boss", "bos")).toEqual([]);
  expect(await grouped("-", "--", "_")).toEqual([]);
});

test("a chain of likenesses is one group, and it names each of its reasons", async () => {
  expect(await grouped("Hot lead", "hot-lead", "hot leads")).toEqual([
    { names: ["Hot lead", "hot-lead", "hot leads"], why: ["spaces", "plural"] },
  ]);
});

test("thousands of names that are all alike are compared before the time of a test is over, and others get their turns", async () => {
  const letter = (n: number) => String.fromCharCode(97 + (n % 18));
  const names = Array.from(
    { length: 5_000 },
    (_, i) => `campaign of ${letter(i)}${letter(Math.floor(i / 18))}${letter(Math.floor(i / 324))}`,
  );
  let [turns, isOver] = [0, false];
  const count = (): void => void (isOver || (turns++, setImmediate(count)));
  setImmediate(count);
  const groups = await nearGroups(names);
  isOver = true;
  expect(groups.flatMap((group) => group.names).length).toBeGreaterThan(4_000);
  expect(turns).toBeGreaterThan(2);
});

test.each([
  ["lead", "laed", true],
  ["lead", "leads", true],
  ["lead", "leap", true],
  ["aab", "ab", true],
  ["lead", "dael", false],
  ["abcd", "badc", false],
  ["", "abc", false],
  ["abc", "abc", false],
])("'%s' and '%s' are one slip apart: %s", (a, b, expected) => {
  expect([isOneSlip(a, b), isOneSlip(b, a)]).toEqual([expected, expected]);
});

test("the keeper is the name that most carry, else the shortest", () => {
  const carriers: Record<string, number> = { "new lead": 3, newlead: 40, "new-lead": 3 };
  expect(keeperOf(Object.keys(carriers), (name) => carriers[name]!)).toBe("newlead");
  expect(keeperOf(["promoters", "promoter"], () => 0)).toBe("promoter");
});
