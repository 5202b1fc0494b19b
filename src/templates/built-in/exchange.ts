import type { TemplateLibrary } from "./library.ts";
import { address, exampleSegments, highlevel, segment, tag, text, user, yourApp } from "./questions.ts";
import { socialStatistics, subAccount, tagOfName } from "./steps.ts";

const webhook = { app: "http", operation: "webhook" } as const;
const tagsAndSegments = "Tags and segments";

const post = (id: string, title: string, operation: "post" | "put", body: Record<string, string>) => ({
  id,
  title,
  app: "http",
  operation,
  connection: "your-app",
  input: { url: "", body },
});

/** What SightMill, and apps of one's own, post and are sent beside surveys: tags, tasks, statistics. */
export const exchange: TemplateLibrary = {
  "posted-tag-to-highlevel": {
    millraceTemplate: 1,
    title: "When SightMill or another app posts a new or changed tag, then add it to HighLevel",
    about:
      "Takes a post with tagName, tagId, locationId, colour and description. HighLevel's tags have a name alone: colour and description are kept with the run, and shown there with the tag.",
    category: tagsAndSegments,
    keywords: ["sightmill", "sync", "webhook", "colour", "description", "real time"],
    connections: [highlevel],
    choices: [],
    example: { tagName: "vip", tagId: "sm_1", colour: "#b45309", description: "Spends the most" },
    flow: {
      name: "Tags from SightMill",
      trigger: webhook,
      steps: [
        ...tagOfName("{{ trigger.tagName | default: trigger.name | downcase | strip }}"),
        {
          id: "kept",
          title: "Keep colour and description with the tag",
          format: {
            tagName: "{{ wanted.name }}",
            tagId: "{{ trigger.tagId }}",
            locationId: "{{ place.id }}",
            colour: "{{ trigger.colour }}",
            description: "{{ trigger.description }}",
          },
        },
      ],
    },
  },
  "posted-task-kept-in-step": {
    millraceTemplate: 1,
    title: "When SightMill or another app posts a task, then create it on the contact, or change the one that is there",
    about:
      "A task that is planned elsewhere has its number in the text of HighLevel's task, so that another due date changes the same task and makes no second one.",
    category: "Tasks and notes",
    keywords: ["sightmill", "task", "to-do", "due date", "schedule", "webhook", "update", "sync"],
    connections: [highlevel],
    choices: [user("owner", "Who gets new tasks", ["create", "input", "assignedTo"])],
    example: { email: "ada@example.com", taskId: "sm-7", title: "Call Ada", dueDate: "2026-12-24" },
    flow: {
      name: "Tasks from SightMill",
      trigger: webhook,
      steps: [
        {
          id: "known",
          title: "Only with an e-mail address and the number of the task",
          filter: "trigger.email != blank and trigger.taskId != blank",
        },
        {
          id: "person",
          title: "Create or update the contact",
          app: "highlevel",
          operation: "contacts.guarded_upsert",
          connection: "highlevel",
          input: { email: "{{ trigger.email | downcase }}", firstName: "{{ trigger.firstname }}", lastName: "{{ trigger.surname }}" },
        },
        {
          id: "tasks",
          title: "Look up the tasks",
          app: "highlevel",
          operation: "contacts.list_tasks",
          connection: "highlevel",
          input: { contactId: "{{ person.contact.id }}" },
        },
        { id: "mark", title: "The number of the task", format: { text: "[{{ trigger.taskId }}]" } },
        {
          id: "present",
          title: "Look whether it is there",
          format: { id: "{{ tasks | where_exp: 'task', 'task.body contains mark.text' | map: 'id' | first }}" },
        },
        {
          id: "which",
          title: "If there is no such task yet",
          if: "present.id == blank",
          then: [
            {
              id: "create",
              app: "highlevel",
              operation: "contacts.create_task",
              connection: "highlevel",
              input: {
                contactId: "{{ person.contact.id }}",
                title: "{{ trigger.title | default: 'Follow up' }}",
                body: "{{ trigger.description }} {{ mark.text }}",
                dueDate: "{{ trigger.dueDate | default: 'now+1d' }}",
              },
            },
          ],
          else: [
            {
              id: "update",
              app: "highlevel",
              operation: "contacts.update_task",
              connection: "highlevel",
              input: {
                contactId: "{{ person.contact.id }}",
                taskId: "{{ present.id }}",
                title: "{{ trigger.title }}",
                dueDate: "{{ trigger.dueDate }}",
              },
            },
          ],
        },
      ],
    },
  },
  "tag-in-segment-to-message": {
    millraceTemplate: 1,
    title: "When a tag is added to a contact of a segment, then send the person an e-mail from HighLevel",
    about:
      "A tag starts a campaign, and only for the audience that you name: the contacts of a segment, by their tags, fields, sub-account and score.",
    category: tagsAndSegments,
    keywords: ["campaign", "segment", "audience", "targeted", "message", "sightmill", "mail"],
    connections: [highlevel],
    choices: [
      tag("tag", "Tag that starts it", ["trigger", "input", "tag"]),
      segment(["audience", "filter"], "trigger | in_segment: '*'"),
      text("subject", "Subject", ["message", "input", "subject"]),
      { name: "text", label: "Text of the e-mail", kind: "longtext", at: [["message", "input", "html"]], required: true },
    ],
    flow: {
      name: "Campaigns by tag and segment",
      trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "highlevel", every: "5m", input: { tag: "spring offer" } },
      steps: [
        { id: "audience", title: "Only contacts of the segment", filter: "trigger | in_segment: 'big-fans'" },
        { id: "reachable", title: "Only with an e-mail address", filter: "trigger.email != blank" },
        {
          id: "message",
          app: "highlevel",
          operation: "conversations.send_message",
          connection: "highlevel",
          input: {
            contactId: "{{ trigger.id }}",
            type: "Email",
            subject: "Something for you",
            html: "<p>Hello {{ trigger.firstName }}, we have something for you.</p>",
          },
        },
      ],
    },
    example: { tags: ["promoter"] },
    rules: { "big-fans": exampleSegments["big-fans"] },
  },
  "newest-tags-to-your-app": {
    millraceTemplate: 1,
    title: "When a sub-account's tags change, then put all its tags as they are now into your app",
    about: "Your app always has the whole list, with the sub-account and the time, and needs to compare nothing.",
    category: tagsAndSegments,
    keywords: ["your app", "sync", "pull", "put", "tag list", "http request", "api"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "Newest tags to your app",
      trigger: { app: "highlevel", operation: "locations.list_tags", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        { id: "tags", title: "Look up all tags", app: "highlevel", operation: "locations.list_tags", connection: "highlevel" },
        post("send", "Put them into your app", "put", {
          locationId: "{{ trigger.locationId }}",
          tags: "{{ tags }}",
          timestamp: "{{ now }}",
        }),
      ],
    },
  },
  "tag-details-from-your-app": {
    millraceTemplate: 1,
    title: "When your app posts new or changed tag details, then have the tag in HighLevel and confirm it",
    about:
      "The tag can be given to contacts at once, and your app learns that it arrived. Colour and description, for which HighLevel has no place, are kept with the run.",
    category: tagsAndSegments,
    keywords: ["your app", "tag details", "confirm", "webhook", "colour", "description"],
    connections: [highlevel, yourApp],
    choices: [{ ...address(["confirm", "input", "url"]), label: "Address that takes the confirmation" }],
    example: { tagDetail: { id: "ytag_1", locationId: "loc_1", name: "vip", colour: "#b45309", description: "Spends the most" } },
    flow: {
      name: "Tag details from your app",
      trigger: webhook,
      steps: [
        ...tagOfName("{{ trigger.tagDetail.name | downcase | strip }}"),
        {
          id: "kept",
          title: "Keep colour and description with the tag",
          format: {
            locationId: "{{ place.id }}",
            tagName: "{{ wanted.name }}",
            colour: "{{ trigger.tagDetail.colour }}",
            description: "{{ trigger.tagDetail.description }}",
          },
        },
        post("confirm", "Confirm it to your app", "post", {
          tagDetailId: "{{ trigger.tagDetail.id }}",
          locationId: "{{ place.id }}",
        }),
      ],
    },
  },
  "statistics-on-request": {
    millraceTemplate: 1,
    title: "When your app asks for statistics, then send it the social planner's at once",
    about: "For charts that are opened and want today's figures: posts, likes, followers, impressions and comments of the last seven days.",
    category: "Statistics and reports",
    keywords: ["your app", "real time", "on demand", "analytics", "metrics", "chart", "webhook", "api"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "Statistics on request",
      trigger: webhook,
      steps: [
        ...socialStatistics,
        subAccount,
        post("send", "Send them to your app", "post", {
          locationId: "{{ place.id }}",
          timestamp: "{{ now }}",
          statistics: "{{ statistics.totals }}",
        }),
      ],
    },
  },
};
