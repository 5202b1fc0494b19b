import { MillraceError } from "#kernel/errors.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { compileOperation, type CompiledOperation } from "./compile.ts";
import { emptyMark } from "./empty.ts";
import { moreName, moreProblem } from "./more.ts";
import { nearest } from "./nearest.ts";
import { brokenRule } from "./rules.ts";
import type { JsonSchema, Operation } from "./types.ts";

/**
 * Throws STEP_INPUT_INVALID when a step's input cannot be sent as it is: an unknown field, one that is missing, a wrong type
 * or choice. The error names the first field; `details.fields` has them all, up to fifty. `newer` is the same operation of the newer API, where
 * there is one: a name that only it has is told as such.
 */
export function validateInput(operation: Operation, input: Record<string, unknown>, newer?: Operation): void {
  const plan = compileOperation(operation);
  let faults: Map<string, string> | undefined;
  for (const name in input) {
    const value = input[name];
    if (value === undefined) continue;
    if (value === emptyMark && operation.recipe) continue;
    const problem = problemWith(plan, operation, name, value, newer);
    if (problem === null) continue;
    (faults ??= new Map()).set(name, problem);
    if (faults.size === mostFaults) throw refuse(operation, faults);
  }
  for (const name of plan.required) {
    if (isMissing(input[name], plan.fields.get(name)!.field.schema)) (faults ??= new Map()).set(name, missing);
  }
  if (faults) throw refuse(operation, faults);
  for (const rule of operation.rules ?? []) {
    const broken = brokenRule(rule, input);
    if (broken) throw refuse(operation, new Map([broken]));
  }
}

/** Who has made so many mistakes has sent something else, and wants no list of all of them. */
const mostFaults = 50;

function problemWith(
  plan: CompiledOperation,
  operation: Operation,
  name: string,
  value: unknown,
  newer: Operation | undefined,
): string | null {
  if (name === moreName) return moreProblem(operation, value);
  const slot = plan.fields.get(name);
  return slot ? slot.check(value) : unknownField(plan, operation, name, newer);
}

const missing = "is needed and was not given";

/** Nothing may be given where the other side takes it: it unlinks there. */
const isMissing = (value: unknown, { type }: JsonSchema): boolean =>
  value === undefined || value === "" || (value === null && !(Array.isArray(type) && type.includes("null")));

function unknownField({ fields }: CompiledOperation, { title }: Operation, name: string, newer: Operation | undefined): string {
  if (newer?.input.some((field) => field.name === name)) return `is a field of the newer API only; use ${newer.id}, or leave it out`;
  const offered = [...fields.values()].filter((s) => !s.field.fill).map((s) => s.field.name);
  const guess = nearest(name, offered);
  if (guess) return `is not a field of ${title}; did you mean '${guess}'`;
  return offered.length ? `is not a field of ${title}; it takes ${listed(offered)}` : `is not a field of ${title}, which takes none`;
}

const listed = (names: readonly string[]): string => (names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", "));

/** What the form calls a field, for the page: programs read the sentence with the name that they write. */
function labelOf({ input }: Operation, name: string): { fieldLabel?: string } {
  const label = input.find((field) => field.name === name)?.label;
  return label === undefined ? {} : { fieldLabel: label };
}

const labelsOf = (operation: Operation, faults: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...faults.keys()].map((name) => [name, labelOf(operation, name).fieldLabel ?? fieldLabel(name)]));

function refuse(operation: Operation, faults: ReadonlyMap<string, string>): MillraceError {
  const [field, first] = [...faults][0]!;
  const others = first === missing ? [...faults].filter(([name, problem]) => name !== field && problem === missing) : [];
  const problem =
    others.length === 0 ? first : `${first}; nor ${others.length === 1 ? "was" : "were"} ${listed(others.map(([name]) => name))}`;
  return new MillraceError("STEP_INPUT_INVALID", {
    details: {
      field,
      ...labelOf(operation, field),
      ...(faults.size > 1 && { fieldLabels: labelsOf(operation, faults) }),
      problem,
      operation: operation.id,
      fields: Object.fromEntries(faults),
      outcome: "not_sent",
    },
  });
}
