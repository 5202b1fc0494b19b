import { expect, test } from "vitest";
import type { StepTest } from "#api/schemas.ts";
import { testAllWords } from "./test-all-words.ts";
import type { TestedInOrder } from "./test-in-order.ts";

const tests = [
  { state: "succeeded", operation: null },
  { state: "succeeded", operation: "contacts.get" },
  { state: "pretended", operation: "contacts.upsert" },
] as unknown as StepTest[];
const step = "Step 4 'Send data to a web address'";

test("a test of all steps says what was read for real and what was not written", () => {
  expect(testAllWords({ tests, ended: null }, "")).toBe(
    "Tested 3 steps: 1 read for real, 1 as a dry run, 1 computed. Nothing was written.",
  );
});

test("a test of all steps names the step at which it ended, and why", () => {
  const error = { code: "OUTBOUND_REFUSED", message: "example.com refused it.", details: {} };
  const failed = { tests: [...tests, { state: "failed", error }], ended: { step: "post", by: "failure" } } as unknown as TestedInOrder;
  expect(testAllWords(failed, step)).toMatch(/^Step 4 'Send data to a web address' failed: example\.com refused it\. Tested 3 steps: /);
  expect(testAllWords({ tests: [], ended: { step: "wanted", by: "filter" } }, step)).toBe(
    "The run would end at step 4 'Send data to a web address': its condition does not hold.",
  );
});
