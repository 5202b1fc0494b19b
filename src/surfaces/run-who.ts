/** Pure: whom or what a run is about, for a line in a list. */

/** What is known of it. */
export interface RunWho {
  /** An e-mail address or a phone number, else a name. */
  person: string | null;
  name: string | null;
  startedBy: "event" | "schedule" | "hand";
}

const nobody = { event: "No person", schedule: "On a schedule", hand: "Started by hand" } as const;

/** The name, else what the person is known by; of a run without one, what started it. */
export const runWho = ({ person, name, startedBy }: RunWho): string => name ?? person ?? nobody[startedBy];
