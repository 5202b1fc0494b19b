import { judge, textList, type FieldJudgement, type Judgement } from "../judge.ts";
import { time } from "./calendar-fields.ts";
import { contactId } from "./contact-fields.ts";
import { activeUserLookup, businessLookup, userLookup, workflowLookup, type LookupId } from "./lookups.ts";

const id = "ocQHyuzHvysMo5N5VsXc";
const workflow = "d1f2a3b4-0000-4000-8000-000000000001";
const mary = "8Qk2mVtXb1nLz7RdYc4e";
const done = { succeded: true };
const workflowFields: Record<string, FieldJudgement<LookupId>> = {
  ...contactId,
  workflowId: { label: "Workflow", lookup: workflowLookup, required: true, help: "Its name or id." },
  eventStartTime: {
    label: "Time of the event",
    control: "date",
    schema: time,
    help: "For workflows that count from an event. With an offset.",
  },
};
const followers: Record<string, FieldJudgement<LookupId>> = {
  followers: { label: "Followers", control: "tags", lookup: userLookup, schema: textList, help: "Users' names, e-mail addresses or ids." },
};
const newFollowers: Record<string, FieldJudgement<LookupId>> = { followers: { ...followers["followers"], lookup: activeUserLookup } };
const beforeContact = { operation: "contacts.get", input: { contactId: "input.contactId" }, ignore: ["contactId"] };

const table = {
  "snapshots.list": {
    endpoint: "snapshots/get-custom-snapshots",
    kind: "trigger",
    title: "List Snapshots",
    effect: "read",
    result: "snapshots",
    list: true,
    identity: "id",
    show: ["name", "type"],
    example: { input: {}, output: [{ id: "sNp6Qa5Zw4Sx3Ed2Cr1F", name: "Dental starter", type: "own" }] },
    note: "Wants an agency's login.",
  },
  "contacts.add_to_workflow": {
    endpoint: "contacts/add-contact-to-workflow",
    kind: "action",
    title: "Add Contact to Workflow",
    effect: "send", // enrolling again runs it again, messages included
    fields: workflowFields,
    example: { input: { contactId: id, workflowId: workflow }, output: done },
    note: "The enrolment is queued; no event tells when it has happened, and no read whether it has. After an unknown outcome a person decides.",
  },
  "contacts.remove_from_workflow": {
    endpoint: "contacts/delete-contact-from-workflow",
    kind: "action",
    title: "Remove from Workflow",
    effect: "unlink",
    fields: workflowFields,
    example: { input: { contactId: id, workflowId: workflow }, output: done },
    note: "A DELETE that may have a body. No read tells which workflows a contact is in, so a dry run cannot say whether this one is among them.",
  },
  "contacts.add_followers": {
    endpoint: "contacts/add-followers-contact",
    kind: "action",
    title: "Add Contact Followers",
    effect: "link",
    events: ["ContactUpdate"],
    fields: { ...contactId, ...newFollowers },
    before: { ...beforeContact, sets: { followers: "add" } },
    example: { input: { contactId: id, followers: [mary] }, output: { followers: [mary], followersAdded: [mary] } },
  },
  "contacts.remove_followers": {
    endpoint: "contacts/remove-followers-contact",
    kind: "action",
    title: "Remove Contact Followers",
    effect: "unlink",
    events: ["ContactUpdate"],
    fields: { ...contactId, ...followers },
    before: { ...beforeContact, sets: { followers: "remove" } },
    example: { input: { contactId: id, followers: [mary] }, output: { followers: [], followersRemoved: [mary] } },
    note: "A DELETE with a body.",
  },
  "contacts.bulk_business": {
    endpoint: "contacts/add-remove-contact-from-business",
    kind: "action",
    title: "Bulk Business Update",
    effect: "update",
    events: ["ContactUpdate"],
    fields: {
      ids: { label: "Contacts", help: "Ids of contacts. How many at once is not documented; 50 is careful." },
      businessId: { label: "Business", lookup: businessLookup, help: "Its name or id; null takes the contacts out of theirs." },
    },
    example: { input: { ids: [id], businessId: "63771dcac1116f0e21de8e12" }, output: { success: true, ids: [id] } },
    note: "Null for the business takes the contacts out of theirs. A dry run names the contacts, and reads none of them.",
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const memberships = judge("Workflows & Campaigns", table);
