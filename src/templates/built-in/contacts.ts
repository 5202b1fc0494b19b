import type { TemplateLibrary } from "./library.ts";
import { address, dealStage, highlevel, tag, text, user, yourApp } from "./questions.ts";

const leads = "Leads and contacts";
const work = "Tasks and notes";
const webhook = { app: "http", operation: "webhook" } as const;

const isKnown = {
  id: "known",
  title: "Only with an e-mail address or a phone number",
  filter: "trigger.email != blank or trigger.phone != blank",
};
const reachable = { id: "reachable", title: "Only with an e-mail address", filter: "trigger.email != blank" };

/** The contact somebody else's event is about. */
const person = (input: Record<string, string | string[]> = {}) => ({
  id: "person",
  title: "Create or update the contact",
  app: "highlevel",
  operation: "contacts.guarded_upsert",
  connection: "highlevel",
  input: {
    email: "{{ trigger.email | downcase }}",
    phone: "{{ trigger.phone | phone_or_blank }}",
    firstName: "{{ trigger.name | first_name }}",
    lastName: "{{ trigger.name | last_name }}",
    ...input,
  },
});

const send = (body: Record<string, string>) => ({
  id: "send",
  title: "Send it to your app",
  app: "http",
  operation: "post",
  connection: "your-app",
  input: { url: "", body },
});

