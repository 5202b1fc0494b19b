import { MillraceError } from "#kernel/errors.ts";
import { findChoice, listed, offering, titleOf, type Choice, type Search } from "../choices.ts";
import { offeredInstead, writtenAs, type LostReference, type Meaning, type Pin } from "../pins.ts";
import type { InputField } from "../types.ts";

/** The refusal of a name nobody has, with what may be written instead. */
export function foundOrLost<T>(find: () => T, choices: readonly Choice[], name: string, search: Search, pin: Pin | undefined): T {
  try {
    return find();
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    const near = "near" in search ? (choices.find(({ id }) => id === search.near?.id) ?? nearestTo(pin, choices)) : undefined;
    const reference: LostReference = { name: name.trim(), ...offeredInstead(choices, near) };
    throw new MillraceError(thrown.code, { details: { ...thrown.details, reference } });
  }
}

/** What is nearest to how a thing was last called, where nothing is near to what the flow says. */
function nearestTo(pin: Pin | undefined, choices: readonly Choice[]): Choice | undefined {
  const search = pin && findChoice(choices, pin.label);
  if (!search || "several" in search) return undefined;
  return "choice" in search ? search.choice : search.near;
}

/** Two things answer to a name, and only a person knows which is meant. */
export function unsure(
  field: InputField,
  name: string,
  { named, before }: Extract<Meaning, { kind: "unsure" }>,
  choices: readonly Choice[],
): MillraceError {
  const reference: LostReference = {
    name,
    choices: [writtenAs(before, choices), writtenAs(named, choices)],
    near: false,
    before: titleOf(before),
  };
  const problem =
    `another one is called '${name}' now (${named.id}), and the one used so far is called '${titleOf(before)}' (${before.id}). ` +
    "Nothing was sent, because only you can say which is meant: choose one of the two, then replay";
  return new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, ...labelOf(field), problem, reference, outcome: "not_sent" },
  });
}

/** No choice has the name, or none that is still in use. */
export function lost(
  field: InputField,
  name: string,
  search: Search,
  choices: readonly Choice[],
  parent: string | undefined,
  pin: Pin | undefined,
): MillraceError {
  const elsewhere = findChoice(choices, name);
  const near = "near" in search ? ("choice" in elsewhere ? elsewhere.choice : (search.near ?? nearestTo(pin, choices))) : undefined;
  const reference: LostReference = { name, ...offeredInstead("several" in search ? search.several : choices, near) };
  const problem = problemWith(name, search, near, choices, parent, pin !== undefined);
  return new MillraceError("STEP_INPUT_INVALID", {
    details: { field: field.name, ...labelOf(field), problem, reference, outcome: "not_sent" },
  });
}

function problemWith(
  name: string,
  search: Search,
  near: Choice | undefined,
  choices: readonly Choice[],
  parent: string | undefined,
  wasThere: boolean,
): string {
  if ("choice" in search) return `'${titleOf(search.choice)}' is there and no longer active (${search.choice.value}); choose another`;
  if ("several" in search)
    return `'${name}' names ${search.several.length} of them: ${listed(search.several)}. Give the id of the one that is meant`;
  const beside = parent === undefined ? undefined : choices.find((choice) => choice.parent?.value === parent)?.parent?.label;
  const advice = near ? `; did you mean '${titleOf(near)}'` : offering(choices.filter(({ retired }) => !retired).map(titleOf));
  return `there is none named '${name}'${wasThere ? " any more" : ""}${beside === undefined ? "" : ` in '${beside}'`}${advice}`;
}

/** A value that contradicts another. */
export const refuse = (field: InputField, problem: string) =>
  new MillraceError("STEP_INPUT_INVALID", { details: { field: field.name, ...labelOf(field), problem, outcome: "not_sent" } });

const labelOf = ({ label }: InputField): { label?: string } => (label === undefined ? {} : { label });
