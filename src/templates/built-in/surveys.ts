import type { TemplateChoice } from "../format.ts";
import type { TemplateLibrary } from "./library.ts";
import { dealStage, highlevel, number, sightmill, tag, text, user } from "./questions.ts";

const category = "Surveys and reviews";
const keywords = ["nps", "feedback", "review", "rating", "score", "answer", "response", "csat"];

/** The contact of an answer: found by e-mail or phone, made where there is none. */
const contactOfAnswer = {
  id: "person",
  title: "Create or update the contact",
  app: "highlevel",
  operation: "contacts.guarded_upsert",
  connection: "highlevel",
  input: {
    email: "{{ trigger.email | downcase }}",
    phone: "{{ trigger.phone | phone_or_blank }}",
    firstName: "{{ trigger.firstname }}",
    lastName: "{{ trigger.surname }}",
    source: "SightMill",
  },
} as const;
const answer = { app: "sightmill", operation: "response.received" } as const;
const isKnown = {
  id: "known",
  title: "Only with an e-mail address or a phone number",
  filter: "trigger.email != blank or trigger.phone != blank",
};
const scoreField: TemplateChoice = {
  name: "score-field",
  label: "Custom field for the score",
  help: "Leave it empty to keep the score in the note and the tags only.",
  kind: "customField",
  at: [["person", "input", "customFields"]],
  value: "{{ trigger.score }}",
  prefer: ["Net promoter score", "NPS score", "NPS"],
};
const commentField: TemplateChoice = {
  name: "comment-field",
  label: "Custom field for the comment",
  kind: "customField",
  at: [["person", "input", "customFields"]],
  value: "{{ trigger.comment }}",
  prefer: ["Last survey answer", "Survey comment"],
};

