/** Under this name an input holds further members: what the other side takes and does not describe. */
export const moreName = "$more";

/** The names of the further members in a step's input. */
export function furtherNames(input: unknown): string[] {
  const more = typeof input === "object" && input !== null ? (input as Record<string, unknown>)[moreName] : undefined;
  return typeof more === "object" && more !== null ? Object.keys(more) : [];
}
