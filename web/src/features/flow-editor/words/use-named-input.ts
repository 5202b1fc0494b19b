import { useQueries } from "@tanstack/react-query";
import type { CatalogEntry, StepDefinition } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { choiceOf, namedChoices } from "../../../lib/named-choices.ts";
import { choicesQuery, isId } from "../panel/fields/use-choices.ts";

/** How many names of a card are looked up. */
const mostNames = 3;

/** The step for the words of its card: an id that was chosen by its name as that name, as soon as it is known. */
export function useNamedInput(step: StepDefinition, entry: CatalogEntry | undefined): StepDefinition {
  const input = "input" in step && isObject(step.input) ? step.input : {};
  const connection = "connection" in step && typeof step.connection === "string" ? step.connection : null;
  const chosen = (entry?.inputs ?? [])
    .flatMap(({ name, lookup }) => (lookup !== undefined && isChosenId(input[name]) ? [{ name, lookup }] : []))
    .slice(0, mostNames);
  const lists = useQueries({
    queries: chosen.map(({ lookup }) => ({ ...choicesQuery(entry?.app ?? "", lookup, connection), enabled: connection !== null })),
  });
  if (chosen.length === 0) return step;
  const named = chosen.map(({ name, lookup }, index) => {
    const names = (Array.isArray(input[name]) ? input[name] : [input[name]]).map(
      (id) => choiceOf(namedChoices(lists[index]?.data, lookup, {}, "id"), String(id))?.label ?? "",
    );
    // Without its name an id says nothing: it is left out, and the field alone is named.
    return [name, names.includes("") ? { chosen: true } : Array.isArray(input[name]) ? names : names[0]] as const;
  });
  return { ...step, input: { ...input, ...Object.fromEntries(named) } } as StepDefinition;
}

const isChosenId = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 && value.every(isFixedId) : isFixedId(value));
const isFixedId = (value: unknown): boolean => isId(value) && /\d/.test(String(value));
