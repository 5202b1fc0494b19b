import type { TemplateLibrary } from "./library.ts";
import { flocksy, highlevel, schedule, text } from "./questions.ts";
import { socialStatistics, subAccount, tagOfName } from "./steps.ts";

const category = "Flocksy";
const keywords = ["flocksy", "creative", "agency", "sync"];
const today = "{{ 'now' | date: '%Y-%m-%d' }}";

const action = (id: string, operation: string, input: Record<string, string | string[]>, title?: string) => ({
  id,
  ...(title !== undefined && { title }),
  app: "flocksy",
  operation,
  connection: "flocksy",
  input,
});

/** HighLevel and Flocksy: tags both ways, statistics, users. */
export const flocksyTemplates: TemplateLibrary = {
  "tags-to-flocksy": {
    millraceTemplate: 1,
    title: "When a tag in HighLevel is new or renamed, then keep its mapping in Flocksy and refresh the campaigns with it",
    about:
      "Each tag of the sub-account has its mapping and its tag in Flocksy, under HighLevel's id, so that a new name changes the one that is there. Campaigns with the tag are refreshed.",
    category,
    keywords: [...keywords, "tag mapping", "campaign", "tag"],
    connections: [highlevel, flocksy],
    choices: [text("details", "Details of new mappings", ["mapping", "input", "details"])],
    flow: {
      name: "Tags to Flocksy",
      trigger: { app: "highlevel", operation: "locations.list_tags", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        action("mapping", "mappings.upsert", {
          locationId: "{{ trigger.locationId }}",
          tagId: "{{ trigger.id }}",
          tagName: "{{ trigger.name }}",
          details: "Tag of HighLevel",
        }),
        action("tag", "tags.upsert", {
          name: "{{ trigger.name }}",
          externalId: "{{ trigger.id }}",
          locationId: "{{ trigger.locationId }}",
        }),
        action("campaigns", "campaigns.refresh_by_tag", { tag: "{{ trigger.name }}", locationId: "{{ trigger.locationId }}" }),
      ],
      settings: { order: "record" },
    },
  },
  "social-tags-to-flocksy": {
    millraceTemplate: 1,
    title: "When a tag of the social planner is new or changed, then keep its mapping and details in Flocksy",
    about:
      "Only needs read access to the social planner's tags. Each tag has its mapping in Flocksy, and campaigns with the tag are refreshed.",
    category,
    keywords: [...keywords, "tag mapping", "tag details", "social planner", "campaign", "read only"],
    connections: [highlevel, flocksy],
    choices: [],
    flow: {
      name: "Social tags to Flocksy",
      trigger: { app: "highlevel", operation: "social.list_tags", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        {
          id: "details",
          title: "Look up the details of the tag",
          app: "highlevel",
          operation: "social.tag_details",
          connection: "highlevel",
          input: { tagIds: ["{{ trigger._id }}"] },
        },
        action("mapping", "mappings.upsert", {
          locationId: "{{ trigger.locationId }}",
          tagId: "{{ trigger._id }}",
          tagName: "{{ trigger.tag }}",
          details: "Social planner, made {{ details[0].createdAt | date: '%Y-%m-%d' }}",
        }),
        action("campaigns", "campaigns.refresh_by_tag", { tag: "{{ trigger.tag }}", locationId: "{{ trigger.locationId }}" }),
      ],
      settings: { order: "record" },
    },
  },
  "flocksy-tag-to-highlevel": {
    millraceTemplate: 1,
    title: "When a tag in Flocksy is new or changed, then add it to HighLevel",
    about:
      "A tag made in Flocksy can be given to contacts in HighLevel at once. HighLevel has no place for its colour and description: they stay in Flocksy, and the mapping says which tag they belong to.",
    category,
    keywords: [...keywords, "tag mapping", "tag", "colour", "description"],
    connections: [highlevel, flocksy],
    choices: [],
    flow: {
      name: "Tags from Flocksy",
      trigger: { app: "flocksy", operation: "tag.changed", connection: "flocksy" },
      steps: [
        ...tagOfName("{{ trigger.tag.name | downcase | strip }}", (tagId, id) => [
          action(`mapping_${id}`, "mappings.upsert", {
            locationId: "{{ place.id }}",
            tagId,
            tagName: "{{ wanted.name }}",
            details: "{{ trigger.tag.description }}",
            flocksyTagId: "{{ trigger.tag.id }}",
          }),
        ]),
      ],
    },
  },
  "statistics-to-flocksy": {
    millraceTemplate: 1,
    title: "Every morning, then put the social planner's statistics into Flocksy's dashboards",
    about:
      "One value for each metric, day and sub-account: of the last seven days. Sent again, it replaces the value that is there, so nothing is counted twice.",
    category,
    keywords: [...keywords, "daily", "analytics", "metrics", "dashboard", "report", "social"],
    connections: [highlevel, flocksy],
    choices: [
      ...schedule,
      text("metrics", "Metrics", ["metrics", "forEach"], {
        within: "'*' | split_list",
        help: "Comma between them: posts, likes, followers, impressions, comments.",
      }),
    ],
    flow: {
      name: "Statistics to Flocksy",
      trigger: { app: "millrace", operation: "schedule", input: { cron: "0 7 * * *" } },
      steps: [
        ...socialStatistics,
        subAccount,
        {
          id: "metrics",
          title: "For each metric",
          forEach: "'posts,likes,followers,impressions,comments' | split_list",
          as: "name",
          do: [
            action("metric", "metrics.upsert", {
              metricId: "{{ name }}",
              date: today,
              value: "{{ statistics.totals[name] }}",
              locationId: "{{ place.id }}",
            }),
          ],
        },
      ],
    },
  },
  "wanted-metric-to-flocksy": {
    millraceTemplate: 1,
    title: "When Flocksy's dashboard wants a metric, then look it up in HighLevel and put it there",
    about: "The dashboard does not wait for the morning: what it asks for is looked up in the social planner at once.",
    category,
    keywords: [...keywords, "real time", "analytics", "metrics", "dashboard", "social"],
    connections: [highlevel, flocksy],
    choices: [],
    flow: {
      name: "Wanted metrics to Flocksy",
      trigger: { app: "flocksy", operation: "metric.wanted", connection: "flocksy" },
      steps: [
        ...socialStatistics,
        { id: "value", title: "Take the metric", format: { of: "{{ statistics.totals[trigger.metric.metricId] }}" } },
        { id: "known", title: "Only if HighLevel has this metric", filter: "value.of != blank" },
        action("metric", "metrics.upsert", {
          metricId: "{{ trigger.metric.metricId }}",
          date: "{{ trigger.metric.date }}",
          value: "{{ value.of }}",
          locationId: "{{ trigger.metric.locationId }}",
        }),
      ],
    },
  },
  "users-to-flocksy": {
    millraceTemplate: 1,
    title: "When a user in HighLevel is new or changed, then enrich the profile in Flocksy and set its segments",
    about:
      "Each user of the sub-account has a profile in Flocksy with the segments it belongs to, and with the tags that are called like them. Campaigns for these segments are worked out anew.",
    category,
    keywords: [...keywords, "user", "profile", "segment", "enrichment", "team"],
    connections: [highlevel, flocksy],
    choices: [],
    flow: {
      name: "Users to Flocksy",
      trigger: { app: "highlevel", operation: "users.list_by_location", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        { id: "chosen", title: "Work out the segments", format: { segments: "{{ trigger | segments }}" } },
        { id: "names", title: "Make them names of tags", format: { tags: "{{ chosen.segments | join: ',' | tags }}" } },
        subAccount,
        { id: "tags", title: "Look up the tags", app: "highlevel", operation: "locations.list_tags", connection: "highlevel" },
        action("profile", "profiles.upsert", {
          userId: "{{ trigger.id }}",
          locationId: "{{ place.id }}",
          name: "{{ trigger.name }}",
          email: "{{ trigger.email }}",
          segments: "{{ chosen.segments }}",
          tagIds: "{{ tags | where_exp: 'tag', 'names.tags contains tag.name' | map: 'id' }}",
        }),
        {
          id: "each",
          title: "For each of its segments",
          forEach: "chosen.segments",
          as: "segment",
          do: [action("campaigns", "campaigns.refresh_by_tag", { segment: "{{ segment }}" })],
        },
      ],
      settings: { order: "record" },
    },
    rules: {
      owners: {
        title: "Owners",
        description: "An example: the users who administer a sub-account.",
        kind: "segment",
        if: "person.roles.role == 'admin'",
      },
      team: {
        title: "Team",
        description: "An example: all other users.",
        kind: "segment",
        if: "person.roles.role != 'admin'",
      },
    },
  },
};
