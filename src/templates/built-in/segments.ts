import type { TemplateChoice } from "../format.ts";
import type { TemplateLibrary } from "./library.ts";
import { address, exampleSegments, highlevel, schedule, segment, text, yourApp } from "./questions.ts";

const category = "Tags and segments";

const { "unhappy-customers": unhappy } = exampleSegments;

const workflow: TemplateChoice = {
  name: "workflow",
  label: "Workflow",
  kind: "workflow",
  at: [["enrol", "input", "workflowId"]],
  required: true,
};
const enrol = (contact: string) => ({
  id: "enrol",
  title: "Add the contact to the workflow",
  app: "highlevel",
  operation: "contacts.add_to_workflow",
  connection: "highlevel",
  input: { contactId: `{{ ${contact}.id }}`, workflowId: "" },
});

/** The tags that stand for segments begin with this, so that a flow never removes another tag. */
const prefix = "segment: ";
const listed = (of: string, unless: string): string =>
  `{% for one in ${of} %}{% assign mark = one | slice: 0, ${prefix.length} %}{% if mark == '${prefix}' %}{% unless ${unless} contains one %}{{ one }},{% endunless %}{% endif %}{% endfor %}`;

/** What follows from the segments that people are in. */
export const segments: TemplateLibrary = {
  "tag-brings-into-segment-to-workflow": {
    millraceTemplate: 1,
    title: "When a tag brings a contact into a segment, then add the person to a HighLevel workflow",
    about:
      "A campaign by audience: contacts that enter the segment because of a new tag are added to the workflow, once. Contacts that were already in it are skipped.",
    category,
    keywords: ["campaign", "audience", "targeted", "messages", "posts", "segment", "sightmill", "flocksy", "enrol", "automation"],
    connections: [highlevel],
    choices: [segment(["entered", "filter"], "trigger | entered_segment: '*'"), workflow],
    flow: {
      name: "Campaign by segment",
      trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "highlevel", every: "5m" },
      steps: [
        {
          id: "entered",
          title: "Only if the tag brought the contact into the segment",
          filter: "trigger | entered_segment: 'unhappy-customers'",
        },
        enrol("trigger"),
      ],
    },
    example: {
      tags: ["unhappy"],
      _change: { kind: "added", tag: "unhappy", fields: ["tags"], old: { tags: [] }, new: { tags: ["unhappy"] } },
    },
    rules: { "unhappy-customers": unhappy },
  },
  "segments-to-tags": {
    millraceTemplate: 1,
    title: "When a contact in HighLevel is new or changed, then keep its segments on it as tags",
    about:
      "Each contact has a tag for every segment it belongs to, such as 'segment: big fans', and loses the tag when it leaves the segment. So HighLevel's own lists and workflows can use your segments.",
    category,
    keywords: ["enrichment", "smart list", "audience", "sync", "tagging", "segment", "flocksy"],
    connections: [highlevel],
    choices: [],
    flow: {
      name: "Segments as tags",
      trigger: { app: "highlevel", operation: "contacts.search", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        {
          id: "names",
          title: "Work out the segments",
          format: { text: `{% assign all = trigger | segments %}{% for one in all %}${prefix}{{ one }},{% endfor %}` },
        },
        { id: "wanted", title: "Make them tags", format: { tags: "{{ names.text | tags }}" } },
        {
          id: "change",
          title: "Compare them with the tags it has",
          format: { add: listed("wanted.tags", "trigger.tags"), remove: listed("trigger.tags", "wanted.tags") },
        },
        {
          id: "into",
          title: "If it came into a segment",
          if: "change.add != blank",
          then: [
            {
              id: "add",
              app: "highlevel",
              operation: "contacts.add_tags",
              connection: "highlevel",
              input: { contactId: "{{ trigger.id }}", tags: "{{ change.add | tags }}" },
            },
          ],
        },
        {
          id: "out",
          title: "If it left a segment",
          if: "change.remove != blank",
          then: [
            {
              id: "remove",
              app: "highlevel",
              operation: "contacts.remove_tags",
              connection: "highlevel",
              input: { contactId: "{{ trigger.id }}", tags: "{{ change.remove | tags }}" },
            },
          ],
        },
      ],
      settings: { order: "record" },
    },
    example: { tags: ["promoter"] },
    rules: exampleSegments,
  },
  "segment-to-workflow-every-morning": {
    millraceTemplate: 1,
    title: "Every morning, then add everybody in a segment to a HighLevel workflow, each person once",
    about:
      "Goes through the contacts and adds those in the segment to the workflow. A tag marks who was added, so that nobody is added twice; remove it, and the person is added again. The newest 10,000 contacts are read.",
    category,
    keywords: ["campaign", "audience", "daily", "schedule", "bulk", "list", "enrol", "segment", "flocksy"],
    connections: [highlevel],
    choices: [
      ...schedule,
      segment(["chosen", "if"], "item | in_segment: '*'"),
      workflow,
      text("mark", "Tag for who was added", ["campaign", "format", "mark"]),
    ],
    flow: {
      name: "Segment to workflow every morning",
      trigger: { app: "millrace", operation: "schedule", input: { cron: "0 7 * * *" } },
      steps: [
        { id: "campaign", title: "Name the tag", format: { mark: "in workflow: win back" } },
        { id: "people", title: "Read the contacts", app: "highlevel", operation: "contacts.search", connection: "highlevel", rows: 10_000 },
        {
          id: "each",
          title: "For each contact",
          forEach: "people",
          do: [
            {
              id: "chosen",
              title: "If the contact is in the segment",
              if: "item | in_segment: 'unhappy-customers'",
              then: [
                {
                  id: "once",
                  title: "If it was not added before",
                  if: "not item.tags contains (campaign.mark | downcase)",
                  then: [
                    enrol("item"),
                    {
                      id: "mark",
                      title: "Add the tag that says so",
                      app: "highlevel",
                      operation: "contacts.add_tags",
                      connection: "highlevel",
                      input: { contactId: "{{ item.id }}", tags: ["{{ campaign.mark | downcase }}"] },
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    rules: { "unhappy-customers": unhappy },
  },
  "user-segments-to-your-app": {
    millraceTemplate: 1,
    title: "When a HighLevel user is new or changed, then send the user with their segments to your app",
    about:
      "Enriches the profiles of your app or of Flocksy: each user of the sub-account with its id, role and the segments it belongs to.",
    category,
    keywords: ["enrichment", "user", "profile", "flocksy", "team", "staff", "segment", "http request", "post", "api"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "Users with their segments",
      trigger: { app: "highlevel", operation: "users.search", connection: "highlevel", every: "15m", emit: "changed" },
      steps: [
        {
          id: "send",
          title: "Send it to your app",
          app: "http",
          operation: "post",
          connection: "your-app",
          input: {
            url: "",
            body: {
              userId: "{{ trigger.id }}",
              name: "{{ trigger.name }}",
              email: "{{ trigger.email }}",
              role: "{{ trigger.roles.role }}",
              locationIds: "{{ trigger.roles.locationIds }}",
              segments: "{{ trigger | segments }}",
            },
          },
        },
      ],
      settings: { order: "record" },
    },
    rules: {
      admins: {
        title: "Admins",
        description: "An example: the users who administer a sub-account.",
        kind: "segment",
        if: "person.roles.role == 'admin'",
      },
    },
  },
};
