import type { FlowDetail, SampleView } from "#api/schemas.ts";

/** Where a sample comes from: as a word beside it, and as a sentence. */
export const origins: Record<SampleView["from"], { word: string; about: string }> = {
  now: { word: "no event needed", about: "The flow as if it started now." },
  event: { word: "received", about: "This flow received it." },
  other_flow: { word: "from another flow", about: "Another flow with the same trigger received this event." },
  list: { word: "as it is now", about: "No event has arrived yet. This is a record as it is now, in the shape of an event." },
  test: { word: "tested", about: "The step was tested with it." },
  run: { word: "from a run", about: "A run of this flow had it." },
  schema: { word: "made up", about: "Nothing has arrived yet. The values are made up from the types that are described." },
  example: { word: "made up", about: "No event has arrived yet, and no list could be read. This example is made up." },
};

/** A sample by the person it is about. */
export const sampleTitle = ({ person, from }: { person: string | null; from: SampleView["from"] | "edited" }): string =>
  person ?? (from === "now" ? "Started now" : from === "example" || from === "schema" ? "Example" : "No person");

/** Whether such a trigger starts its flow by the clock or by hand. */
export const needsNoEvent = (kind: FlowDetail["trigger"]["kind"]): boolean => kind === "schedule" || kind === "manual";

/** What to do when there is nothing to try the flow with. */
export function noSample({ trigger: { kind, inboxes, hookUrl } }: FlowDetail): string {
  if (needsNoEvent(kind)) return "This flow starts without an event: a dry run shows what it would do now.";
  if (kind !== "webhook") return "There is nothing to read yet. Paste an event, or check the connection of the trigger.";
  if (inboxes !== null)
    return "No event has arrived yet. Events come to the app's inbox: make the change in the app once, or paste an event.";
  return hookUrl === null
    ? "No event has arrived yet. Paste one."
    : "No event has arrived yet. Post one to the flow's address; it is kept even before the flow is on. Or paste one.";
}
