import { z } from "zod";
import { typeWords } from "#kernel/words.ts";
import { listRows } from "#catalog/types.ts";
import { didYouMean } from "../mapping/nearest.ts";

/** The outer form of a flow and of each kind of step. What the parts mean together is checked in check.ts. */

const line = (max: number) => z.string().trim().min(1, "is empty").max(max, `is longer than ${max} characters`);
const name = line(120);
const expression = line(10_000);
const shortName = (of: string) =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, `is the short name of ${of}: small letters, digits and dashes`);
const connection = shortName("a connection");
const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,59}$/, "begins with a letter and goes on with letters, digits, - and _ (60 at most)");
const fields = z.record(z.string(), z.json());
const reference = z.string().min(1, "is empty").max(200);

const settings = z.strictObject({
  unknownOutcome: z.enum(["hold", "retry"]).optional(),
  retry: z.strictObject({ maxAttempts: z.int().min(1).max(1000).optional(), maxElapsed: z.string().optional() }).optional(),
  zone: z.string().optional(),
  country: z.string().optional(),
  lane: z.enum(["live", "sync", "backfill"]).optional(),
  settle: z.string().optional(),
  order: z.literal("record").optional(),
});

const trigger = z.strictObject({
  app: reference,
  operation: reference,
  connection: connection.optional(),
  input: fields.optional(),
  every: z.string().optional(),
  emit: z.enum(["new", "changed", "all"]).optional(),
  key: expression.optional(),
  record: expression.optional(),
  previous: z.boolean().optional(),
  reconcile: z.string().optional(),
  inbox: shortName("an inbox").optional(),
});

export const flowShape = z.strictObject({
  name,
  description: z.string().max(2000).optional(),
  trigger,
  steps: z.array(z.unknown()),
  settings: settings.optional(),
});

const base = { id: variable, title: name.optional() };
const list = z.array(z.unknown());
export const stepShapes = {
  action: z.strictObject({
    ...base,
    app: reference,
    operation: reference,
    connection: connection.optional(),
    input: fields.optional(),
    rows: z.int().min(1).max(listRows.most).optional(),
    onError: z.enum(["fail", "continue"]).optional(),
  }),
  filter: z.strictObject({ ...base, filter: expression }),
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
  branch: z.strictObject({ ...base, if: expression, then: list, else: list.optional() }),
  forEach: z.strictObject({ ...base, forEach: expression, as: variable.optional(), do: list }),
  wait: z.strictObject({ ...base, wait: expression }),
  format: z.strictObject({ ...base, format: fields }),
  stop: z.strictObject({ ...base, stop: z.enum(["success", "filtered", "failed"]), reason: expression.optional() }),
};
export type StepKind = keyof typeof stepShapes;

/** The key by which a step says what it is. */
const marks: Record<string, StepKind> = {
  app: "action",
  operation: "action",
  filter: "filter",
  if: "branch",
  forEach: "forEach",
  wait: "wait",
  format: "format",
  stop: "stop",
};

/** What kind of step somebody wrote; a sentence where it is none or two. */
export function stepKind(step: Record<string, unknown>): { kind: StepKind } | { problem: string } {
  const kinds = new Set(
    Object.keys(step)
      .filter((key) => Object.hasOwn(marks, key))
      .map((key) => marks[key]!),
  );
  const [kind, second] = kinds;
  if (kind === undefined) {
    const near = Object.keys(step)
      .filter((key) => !Object.hasOwn(base, key))
      .map((key) => didYouMean(key, Object.keys(marks)))
      .find((hint) => hint !== "");
    return {
      problem: `this is no kind of step: it needs one of app and operation, filter, if, forEach, wait, format or stop${near ?? ""}`,
    };
  }
  return second === undefined ? { kind } : { problem: `a step is one thing only, and this says ${[...kinds].join(" and ")}` };
}

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
