import type { FlowView, InboxView } from "#api/schemas.ts";

const dayMs = 86_400_000;

/** Titles of events that a flow has waited for since a day or longer, and that never came: most likely they are not ticked. */
export function missedEvents(inboxes: readonly InboxView[], flows: readonly Pick<FlowView, "id" | "updatedAt">[], now: number): string[] {
  const settled = new Set(flows.filter(({ updatedAt }) => now - updatedAt >= dayMs).map(({ id }) => id));
  const came = new Set(inboxes.flatMap(({ events }) => events.filter(({ count }) => count > 0).map(({ type }) => type)));
  const waited = inboxes.flatMap(({ events }) => events.filter(({ flows }) => flows.some(({ id }) => settled.has(id))));
  return [...new Set(waited.filter(({ type }) => !came.has(type)).map(({ title }) => title))];
}
