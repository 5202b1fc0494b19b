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
      output: {
        type: "object",
        properties: {
          scheduledFor: { type: "string", format: "date-time" },
          zone: { type: "string" },
          local: {
            type: "object",
            properties: {
              date: { type: "string", format: "date" },
              time: { type: "string" },
              offset: { type: "string" },
              weekday: { type: "string" },
              year: { type: "integer" },
              month: { type: "integer" },
              day: { type: "integer" },
              hour: { type: "integer" },
              minute: { type: "integer" },
            },
          },
        },
      },
      example: {
        scheduledFor: "2026-01-15T09:00:00.000Z",
        zone: "UTC",
        local: {
          date: "2026-01-15",
          time: "09:00:00",
          offset: "+00:00",
          weekday: "Thursday",
          year: 2026,
          month: 1,
          day: 15,
          hour: 9,
          minute: 0,
        },
      },
    },
    { id: "manual", app: "millrace", title: "Started by hand", kind: "manual", input: [], example: {} },
  ],
  refusals: [],
};
