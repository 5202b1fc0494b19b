import { expect, test } from "vitest";
import { fieldProblems, fixFor, vendorSentence } from "./fix.ts";

const error = (message: string, details: Record<string, unknown>) => ({ code: "OUTBOUND_REFUSED", message, details }) as const;

test("each field is named with what is wrong, unless the sentence says it already", () => {
  const fields = { email: "must be an e-mail address", phone: "is too short", odd: 1 };
  expect(fieldProblems(error("HighLevel refused it: is too short", { fields }))).toEqual([["email", "must be an e-mail address"]]);
  expect(fieldProblems(error("No", {}))).toEqual([]);
  expect(fieldProblems(error("No", { fields: "all" }))).toEqual([]);
});

test("the other side's sentence is quoted once", () => {
  expect(vendorSentence(error("HighLevel refused it: no", { message: "no" }))).toBeNull();
  expect(vendorSentence(error("It stopped", { message: "no" }))).toBe("no");
});

test("an address where nothing is has no record that may be gone", () => {
  const explain = (details: Record<string, unknown>) => fixFor({ code: "OUTBOUND_NOT_FOUND", details }).explain;
  expect(explain({ address: "https://example.com/hook" })).not.toContain("record");
  expect(explain({})).toContain("record");
});

test("a script that stopped a run is corrected in the flow: a replay alone would stop again", () => {
  expect(fixFor({ code: "SCRIPT_FAILED" })).toMatchObject({
    remedy: "flow",
    explain: expect.stringContaining("Correct the script") as string,
  });
});
