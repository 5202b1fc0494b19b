import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("every suite of a store is in the list that both databases pass", () => {
  const list = readFileSync("test/contracts/all-stores.ts", "utf8");
  const suites = readdirSync("test/contracts").filter((file) => file.endsWith(".contract.ts") && file !== "run-queue.contract.ts");
  expect(suites.length).toBeGreaterThan(14);
  expect(suites.filter((file) => !list.includes(`"./${file}"`))).toEqual([]);
});
