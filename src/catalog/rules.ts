import { dayMs } from "#kernel/durations.ts";
import type { InputRule } from "./types.ts";

/** The field and the words of a broken rule, or null. Values have been fitted: times are epoch milliseconds. `called` names another field. */
export function brokenRule(
  rule: InputRule,
  input: Record<string, unknown>,
  called: (field: string) => string = (field) => field,
): [field: string, problem: string] | null {
  if (rule.kind === "window") return brokenWindow(rule, input);
  const { kind, fields } = rule;
  const present = fields.filter((name) => isPresent(input[name]));
  if (present.length === 0 && kind !== "atMostOne")
    return [fields[0]!, fields.length > 1 ? `is needed unless ${either(fields.slice(1).map(called))} is given` : "is needed"];
  if (present.length > 1 && kind !== "atLeastOne") return [present[1]!, `cannot be given together with ${called(present[0]!)}`];
  return null;
}

function brokenWindow(
  { from, to, maxDays }: Extract<InputRule, { kind: "window" }>,
  input: Record<string, unknown>,
): [string, string] | null {
  const [start, end] = [Number(input[from] ?? NaN), Number(input[to] ?? NaN)];
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  if (end <= start) return [to, `must be later than ${from}`];
  return maxDays !== undefined && end - start > maxDays * dayMs ? [to, `must be within ${maxDays} days of ${from}`] : null;
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);
const either = (names: readonly string[]): string => names.join(" or ");
