import { expect, test } from "vitest";
import type { HealthFinding } from "#api/schemas.ts";
import { clockFindings, inOrder, summaryOf } from "./findings.ts";

const finding = (state: HealthFinding["state"], what = "x"): HealthFinding => ({ state, what, says: "" });

const all = { whole: true };

test("whoever may not see the machine reads about the workspace only", () => {
  expect(summaryOf([finding("ok")], { whole: false }).words).toBe("No problems found in this workspace.");
});

test("the summary counts problems and warnings, and says what they are about", () => {
  expect(summaryOf([finding("ok")], all)).toEqual({ state: "ok", words: "No problems found." });
  expect(summaryOf([finding("ok"), finding("advice")], all)).toMatchObject({ state: "ok" }); // advice is no alarm
  expect(summaryOf([finding("warn")], all)).toEqual({ state: "warn", words: "1 warning: x." });
  expect(summaryOf([finding("bad"), finding("bad")], all)).toEqual({ state: "bad", words: "2 problems: x." });
  expect(summaryOf([finding("warn"), finding("ok")], all).words).toBe("1 warning: x. 1 other check passed.");
  expect(summaryOf([finding("warn", "backups"), finding("bad", "Acme Dental"), finding("warn", "clocks")], all)).toEqual({
    state: "bad",
    words: "1 problem: Acme Dental; 2 warnings: backups and clocks.",
  });
  const many = ["a", "b", "c", "d", "e"].map((what) => finding("warn", what));
  expect(summaryOf(many, all).words).toBe("5 warnings: a, b, c and 2 more.");
});

test("the worst comes first, and the order stays otherwise", () => {
  const findings = [finding("warn", "a"), finding("ok", "b"), finding("bad", "c"), finding("warn", "d")];
  expect(inOrder(findings).map(({ what }) => what)).toEqual(["c", "a", "d", "b"]);
});

test("two clocks that disagree are a finding", () => {
  expect(clockFindings(1_000_000, 1_030_000)).toEqual([]);
  expect(clockFindings(1_000_000, 1_180_000)).toMatchObject([{ says: expect.stringContaining("differ by 3 min") as string }]);
});
