import type { TemplateChoice } from "../format.ts";
import type { TemplateLibrary } from "./library.ts";
import { address, highlevel, tag, text, user, yourApp } from "./questions.ts";

const calendar: TemplateChoice = {
  name: "calendar",
  label: "Calendar",
  help: "Leave it empty for all calendars.",
  kind: "calendar",
  at: [["trigger", "input", "calendarId"]],
};
const pipeline: TemplateChoice = {
  name: "pipeline",
  label: "Pipeline",
  help: "Leave it empty for all pipelines.",
  kind: "pipeline",
  at: [["trigger", "input", "pipelineId"]],
};
const person = {
  id: "person",
  title: "Look up the contact",
  app: "highlevel",
  operation: "contacts.get",
  connection: "highlevel",
  input: { contactId: "{{ trigger.contactId }}" },
};
const won = {
  app: "highlevel",
  operation: "opportunities.status_changed",
  connection: "highlevel",
  every: "5m",
  input: { pipelineId: "", from: "", to: "won" },
};

/** What happens in calendars and pipelines. */
export const calendarAndDeals: TemplateLibrary = {
  "no-show-to-task-and-tag": {
    millraceTemplate: 1,
    title: "When somebody does not show up for an appointment, then tag the contact and make a task to rebook",
    about: "Missed appointments are won back: the contact is tagged for your reminder workflow, and somebody is told to call.",
    category: "Appointments",
    keywords: ["no-show", "missed", "calendar", "rebook", "reschedule", "reminder", "to-do"],
    connections: [highlevel],
    choices: [
      calendar,
      tag("tag", "Tag", ["tag", "input", "tags", 0]),
      text("task", "Title of the task", ["task", "input", "title"]),
      user("owner", "Who calls", ["task", "input", "assignedTo"]),
    ],
    flow: {
      name: "Win back no-shows",
      trigger: {
        app: "highlevel",
        operation: "calendars.appointment_no_show",
        connection: "highlevel",
        every: "5m",
        input: { calendarId: "" },
      },
      steps: [
        person,
        {
          id: "tag",
          app: "highlevel",
          operation: "contacts.add_tags",
          connection: "highlevel",
          input: { contactId: "{{ trigger.contactId }}", tags: ["no-show"] },
        },
        {
          id: "task",
          app: "highlevel",
          operation: "contacts.create_task",
          connection: "highlevel",
          input: {
            contactId: "{{ trigger.contactId }}",
            title: "Rebook {{ person.firstName }} {{ person.lastName }}",
            body: "Missed: {{ trigger.title }}, {{ trigger.startTime }}",
            dueDate: "{{ 'now' | plus_hours: 2 }}",
          },
        },
      ],
    },
  },
  "won-deal-to-your-app": {
    millraceTemplate: 1,
    title: "When an opportunity is won, then send the deal to your app",
    about: "Invoicing, onboarding or a project in Flocksy begins by itself: your app gets the deal, its value and the person.",
    category: "Opportunities",
    keywords: ["deal", "won", "sale", "invoice", "onboarding", "project", "http request", "post", "api", "flocksy", "endpoint"],
    connections: [highlevel, yourApp],
    choices: [pipeline, address(["send", "input", "url"])],
    flow: {
      name: "Won deals to your app",
      trigger: won,
      steps: [
        person,
        {
          id: "send",
          title: "Send it to your app",
          app: "http",
          operation: "post",
          connection: "your-app",
          input: {
            url: "",
            body: {
              opportunityId: "{{ trigger.id }}",
              deal: "{{ trigger.name }}",
              value: "{{ trigger.monetaryValue }}",
              email: "{{ person.email }}",
              name: "{{ person.firstName }} {{ person.lastName }}",
            },
          },
        },
      ],
    },
  },
  "stage-moved-to-your-app": {
    millraceTemplate: 1,
    title: "When an opportunity moves to another stage, then send the move to your app",
    about: "Dashboards and other apps follow your pipeline: each move is sent with the deal, its value and both stages.",
    category: "Opportunities",
    keywords: ["deal", "pipeline", "stage", "http request", "post", "api", "dashboard", "endpoint"],
    connections: [highlevel, yourApp],
    choices: [pipeline, address(["send", "input", "url"])],
    flow: {
      name: "Pipeline moves to your app",
      trigger: {
        app: "highlevel",
        operation: "opportunities.stage_moved",
        connection: "highlevel",
        every: "5m",
        input: { pipelineId: "", from: "", to: "" },
      },
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
              opportunityId: "{{ trigger.id }}",
              deal: "{{ trigger.name }}",
              value: "{{ trigger.monetaryValue }}",
              status: "{{ trigger.status }}",
              fromStageId: "{{ trigger._change.from }}",
              toStageId: "{{ trigger._change.to }}",
              contactId: "{{ trigger.contactId }}",
            },
          },
        },
      ],
    },
  },
};