/** People, and the work around them. */
export const contacts: TemplateLibrary = {
  "web-lead-to-contact-and-opportunity": {
    millraceTemplate: 1,
    title: "When a lead arrives by webhook, then create the contact, open an opportunity, and make a follow-up task",
    about:
      "For forms on your website, ads and lead vendors: whatever can post to an address. The lead is in the pipeline within a second, and somebody is told to call.",
    category: leads,
    keywords: ["form", "landing page", "facebook", "lead ads", "typeform", "webflow", "deal", "pipeline", "follow-up", "enquiry"],
    connections: [highlevel],
    choices: [
      dealStage(["deal", "input", "pipelineStageId"]),
      tag("tag", "Tag for new leads", ["person", "input", "tags", 0]),
      text("source", "Source of the lead", ["person", "input", "source"]),
      text("task", "Title of the task", ["task", "input", "title"]),
      user("owner", "Who follows up", ["task", "input", "assignedTo"]),
    ],
    flow: {
      name: "Leads from the website",
      trigger: webhook,
      steps: [
        isKnown,
        person({ source: "Website", tags: ["lead"] }),
        {
          id: "deal",
          app: "highlevel",
          operation: "opportunities.create",
          connection: "highlevel",
          input: {
            contactId: "{{ person.contact.id }}",
            name: "{{ trigger.name | default: trigger.email }}",
            pipelineStageId: "",
            status: "open",
          },
        },
        {
          id: "task",
          app: "highlevel",
          operation: "contacts.create_task",
          connection: "highlevel",
          input: {
            contactId: "{{ person.contact.id }}",
            title: "Call {{ trigger.name | default: trigger.email }}",
            body: "{{ trigger.message }}",
            dueDate: "{{ 'now' | plus_hours: 1 }}",
          },
        },
      ],
    },
  },
  "webhook-to-contact": {
    millraceTemplate: 1,
    title: "When your app sends a contact, then create or update it in HighLevel",
    about: "Your app posts a person, new or changed, and HighLevel has the same. Nobody is duplicated, and no filled field is emptied.",
    category: leads,
    keywords: ["your app", "sync", "webhook", "api", "import", "customer", "crm", "flocksy"],
    connections: [highlevel],
    choices: [text("source", "Source of new contacts", ["person", "input", "source"])],
    flow: { name: "Contacts from your app", trigger: webhook, steps: [isKnown, person({ source: "Your app" })] },
  },
  "list-to-contacts": {
    millraceTemplate: 1,
    title: "When a list in your app has a new entry, then create or update the contact in HighLevel",
    about:
      "For apps that cannot send webhooks: Millrace asks a JSON list every few minutes, for example the orders of a shop, and brings the people in it to HighLevel.",
    category: leads,
    keywords: ["poll", "orders", "shop", "json", "api", "spreadsheet", "customers", "your app", "flocksy"],
    connections: [yourApp, highlevel],
    choices: [
      { ...address(["trigger", "input", "url"]), label: "Address of the list", help: "A web address that answers with JSON." },
      text("path", "Where the list is in the answer", ["trigger", "input", "list"], {
        optional: true,
        help: "Like data.items. Leave it empty if the answer is the list.",
      }),
      text("id", "Field that tells the entries apart", ["trigger", "input", "id"]),
      tag("tag", "Tag for these contacts", ["person", "input", "tags", 0]),
    ],
    flow: {
      name: "Contacts from a list",
      trigger: { app: "http", operation: "get", connection: "your-app", every: "5m", emit: "new", input: { url: "", list: "", id: "id" } },
      steps: [isKnown, person({ tags: ["customer"] })],
    },
  },
  "new-contact-to-task": {
    millraceTemplate: 1,
    title: "When HighLevel has a new contact, then make a follow-up task",
    about: "No new contact waits for a call: each gets a task that is due the next working day.",
    category: work,
    keywords: ["lead", "follow-up", "to-do", "call", "reminder"],
    connections: [highlevel],
    choices: [
      text("task", "Title of the task", ["task", "input", "title"]),
      user("owner", "Who gets the task", ["task", "input", "assignedTo"]),
    ],
    flow: {
      name: "Follow up on new contacts",
      trigger: { app: "highlevel", operation: "contacts.search", connection: "highlevel", every: "5m", emit: "new" },
      steps: [
        {
          id: "task",
          app: "highlevel",
          operation: "contacts.create_task",
          connection: "highlevel",
          input: {
            contactId: "{{ trigger.id }}",
            title: "Follow up with {{ trigger.firstName }} {{ trigger.lastName }}",
            dueDate: "{{ 'now' | plus_business_days: 1 }}",
          },
        },
      ],
    },
  },
  "contact-to-your-app": {
    millraceTemplate: 1,
    title: "When HighLevel has a new contact, then send it to your app",
    about: "Every new contact reaches an address of yours as JSON: your own app, Flocksy, or a script behind a spreadsheet.",
    category: leads,
    keywords: ["http request", "post", "api", "webhook", "export", "flocksy", "spreadsheet", "lead"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "New contacts to your app",
      trigger: { app: "highlevel", operation: "contacts.search", connection: "highlevel", every: "5m", emit: "new" },
      steps: [
        send({
          contactId: "{{ trigger.id }}",
          email: "{{ trigger.email }}",
          firstName: "{{ trigger.firstName }}",
          lastName: "{{ trigger.lastName }}",
          phone: "{{ trigger.phone }}",
          tags: "{{ trigger.tags }}",
        }),
      ],
    },
  },
  "changed-contact-to-your-app": {
    millraceTemplate: 1,
    title: "When a contact in HighLevel is new or changed, then send it to your app",
    about: "Keeps a copy of your contacts elsewhere: each new or changed contact is sent as it is now. Two quick changes become one.",
    category: leads,
    keywords: ["sync", "update", "http request", "post", "api", "warehouse", "flocksy", "two-way"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "Changed contacts to your app",
      trigger: { app: "highlevel", operation: "contacts.search", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        send({
          contactId: "{{ trigger.id }}",
          change: "{{ trigger._change.kind }}",
          email: "{{ trigger.email }}",
          firstName: "{{ trigger.firstName }}",
          lastName: "{{ trigger.lastName }}",
          phone: "{{ trigger.phone }}",
          tags: "{{ trigger.tags }}",
        }),
      ],
      settings: { order: "record" },
    },
  },
  "webhook-to-task": {
    millraceTemplate: 1,
    title: "When your app schedules a task, then create it on the contact in HighLevel",
    about: "Tasks planned elsewhere appear in HighLevel with title, due date and owner, on the right contact.",
    category: work,
    keywords: ["task", "to-do", "due date", "schedule", "webhook", "sightmill", "flocksy"],
    connections: [highlevel],
    choices: [user("owner", "Who gets the task", ["task", "input", "assignedTo"])],
    flow: {
      name: "Tasks from your app",
      trigger: webhook,
      steps: [
        isKnown,
        person(),
        {
          id: "task",
          app: "highlevel",
          operation: "contacts.create_task",
          connection: "highlevel",
          input: {
            contactId: "{{ person.contact.id }}",
            title: "{{ trigger.title | default: 'Follow up' }}",
            body: "{{ trigger.description }}",
            dueDate: "{{ trigger.dueDate | default: 'now+1d' }}",
          },
        },
      ],
    },
  },
  "webhook-to-note-and-tag": {
    millraceTemplate: 1,
    title: "When your app sends a note or a tag, then add both to the contact in HighLevel",
    about: "What happens in your app is seen on the contact: its text as a note, its tags as tags.",
    category: work,
    keywords: ["note", "comment", "tag", "activity", "webhook", "sightmill", "flocksy"],
    connections: [highlevel],
    choices: [],
    flow: {
      name: "Notes and tags from your app",
      trigger: webhook,
      steps: [
        isKnown,
        person(),
        {
          id: "tagged",
          title: "If tags came with it",
          if: "trigger.tags != blank",
          then: [
            {
              id: "tag",
              app: "highlevel",
              operation: "contacts.add_tags",
              connection: "highlevel",
              input: { contactId: "{{ person.contact.id }}", tags: "{{ trigger.tags | tags }}" },
            },
          ],
        },
        {
          id: "noted",
          title: "If a note came with it",
          if: "trigger.note != blank",
          then: [
            {
              id: "note",
              app: "highlevel",
              operation: "contacts.create_note",
              connection: "highlevel",
              input: { contactId: "{{ person.contact.id }}", body: "{{ trigger.note }}" },
            },
          ],
        },
      ],
    },
  },
  "tag-added-to-your-app": {
    millraceTemplate: 1,
    title: "When a tag is added to a contact who has an e-mail address, then send the person to your app",
    about: "Add a tag in HighLevel, and your app knows: e-mail, name and tag are sent to an address of yours as JSON.",
    category: "Tags and segments",
    keywords: ["http request", "post", "webhook", "api", "tag added", "gold", "vip", "flocksy", "endpoint"],
    connections: [highlevel, yourApp],
    choices: [tag("tag", "Tag", ["trigger", "input", "tag"]), address(["send", "input", "url"])],
    flow: {
      name: "Tagged contacts to your app",
      trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "highlevel", every: "5m", input: { tag: "gold" } },
      steps: [
        reachable,
        send({
          email: "{{ trigger.email | downcase }}",
          name: "{{ trigger.firstName }} {{ trigger.lastName }}",
          tag: "{{ trigger._change.tag }}",
        }),
      ],
    },
  },
  "tag-to-workflow": {
    millraceTemplate: 1,
    title: "When a tag is added to a contact, then add the person to a HighLevel workflow",
    about: "One tag, one campaign: people with the tag enter the workflow you choose, in every sub-account in the same way.",
    category: "Tags and segments",
    keywords: ["campaign", "automation", "sequence", "drip", "segment", "enrol"],
    connections: [highlevel],
    choices: [
      tag("tag", "Tag", ["trigger", "input", "tag"]),
      { name: "workflow", label: "Workflow", kind: "workflow", at: [["enrol", "input", "workflowId"]], required: true },
    ],
    flow: {
      name: "Workflows by tag",
      trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "highlevel", every: "5m", input: { tag: "newsletter" } },
      steps: [
        {
          id: "enrol",
          app: "highlevel",
          operation: "contacts.add_to_workflow",
          connection: "highlevel",
          input: { contactId: "{{ trigger.id }}", workflowId: "" },
        },
      ],
    },
  },
  "tags-to-your-app": {
    millraceTemplate: 1,
    title: "When a sub-account's tags are new or renamed, then send the tag to your app",
    about: "Keeps the tag mapping of another app, Flocksy for example, in step with the tags of the sub-account.",
    category: "Tags and segments",
    keywords: ["flocksy", "tag mapping", "sync", "http request", "post", "api"],
    connections: [highlevel, yourApp],
    choices: [address(["send", "input", "url"])],
    flow: {
      name: "Tags to your app",
      trigger: { app: "highlevel", operation: "locations.list_tags", connection: "highlevel", every: "5m", emit: "changed" },
      steps: [
        send({
          tagId: "{{ trigger.id }}",
          tagName: "{{ trigger.name }}",
          locationId: "{{ trigger.locationId }}",
          change: "{{ trigger._change.kind }}",
        }),
      ],
    },
  },
};
