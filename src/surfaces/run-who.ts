/** Pure: whom or what a run is about, for a line in a list. */

/** What is known of it. */
export interface RunWho {
  /** An e-mail address or a phone number, else a name. */
  person: string | null;
  name: string | null;
  startedBy: "event" | "schedule" | "hand";
  /** The name of who started it by hand. */
  starter?: string | null | undefined;
}

const nobody = { event: "No person", schedule: "On a schedule", hand: "Started by hand" } as const;

/** What started a run, by itself: "Started by Ada", "On a schedule", "Event received". */
export const startWords = ({ startedBy, starter }: Pick<RunWho, "startedBy" | "starter">): string =>
  startedBy === "event" ? "Event received" : runWho({ person: null, name: null, startedBy, starter });

/** The name, else what the person is known by; of a run without one, what started it. */
export const runWho = ({ person, name, startedBy, starter }: RunWho): string =>
  name ?? person ?? (startedBy === "hand" && starter ? `Started by ${starter}` : nobody[startedBy]);
