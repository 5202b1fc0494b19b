/** Pure: finding what a person names. */
import { MillraceError } from "#kernel/errors.ts";
import { usage } from "./input.ts";

interface Named {
  id: string;
  name: string;
  formerNames?: readonly string[] | undefined;
}

/** The one with this id or name; else the only one whose name begins like it. Capitals do not matter. */
export function pick<T extends Named>(
  items: readonly T[],
  wanted: string,
  what: "flow" | "sync" | "connection" | "inbox" | "member" | "invitation" | "API key" | "webhook endpoint",
): T {
  const exact = items.find(({ id }) => id === wanted);
  if (exact) return exact;
  const lower = wanted.trim().toLowerCase();
  const same = items.filter(({ name }) => name.toLowerCase() === lower);
  const former = items.filter(({ formerNames = [] }) => formerNames.includes(lower));
  const matches =
    same.length > 0 ? same : former.length > 0 ? former : items.filter(({ name }) => lower !== "" && name.toLowerCase().startsWith(lower));
  if (matches.length === 1) return matches[0]!;
  if (matches.length === 0) throw new MillraceError("NOT_FOUND", { details: { what, id: wanted } });
  throw usage(`'${wanted}' could be ${matches.map(({ id, name }) => `'${name}' (${id})`).join(" or ")}; give the id`);
}