/** SightMill's answers into HighLevel, and surveys that HighLevel's events start. */
export const surveys: TemplateLibrary = {
  "survey-answers-to-contacts": {
    millraceTemplate: 1,
    title: "When SightMill receives an answer, then update the contact, tag it by score, add a note, and make a task for the unhappy",
    about:
      "Every survey answer reaches the person it is about. Promoters, passives and detractors get a tag each, the comment becomes a note, and somebody calls the unhappy ones the next day.",
    category,
    keywords: [...keywords, "detractor", "promoter", "customer satisfaction"],
    connections: [highlevel],
    choices: [
      tag("happy", "Tag for promoters", ["tag_promoter", "input", "tags", 0]),
      tag("neutral", "Tag for passives", ["tag_passive", "input", "tags", 0]),
      tag("unhappy", "Tag for detractors", ["tag_detractor", "input", "tags", 0]),
      number("happy-from", "A promoter scores at least", ["happy", "if"], "trigger.score >= *"),
      number("neutral-from", "A passive scores at least", ["content", "if"], "trigger.score >= *"),
      scoreField,
      commentField,
      text("task", "Title of the task", ["task", "input", "title"]),
      user("owner", "Who calls the unhappy", ["task", "input", "assignedTo"]),
    ],
    flow: {
      name: "Survey answers to contacts",
      description:
        "Each survey answer updates its contact, which gets a tag by score and a note with the comment. Unhappy people are called.",
      trigger: answer,
      steps: [
        isKnown,
        contactOfAnswer,
        {
          id: "happy",
          title: "If the person is a promoter",
          if: "trigger.score >= 9",
          then: [tagging("tag_promoter", "promoter")],
          else: [
            {
              id: "content",
              title: "If the person is a passive",
              if: "trigger.score >= 7",
              then: [tagging("tag_passive", "passive")],
              else: [
                tagging("tag_detractor", "detractor"),
                {
                  id: "task",
                  title: "Create a task to call the unhappy person tomorrow",
                  app: "highlevel",
                  operation: "contacts.create_task",
                  connection: "highlevel",
                  input: {
                    contactId: "{{ person.contact.id }}",
                    title: "Call {{ trigger.firstname }} {{ trigger.surname }}",
                    body: "Scored {{ trigger.score }} of 10. {{ trigger.comment }}",
                    dueDate: "{{ 'now' | plus_days: 1 }}",
                  },
                },
              ],
            },
          ],
        },
        {
          id: "commented",
          title: "If there is a comment",
          if: "trigger.comment != blank",
          then: [noteOfAnswer()],
        },
      ],
    },
  },
  "survey-answer-updates-contact": {
    millraceTemplate: 1,
    title: "When SightMill receives an answer, then create or update the contact in HighLevel",
    about:
      "Keeps people in HighLevel up to date with what SightMill knows: name, e-mail, phone, and the newest score and comment in custom fields.",
    category,
    keywords: [...keywords, "sync", "contact"],
    connections: [highlevel],
    choices: [scoreField, commentField, text("source", "Source of new contacts", ["person", "input", "source"])],
    flow: { name: "Survey answers update contacts", trigger: answer, steps: [isKnown, contactOfAnswer] },
  },
  "survey-comment-to-note": {
    millraceTemplate: 1,
    title: "When a SightMill answer has a comment, then add it to the contact as a note",
    about: "What customers write stands where the team looks: as a note on the contact, with the score above it.",
    category,
    keywords: [...keywords, "note", "comment", "verbatim"],
    connections: [highlevel],
    choices: [{ name: "note", label: "Text of the note", kind: "longtext", at: [["note", "input", "body"]], required: true }],
    flow: {
      name: "Survey comments as notes",
      trigger: answer,
      steps: [
        { id: "commented", title: "Only with a comment", filter: "trigger.comment != blank" },
        isKnown,
        contactOfAnswer,
        noteOfAnswer(),
      ],
    },
  },
  "unhappy-answer-to-task": {
    millraceTemplate: 1,
    title: "When a SightMill answer is unhappy, then make a follow-up task in HighLevel",
    about: "Nobody who gave a low score is forgotten: the owner gets a task with the score and the comment.",
    category,
    keywords: [...keywords, "task", "to-do", "call back", "detractor", "complaint"],
    connections: [highlevel],
    choices: [
      number("unhappy-up-to", "Unhappy is a score up to", ["unhappy", "filter"], "trigger.score <= *"),
      text("task", "Title of the task", ["task", "input", "title"]),
      user("owner", "Who gets the task", ["task", "input", "assignedTo"]),
    ],
    example: { score: 3, comment: "Nobody called me back", tags: ["detractor"] },
    flow: {
      name: "Tasks for unhappy customers",
      trigger: answer,
      steps: [
        { id: "unhappy", title: "Only unhappy answers", filter: "trigger.score <= 6" },
        isKnown,
        contactOfAnswer,
        {
          id: "task",
          app: "highlevel",
          operation: "contacts.create_task",
          connection: "highlevel",
          input: {
            contactId: "{{ person.contact.id }}",
            title: "Call {{ trigger.firstname }} {{ trigger.surname }} about their survey answer",
            body: "Scored {{ trigger.score }} of 10. {{ trigger.comment }}",
            dueDate: "{{ 'now' | plus_business_days: 1 }}",
          },
        },
      ],
    },
  },
  "survey-tags-to-contact": {
    millraceTemplate: 1,
    title: "When a SightMill answer has tags, then add them to the contact in HighLevel",
    about:
      "Tags given in SightMill appear on the contact in HighLevel as soon as an answer comes in, so that campaigns and smart lists can use them.",
    category,
    keywords: [...keywords, "tags", "sync", "segment"],
    connections: [highlevel],
    choices: [],
    flow: {
      name: "Survey tags to contacts",
      trigger: answer,
      steps: [
        { id: "tagged", title: "Only with tags", filter: "trigger.tags != blank" },
        isKnown,
        contactOfAnswer,
        {
          id: "tag",
          app: "highlevel",
          operation: "contacts.add_tags",
          connection: "highlevel",
          input: { contactId: "{{ person.contact.id }}", tags: "{{ trigger.tags | tags }}" },
        },
      ],
    },
  },
  "promoter-to-opportunity": {
    millraceTemplate: 1,
    title: "When a SightMill answer is from a promoter, then open an opportunity to ask for a referral",
    about:
      "Happy customers recommend you when they are asked. Each high score becomes an opportunity in the pipeline and stage you choose.",
    category,
    keywords: [...keywords, "referral", "deal", "pipeline", "upsell", "lead"],
    connections: [highlevel],
    choices: [
      number("happy-from", "A promoter scores at least", ["happy", "filter"], "trigger.score >= *"),
      dealStage(["deal", "input", "pipelineStageId"]),
      text("name", "Name of the opportunity", ["deal", "input", "name"]),
      user("owner", "Owner", ["deal", "input", "assignedTo"]),
    ],
    flow: {
      name: "Referrals from promoters",
      trigger: answer,
      steps: [
        { id: "happy", title: "Only promoters", filter: "trigger.score >= 9" },
        isKnown,
        contactOfAnswer,
        {
          id: "deal",
          app: "highlevel",
          operation: "opportunities.create",
          connection: "highlevel",
          input: {
            contactId: "{{ person.contact.id }}",
            name: "Referral from {{ trigger.firstname }} {{ trigger.surname }}",
            pipelineStageId: "",
            status: "open",
          },
        },
      ],
    },
  },
  "appointment-shown-to-survey": {
    millraceTemplate: 1,
    title: "When somebody showed up for an appointment, then send a SightMill survey by e-mail",
    about: "Asks how it was while the visit is still fresh. Choose the calendar and how long to wait.",
    category,
    keywords: [...keywords, "appointment", "visit", "calendar", "after", "delay"],
    connections: [highlevel, sightmill],
    choices: [
      {
        name: "calendar",
        label: "Calendar",
        help: "Leave it empty for all calendars.",
        kind: "calendar",
        at: [["trigger", "input", "calendarId"]],
      },
      { name: "wait", label: "Wait before the survey is sent", kind: "duration", at: [["pause", "wait"]], required: true },
    ],
    flow: {
      name: "Surveys after appointments",
      trigger: {
        app: "highlevel",
        operation: "calendars.appointment_shown",
        connection: "highlevel",
        every: "5m",
        input: { calendarId: "" },
      },
      steps: [
        { id: "pause", wait: "2h" },
        {
          id: "person",
          title: "Look up the contact",
          app: "highlevel",
          operation: "contacts.get",
          connection: "highlevel",
          input: { contactId: "{{ trigger.contactId }}" },
        },
        { id: "reachable", title: "Only with an e-mail address", filter: "person.email != blank" },
        emailSurvey("person", "{{ trigger.title }}"),
      ],
    },
  },
  "won-deal-to-survey": {
    millraceTemplate: 1,
    title: "When an opportunity is won, then send a SightMill survey by e-mail",
    about: "New customers are asked how buying from you went, some days after the deal.",
    category,
    keywords: [...keywords, "won", "deal", "sale", "customer", "onboarding"],
    connections: [highlevel, sightmill],
    choices: [
      {
        name: "pipeline",
        label: "Pipeline",
        help: "Leave it empty for all pipelines.",
        kind: "pipeline",
        at: [["trigger", "input", "pipelineId"]],
      },
      { name: "wait", label: "Wait before the survey is sent", kind: "duration", at: [["pause", "wait"]], required: true },
    ],
    flow: {
      name: "Surveys after won deals",
      trigger: {
        app: "highlevel",
        operation: "opportunities.status_changed",
        connection: "highlevel",
        every: "5m",
        input: { pipelineId: "", from: "", to: "won" },
      },
      steps: [
        { id: "pause", wait: "7d" },
        {
          id: "person",
          title: "Look up the contact",
          app: "highlevel",
          operation: "contacts.get",
          connection: "highlevel",
          input: { contactId: "{{ trigger.contactId }}" },
        },
        { id: "reachable", title: "Only with an e-mail address", filter: "person.email != blank" },
        emailSurvey("person", "{{ trigger.name }}"),
      ],
    },
  },
  "tag-to-survey": {
    millraceTemplate: 1,
    title: "When a tag is added to a contact, then send a SightMill survey by e-mail",
    about: "Start a survey from any HighLevel workflow: add the tag, and the person is asked.",
    category,
    keywords: [...keywords, "tag", "campaign"],
    connections: [highlevel, sightmill],
    choices: [tag("tag", "Tag that starts the survey", ["trigger", "input", "tag"])],
    flow: {
      name: "Surveys by tag",
      trigger: {
        app: "highlevel",
        operation: "contacts.tag_added",
        connection: "highlevel",
        every: "5m",
        input: { tag: "ask for feedback" },
      },
      steps: [
        { id: "reachable", title: "Only with an e-mail address", filter: "trigger.email != blank" },
        emailSurvey("trigger", "{{ trigger._change.tag }}"),
      ],
    },
  },
  "new-contact-to-sightmill": {
    millraceTemplate: 1,
    title: "When HighLevel has a new contact, then add the person to SightMill",
    about: "Everybody who becomes a contact takes part in the next scheduled survey.",
    category,
    keywords: [...keywords, "contact", "sync", "schedule"],
    connections: [highlevel, sightmill],
    choices: [text("segment", "Segment in SightMill", ["add", "input", "segment"], { optional: true })],
    flow: {
      name: "New contacts to SightMill",
      trigger: { app: "highlevel", operation: "contacts.search", connection: "highlevel", every: "5m", emit: "new" },
      steps: [
        { id: "reachable", title: "Only with an e-mail address", filter: "trigger.email != blank" },
        {
          id: "add",
          app: "sightmill",
          operation: "add_contact",
          connection: "sightmill",
          input: {
            email: "{{ trigger.email }}",
            firstname: "{{ trigger.firstName }}",
            surname: "{{ trigger.lastName }}",
            segment: "customer",
            tag: "{{ trigger.tags | join: ', ' }}",
            id: "{{ trigger.id }}",
          },
        },
      ],
    },
  },
};

function tagging(id: string, tagName: string) {
  return {
    id,
    app: "highlevel",
    operation: "contacts.add_tags",
    connection: "highlevel",
    input: { contactId: "{{ person.contact.id }}", tags: [tagName] },
  };
}

function noteOfAnswer() {
  return {
    id: "note",
    app: "highlevel",
    operation: "contacts.create_note",
    connection: "highlevel",
    input: { contactId: "{{ person.contact.id }}", body: "Survey answer, {{ trigger.score }} of 10: {{ trigger.comment }}" },
  };
}

function emailSurvey(person: string, product: string) {
  return {
    id: "survey",
    app: "sightmill",
    operation: "send_email_survey",
    connection: "sightmill",
    input: {
      email: `{{ ${person}.email }}`,
      firstname: `{{ ${person}.firstName }}`,
      surname: `{{ ${person}.lastName }}`,
      product,
      id: `{{ ${person}.id }}`,
    },
  };
}
