import { contentHash } from "#kernel/digest.ts";
import { isObject, type JsonObject } from "#kernel/json.ts";
import type { TriggerDefinition } from "../types/triggers.ts";

/** What a change trigger keeps between two polls, in its trigger's poll state. */
export interface WatchMemory {
  /** Hash of the settings it belongs to. */
  asked: string;
  /** The settings with their names resolved to ids. */
  chosen: JsonObject;
  /** When the last poll of the whole list began. */
  lookedAt: number | null;
}

export function watchMemoryOf(stored: unknown): WatchMemory | null {
  if (!isObject(stored) || typeof stored["asked"] !== "string" || !isObject(stored["chosen"])) return null;
  const { asked, chosen, lookedAt } = stored;
  return { asked, chosen: chosen as JsonObject, lookedAt: typeof lookedAt === "number" ? lookedAt : null };
}

/** Hash of a trigger's settings. Other settings compare other values, so they need a new baseline. */
export const askedOf = ({ app, operation, connection, input }: TriggerDefinition): string =>
  contentHash([app, operation, connection ?? null, input ?? {}]);
