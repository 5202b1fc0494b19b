import type { Acceptance } from "../types/acceptance.ts";
import type { Trigger } from "../types/triggers.ts";

/** What an event has besides its payload. */
export interface EventDetails {
  key: string;
  /** The id of its record. */
  record?: string;
  /** When it happened, epoch ms. */
  happenedAt?: number | null;
  /** Its webhook never arrived. */
  recovered?: boolean;
  /** Who started it by hand. */
  starter?: string;
}

/** Makes the event and the runs of the flow's published version; null when the flow is off. */
export type MakeAcceptance = (trigger: Trigger, payload: unknown, details: EventDetails) => Promise<Acceptance | null>;
