import type { TemplateLibrary } from "./library.ts";
import { address, highlevel, schedule, yourApp } from "./questions.ts";
import { socialStatistics, subAccount } from "./steps.ts";

const category = "Statistics and reports";
const daily = { app: "millrace", operation: "schedule", input: { cron: "0 7 * * *" } };
const today = "{{ 'now' | date: '%Y-%m-%d' }}";

/** What is collected and sent on at set times. */
export const reports: TemplateLibrary = {
  "statistics-every-morning": {
    millraceTemplate: 1,
    title: "Every morning, then send the social planner's statistics to your app",
    about:
      "The last seven days beside the seven before, for all social accounts of the sub-account: posts, likes, followers, impressions, comments. For dashboards in your app, Flocksy or a spreadsheet.",
    category,
    keywords: ["daily", "schedule", "analytics", "metrics", "dashboard", "flocksy", "social", "http request", "endpoint", "report"],
    connections: [highlevel, yourApp],
    choices: [...schedule, address(["send", "input", "url"])],
    flow: {
      name: "Statistics every morning",
      trigger: daily,
      steps: [
        ...socialStatistics,
        subAccount,
        {
          id: "users",
          title: "Look up the users",
          app: "highlevel",
          operation: "users.list_by_location",
          connection: "highlevel",
        },
        {
          id: "send",
          title: "Send it to your app",
          app: "http",
          operation: "post",
          connection: "your-app",
          input: {
            url: "",
            body: {
              date: today,
              timestamp: "{{ now }}",
              locationId: "{{ place.id }}",
              userCount: "{{ users | size }}",
              statistics: "{{ statistics.totals }}",
              totals: "{{ statistics.totals }}",
              breakdowns: "{{ statistics.breakdowns }}",
            },
          },
        },
      ],
    },
  },
  "social-tags-every-morning": {
    millraceTemplate: 1,
    title: "Every morning, then send the social planner's tags to your app",
    about: "The tags of social posts and their details as one list, so that another app can plan, filter and report by them.",
    category,
    keywords: ["daily", "schedule", "social planner", "tag details", "flocksy", "sightmill", "http request", "endpoint"],
    connections: [highlevel, yourApp],
    choices: [...schedule, address(["send", "input", "url"])],
    flow: {
      name: "Social tags every morning",
      trigger: daily,
      steps: [
        { id: "tags", app: "highlevel", operation: "social.list_tags", connection: "highlevel" },
        { id: "some", title: "Only if there are tags", filter: "tags != empty" },
        {
          id: "details",
          app: "highlevel",
          operation: "social.tag_details",
          connection: "highlevel",
          input: { tagIds: "{{ tags | map: '_id' }}" },
        },
        {
          id: "send",
          title: "Send it to your app",
          app: "http",
          operation: "post",
          connection: "your-app",
          input: { url: "", body: { date: today, count: "{{ tags.size }}", tags: "{{ tags }}", details: "{{ details }}" } },
        },
      ],
    },
  },
  "open-deals-every-week": {
    millraceTemplate: 1,
    title: "Every Monday, then send all open opportunities to your app as CSV",
    about: "A weekly snapshot of the pipeline as a file: name, status, value, stage and dates. For reports, spreadsheets and archives.",
    category,
    keywords: ["weekly", "schedule", "csv", "export", "pipeline", "deals", "report", "spreadsheet", "backup"],
    connections: [highlevel, yourApp],
    choices: [...schedule, address(["send", "input", "url"])],
    flow: {
      name: "Open deals every week",
      trigger: { app: "millrace", operation: "schedule", input: { cron: "0 7 * * 1" } },
      steps: [
        {
          id: "deals",
          app: "highlevel",
          operation: "opportunities.search",
          connection: "highlevel",
          rows: 2000,
          input: { status: "open" },
        },
        {
          id: "send",
          title: "Send it to your app",
          app: "http",
          operation: "post",
          connection: "your-app",
          input: {
            url: "",
            headers: { "content-type": "text/csv" },
            body: "{{ deals | to_csv: 'id, name, status, monetaryValue, pipelineId, pipelineStageId, createdAt, updatedAt' }}",
          },
        },
      ],
    },
  },
};
