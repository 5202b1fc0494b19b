import type { Rule } from "#engine/flow/format.ts";
import type { Place, TemplateChoice, TemplateConnection } from "../format.ts";

/** Questions that many templates ask. */

export const highlevel: TemplateConnection = { name: "highlevel", app: "highlevel" };
export const sightmill: TemplateConnection = { name: "sightmill", app: "sightmill" };
export const flocksy: TemplateConnection = { name: "flocksy", app: "flocksy" };
/** Whatever has an address: the customer's own app, a spreadsheet's script. */
export const yourApp: TemplateConnection = { name: "your-app", app: "http", label: "Login of the address", optional: true };

export const tag = (name: string, label: string, at: Place): TemplateChoice => ({ name, label, kind: "tag", at: [at], required: true });

export const text = (
  name: string,
  label: string,
  at: Place,
  { optional = false, help, within }: { optional?: boolean; help?: string; within?: string } = {},
): TemplateChoice => ({
  name,
  label,
  kind: "text",
  at: [at],
  ...(help !== undefined && { help }),
  ...(within !== undefined && { within }),
  ...(!optional && { required: true }),
});

/** When a schedule starts a flow. */
export const schedule: readonly TemplateChoice[] = [
  { name: "when", label: "When", kind: "schedule", at: [["trigger", "input", "cron"]], required: true },
  { name: "zone", label: "Time zone", kind: "zone", at: [["trigger", "input", "zone"]] },
];

/** A number within a condition. */
export const number = (name: string, label: string, at: Place, within: string): TemplateChoice => ({
  name,
  label,
  kind: "number",
  at: [at],
  within,
  required: true,
});

export const user = (name: string, label: string, at: Place): TemplateChoice => ({
  name,
  label,
  help: "Leave it empty for the owner of the contact.",
  kind: "user",
  at: [at],
});

export const dealStage = (at: Place): TemplateChoice => ({
  name: "stage",
  label: "Pipeline and stage",
  kind: "stage",
  at: [at],
  required: true,
});

export const address = (at: Place): TemplateChoice => ({
  name: "address",
  label: "Address to send to",
  help: "A web address of your app that takes JSON.",
  kind: "address",
  at: [at],
  required: true,
});

export const segment = (at: Place, within: string): TemplateChoice => ({
  name: "segment",
  label: "Segment",
  help: "The one that comes with this template is an example. Make your own under Rules and mappings.",
  kind: "segment",
  at: [at],
  within,
  required: true,
});

/** The segments of contacts that come with templates: examples to change, or to replace by one's own. */
export const exampleSegments = {
  "unhappy-customers": {
    title: "Unhappy customers",
    description: "An example: whoever gave a score of 6 or less, or has the tag 'unhappy'.",
    kind: "segment",
    if: "person.score <= 6 or person.tags contains 'unhappy'",
  },
  "big-fans": {
    title: "Big fans",
    description: "An example: whoever gave a score of 9 or 10, or has the tag 'promoter'.",
    kind: "segment",
    if: "person.score >= 9 or person.tags contains 'promoter'",
  },
} satisfies Record<string, Rule>;
