import type { App } from "#catalog/types.ts";

/** What starts a flow without anybody else: the clock, or a person. */
export const millrace: App = {
  id: "millrace",
  title: "Millrace",
  baseUrl: "",
  auth: [{ kind: "none" }],
  mark: { icon: "timer", hue: 75 },
  operations: [],
  triggers: [],
  builtIns: [
    {
      id: "schedule",
      app: "millrace",
      title: "Schedule",
      kind: "schedule",
      input: [
        {
          name: "cron",
          in: "setting",
          required: true,
          schema: { type: "string" },
          label: "When",
          control: "text",
          help: "Minute, hour, day, month, weekday: 0 9 * * 1-5.",
        },
        {
          name: "zone",
          in: "setting",
          schema: { type: "string", default: "UTC" },
          label: "Time zone",
          control: "text",
          help: "Like Europe/London.",
        },
      ],
      output: { type: "object", properties: { at: { type: "string", format: "date-time" } } },
      example: { at: "2026-01-15T09:00:00Z" },
    },
    { id: "manual", app: "millrace", title: "Started by hand", kind: "manual", input: [], example: {} },
  ],
  refusals: [],
};
