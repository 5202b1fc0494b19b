import { z } from "zod";
import { fields, json } from "../schemas.ts";
import { stepShape } from "../shape.ts";

const longestCode = 20_000;
const longestMs = 10_000;
const mostTests = 20;

const test = z.strictObject({
  name: z.string().trim().min(1, "is empty").max(120, "is longer than 120 characters"),
  data: z.record(z.string(), json).optional().describe("What the script reads, by name: `trigger`, `input`, an earlier step."),
  expect: json.describe("What it must return."),
});

/** A step that executes a script. Its result is what the script returns. */
export const code = stepShape({
  marks: ["code"],
  members: {
    code: z
      .string()
      .min(1, "is empty")
      .max(longestCode, "is longer than 20,000 characters")
      .describe("JavaScript: the body of a function, which ends with `return`. It reads `trigger`, earlier steps and `input` by name."),
    language: z.enum(["javascript", "typescript"]).optional().describe("Types are removed, not checked. JavaScript when absent."),
    input: fields.optional().describe("Values with templates, which the script reads as `input`."),
    timeoutMs: z
      .int("takes a whole number of milliseconds")
      .min(1, "takes 1 to 10000 milliseconds")
      .max(longestMs, "takes 1 to 10000 milliseconds")
      .optional()
      .describe("How long the script may take: 1000 when absent."),
    tests: z.array(test).max(mostTests, "takes 20 tests at most").optional().describe("Examples of what the script returns."),
  },
  lists: {},
});
