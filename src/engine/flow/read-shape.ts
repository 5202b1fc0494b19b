import type { z } from "zod";
import { typeWords } from "#kernel/words.ts";
import { didYouMean } from "../mapping/nearest.ts";

export interface FlowProblem {
  /** `steps[2].input.email`. */
  at: string;
  problem: string;
  /** This is no flow at all, and not even kept as a draft: a member of another type, or one that flows do not have. */
  unreadable?: true;
}

/** Reads `value` by a shape; what is wrong goes to `problems`, and null comes back. */
export function readShape<T extends z.ZodObject>(shape: T, value: unknown, at: string, problems: FlowProblem[]): z.infer<T> | null {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  for (const issue of read.error.issues)
    problems.push(...inWords(issue, value, at, shape).map((each) => (isOpen(issue) ? each : { ...each, unreadable: true as const })));
  return null;
}

/** Whether it may be like that while somebody is still writing: a member that is missing, empty, not yet spelt right or out of bounds. */
const isOpen = (issue: z.core.$ZodIssue): boolean =>
  ["too_small", "too_big", "invalid_format"].includes(issue.code) ||
  (issue.code === "invalid_type" && issue.message.endsWith("received undefined"));

function inWords(issue: z.core.$ZodIssue, value: unknown, at: string, shape: z.ZodObject): FlowProblem[] {
  const where = joinPath(at, issue.path);
  if (issue.code === "invalid_format" && issue.path.reduce(memberOf, value) === "") return [{ at: where, problem: "is empty" }];
  if (issue.code === "unrecognized_keys") {
    const names = issue.path.length === 0 ? Object.keys(shape.shape) : [];
    return issue.keys.map((key) => ({ at: joinPath(where, [key]), problem: `there is no such setting here${didYouMean(key, names)}` }));
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

const memberOf = (value: unknown, key: PropertyKey): unknown => (value as Record<PropertyKey, unknown>)[key];

/** `steps` and [2, "input", "email"] as `steps[2].input.email`. */
export const joinPath = (at: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    at,
  );
