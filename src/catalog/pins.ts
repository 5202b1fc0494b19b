import { canonicalJson } from "#kernel/json.ts";
import { findChoice, titleOf, type Choice, type Search } from "./choices.ts";
import type { Lookup } from "./types.ts";

/** What a name stood for in a sub-account when it was last resolved. */
export interface Pin {
  id: string;
  /** What it was called then. */
  label: string;
}

/** The pins of one sub-account: a name, in any spelling, within its kind and, for a stage, its pipeline. */
export interface Pins {
  get(kind: string, parent: string, name: string): Pin | undefined;
  set(kind: string, parent: string, name: string, pin: Pin): void;
}

/** What a name of a flow means in a sub-account, by its name and by what it stood for before. */
export type Meaning =
  | { kind: "named"; choice: Choice }
  /** Nothing has the name any more, and what it stood for is called otherwise. */
  | { kind: "renamed"; choice: Choice }
  /** Several have the name, and one of them is what it stood for. */
  | { kind: "shared"; choice: Choice; several: Choice[] }
  /** Something else has the name now, while what it stood for lives on: only a person knows which of the two is meant. */
  | { kind: "unsure"; named: Choice; before: Choice }
  | { kind: "unknown"; search: Exclude<Search, { choice: Choice }> };

/**
 * Decides what a name means (docs/decisions/0006). The name decides where it leads to what it stood for, or where that is gone or no
 * longer in use. The id decides where the name leads nowhere, or to several. Where something else has taken the name of what was renamed,
 * nobody decides.
 */
export function meaningOf(choices: readonly Choice[], name: string, parent: string | undefined, pin: Pin | undefined): Meaning {
  const search = findChoice(choices, name, parent);
  const before = pin && choices.find((choice) => choice.id === pin.id && isWithin(choice, parent));
  if ("choice" in search) {
    const { choice } = search;
    if (!before || before.id === choice.id || before.retired || name.trim() === choice.id || answersTo(before, name, parent))
      return { kind: "named", choice };
    return choice.retired ? { kind: "renamed", choice: before } : { kind: "unsure", named: choice, before };
  }
  if (!before) return { kind: "unknown", search };
  if (!("several" in search)) return { kind: "renamed", choice: before };
  return search.several.some(({ id }) => id === before.id)
    ? { kind: "shared", choice: before, several: search.several }
    : { kind: "unknown", search };
}

const isWithin = ({ parent }: Choice, wanted: string | undefined): boolean => wanted === undefined || parent?.value === wanted;

/** Whether it still has the name, in some spelling: then it was not renamed, and another merely resembles it. */
const answersTo = (choice: Choice, name: string, parent: string | undefined): boolean => "choice" in findChoice([choice], name, parent);

/** What is to be remembered of a name that was resolved; undefined where nothing changes. */
export function pinFor(
  { kind, choice }: { kind: Meaning["kind"]; choice: Choice },
  name: string,
  choices: readonly Choice[],
  pin: Pin | undefined,
): Pin | undefined {
  if (kind !== "named" || choice.retired || name.trim() === choice.id) return undefined;
  const label = titleOf(choice);
  if (pin?.id === choice.id) return pin.label === label ? undefined : { id: choice.id, label };
  // One that resembles it and is still there keeps its place: two flows that spell the name differently must not take it in turns.
  return pin && choices.some(({ id, retired }) => id === pin.id && !retired) ? undefined : { id: choice.id, label };
}

/** Which list a pin is of: the list's operation, the part of its rows, and what it is asked with. */
export function kindOf({ operation, list, input }: Lookup): string {
  return [operation, list && `#${list}`, input && canonicalJson(input)].filter(Boolean).join(" ");
}

/** A reference that stopped a run, with what a person may write in its place: carried by the error, for the page to offer. */
export interface LostReference {
  /** As the flow has it. */
  name: string;
  /** What may be written instead, nearest first. */
  choices: string[];
  /** The first choice is near enough to be meant. */
  near: boolean;
  /** Set where the name means something else now: what it stood for before. */
  before?: string;
}

const mostOffered = 20;

/** The names that may be written instead: the one most likely meant, then the others. */
export function offeredInstead(choices: readonly Choice[], near: Choice | undefined): Pick<LostReference, "choices" | "near"> {
  const inUse = choices.filter(({ retired }) => !retired);
  const titles = [...(near ? [near] : []), ...inUse].map((choice) => writtenAs(choice, choices));
  return { choices: [...new Set(titles)].slice(0, mostOffered), near: near !== undefined };
}

/** What to write so that this choice is meant: its name, or its id where another has the name too. */
export function writtenAs(choice: Choice, choices: readonly Choice[]): string {
  const search = findChoice(choices, titleOf(choice));
  return "choice" in search && search.choice.id === choice.id ? titleOf(choice) : choice.id;
}
