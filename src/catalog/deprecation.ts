import type { Operation } from "./types.ts";

/** That an operation's days are counted, and what to use instead; null where they are not. */
export function deprecation(app: { title: string }, { id, title, deprecated, newer }: Operation): string | null {
  if (!deprecated) return null;
  return `${app.title} has deprecated ${title} (${id}); ${newer === undefined ? "it still works, and there is no newer one yet" : `use ${newer} instead`}.`;
}
