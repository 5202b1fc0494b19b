import type { z } from "zod";
import { typeWords } from "#kernel/words.ts";
import { didYouMean } from "../mapping/nearest.ts";

export interface FlowProblem {
  /** `steps[2].input.email`. */
  at: string;
  problem: string;
}

/** Reads `value` by a shape; what is wrong goes to `problems`, and null comes back. */
export function readShape<T extends z.ZodObject>(shape: T, value: unknown, at: string, problems: FlowProblem[]): z.infer<T> | null {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  for (const issue of read.error.issues) problems.push(...inWords(issue, at, shape));
  return null;
}

function inWords(issue: z.core.$ZodIssue, at: string, shape: z.ZodObject): FlowProblem[] {
  const where = joinPath(at, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = issue.path.length === 0 ? Object.keys(shape.shape) : [];
    return issue.keys.map((key) => ({ at: joinPath(where, [key]), problem: `there is no such setting here${didYouMean(key, known)}` }));
  }
  if (issue.code === "invalid_type")
    return [
      {
        at: where,
        problem: issue.message.endsWith("received undefined") ? "is missing" : `takes ${typeWords[issue.expected] ?? issue.expected}`,
      },
    ];
  if (issue.code === "invalid_union")
    return [{ at: where, problem: "takes a JSON value: text, a number, true, false, null, a list or an object" }];
  if (issue.code === "invalid_value") return [{ at: where, problem: `takes one of ${issue.values.map(String).join(", ")}` }];
  if (issue.code === "too_small" && issue.message.startsWith("Too")) return [{ at: where, problem: `is ${issue.minimum} at least` }];
  if (issue.code === "too_big" && issue.message.startsWith("Too")) return [{ at: where, problem: `is ${issue.maximum} at most` }];
  return [{ at: where, problem: issue.message }];
}

/** `steps` and [2, "input", "email"] as `steps[2].input.email`. */
export const joinPath = (at: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    at,
  );
