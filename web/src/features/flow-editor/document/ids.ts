import type { FlowDefinition } from "#api/schemas.ts";
import { reservedNames } from "#engine/mapping/reserved-names.ts";
import { allSteps, isSame, type Place } from "./place.ts";
import { idOf, itemNames } from "./step-id.ts";

const longest = 60;

/** What is wrong with an id for the step at a place; null: nothing. */
export function idProblem(definition: FlowDefinition, place: Place, id: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(id)) return "Begin with a letter and go on with letters, digits, - and _.";
  if (id.length > longest) return `At most ${longest} characters.`;
  if (reservedNames.has(id)) return `'${id}' is a word of the templates. Choose another.`;
  const other = allSteps(definition).find(({ step, place: at }) => idOf(step) === id && !isSame(at, place));
  return other ? `Step ${other.number} is called '${id}' already.` : null;
}

/** The name itself, or with the first number that is free. */
export function freeId(wanted: string, used: ReadonlySet<string>): string {
  const name = wanted.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?=[^A-Za-z_])/, "_") || "step";
  const base = name.slice(0, longest - 4).replace(/_\d{1,3}$/, "");
  const isFree = (id: string) => !used.has(id) && !reservedNames.has(id);
  if (isFree(name) && name.length <= longest) return name;
  let n = 2;
  while (!isFree(`${base}_${n}`)) n++;
  return `${base}_${n}`;
}

/** The ids of all steps, and the names of all loops' items. */
export function usedNames(definition: FlowDefinition): Set<string> {
  const used = new Set<string>();
  for (const { step } of allSteps(definition)) {
    used.add(idOf(step));
    if ("forEach" in step) for (const name of itemNames(step)) used.add(name);
  }
  return used;
}
