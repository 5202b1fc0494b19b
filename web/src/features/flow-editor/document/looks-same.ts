import type { FlowDefinition } from "#api/schemas.ts";

/** Whether two definitions look the same in the editor: a text or a list that is empty shows as one that is not there. */
export const looksSame = (a: FlowDefinition, b: FlowDefinition): boolean => a === b || shown(a) === shown(b);

const shown = (definition: FlowDefinition): string | undefined => JSON.stringify(withoutEmpty(definition));

function withoutEmpty(value: unknown): unknown {
  if (value === "" || value === null || value === undefined) return undefined;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((one) => withoutEmpty(one) ?? null);
  const members = Object.entries(value).flatMap(([name, one]) => {
    const kept = withoutEmpty(one);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
