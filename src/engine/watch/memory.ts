import { contentHash, isObject, type JsonObject } from "#kernel/json.ts";
import type { TriggerDefinition } from "../types.ts";

/** What a change trigger keeps between two looks, in its trigger's poll state. */
export interface WatchMemory {
  /** For which settings it was made. */
  asked: string;
  /** The settings as they were last understood: names have become ids. */
  chosen: JsonObject;
  /** When the last whole look began. */
  lookedAt: number | null;
}

export function watchMemoryOf(stored: unknown): WatchMemory | null {
  if (!isObject(stored) || typeof stored["asked"] !== "string" || !isObject(stored["chosen"])) return null;
  const { asked, chosen, lookedAt } = stored;
  return { asked, chosen: chosen as JsonObject, lookedAt: typeof lookedAt === "number" ? lookedAt : null };
}

/** Other settings compare other values: what was known of records says nothing to them. */
export const askedOf = ({ app, operation, connection, input }: TriggerDefinition): string =>
  contentHash([app, operation, connection ?? null, input ?? {}]);
