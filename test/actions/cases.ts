import { sandboxDefaults } from "#sandbox/index.ts";
import type { ActionBench } from "./bench.ts";

const { acmeDental: locationId, companyId, calendars, calendarGroup, pipelines, users, workflows, campaigns } = sandboxDefaults;

/** One action as a user would use it: what has to be there before, and what it is given. */
export interface Case {
  arrange?: (bench: ActionBench) => Promise<Record<string, string>>;
  input: (made: Record<string, string>) => Record<string, unknown>;
  connection?: "agency";
  /** What it writes, by family; `""` for a read. */
  wrote: string;
}

const email = "ada@new.example";
type Made = Record<string, string>;
const contact = async ({ make }: ActionBench, more: object = {}) => ({
  contactId: await make("/contacts/", { locationId, email, firstName: "Ada", tags: ["fresh"], ...more }, "contact.id"),
});
const task = async (bench: ActionBench) => {
  const made = await contact(bench);
  const body = { title: "Call", dueDate: "2026-02-01T09:00:00Z", completed: false };
  return { ...made, taskId: await bench.make(`/contacts/${made.contactId}/tasks`, body, "task.id") };
};
const note = async (bench: ActionBench) => {
  const made = await contact(bench);
  return { ...made, id: await bench.make(`/contacts/${made.contactId}/notes`, { body: "Prefers mornings" }, "note.id") };
};
/** A contact of whom something more was asked. */
const contactWith = (path: string, body: object) => async (bench: ActionBench) => {
  const made = await contact(bench);
  await bench.make(`/contacts/${made.contactId}/${path}`, body, "");
  return made;
};
const inCampaign = contactWith(`campaigns/${campaigns.spring}`, {});
const inWorkflow = contactWith(`workflow/${workflows.recall}`, {});
const followed = contactWith("followers", { followers: [users.owner] });
const group = async ({ make }: ActionBench) => ({
  groupId: await make("/calendars/groups", { locationId, name: "Hygiene", slug: "hygiene", description: "Cleaning" }, "group.id"),
});
const calendar = async ({ make }: ActionBench) => ({
  calendarId: await make("/calendars/", { locationId, name: "Fittings", slug: "fittings" }, "calendar.id"),
});
const slot = "2026-01-20T15:00:00Z";
const appointment = async (bench: ActionBench) => {
  const made = await contact(bench);
  const body = { locationId, calendarId: calendars.checkUps, ...made, startTime: slot, ignoreFreeSlotValidation: true };
  return { ...made, eventId: await bench.make("/calendars/events/appointments", body, "id") };
};
const appointmentNote = async (bench: ActionBench) => {
  const { eventId: appointmentId } = await appointment(bench);
  return {
    appointmentId,
    noteId: await bench.make(`/calendars/appointments/${appointmentId}/notes`, { body: "Bring the x-ray" }, "note.id"),
  };
};
const blockTimes = { startTime: "2026-01-21T09:00:00Z", endTime: "2026-01-21T12:00:00Z" };
const block = async ({ make }: ActionBench) => ({
  eventId: await make("/calendars/events/block-slots", { locationId, assignedUserId: users.owner, title: "Holiday", ...blockTimes }, "id"),
});
const reminder = [{ receiverType: "contact", channel: "email", notificationType: "reminder" }];
const notification = async ({ make }: ActionBench) => ({
  notificationId: await make(`/calendars/${calendars.checkUps}/notifications`, reminder, "0._id"),
});
const roomFields = {
  name: "Room 3",
  description: "Ground floor",
  calendarIds: [calendars.checkUps],
  capacity: 2,
  quantity: 0,
  outOfService: 0,
};
const room = async ({ make }: ActionBench) => ({ id: await make("/calendars/resources/rooms", { locationId, ...roomFields }, "_id") });
const deal = async (bench: ActionBench) => {
  const made = await contact(bench);
  const body = { locationId, ...made, pipelineId: pipelines.acme.id, name: "Implants", status: "open" };
  return { ...made, id: await bench.make("/opportunities/", body, "opportunity.id") };
};
const followedDeal = async (bench: ActionBench) => {
  const made = await deal(bench);
  await bench.make(`/opportunities/${made.id}/followers`, { followers: [users.owner] }, "");
  return made;
};
const newUser = {
  firstName: "Mary",
  lastName: "Somerville",
  email: "mary@new.example",
  password: "Kept-in-1-secret",
  type: "account",
  role: "user",
  locationIds: [locationId],
};
const user = async ({ make }: ActionBench) => ({ userId: await make("/users/", { companyId, ...newUser }, "id") });
const phone = "+12125550198";
const message = async (bench: ActionBench, more: object = {}) => {
  const made = await contact(bench, { phone });
  const body = { ...made, type: "SMS", message: "See you", ...more };
  return { ...made, messageId: await bench.make("/conversations/messages", body, "messageId") };
};
/** The provider takes some ten seconds to have it; before that its status cannot be set. */
const delivered = async (bench: ActionBench) => {
  const made = await message(bench, { conversationProviderId: sandboxDefaults.conversationProvider });
  await bench.clock.advance(15_000);
  return made;
};
const scheduled = (bench: ActionBench) => message(bench, { scheduledTimestamp: Math.floor(bench.clock.now() / 1000) + 86_400 });
const conversation = async (bench: ActionBench) => {
  const made = await contact(bench, { phone });
  return { conversationId: await bench.make("/conversations/", { locationId, ...made }, "conversation.id") };
};
const business = async ({ make }: ActionBench) => ({
  businessId: await make("/businesses/", { locationId, name: "Harbour Foods", email: "desk@harbour.example" }, "buiseness.id"),
});
const link = {
  key: "dentist_patient",
  firstObjectKey: "contact",
  firstObjectLabel: "Dentist",
  secondObjectKey: "contact",
  secondObjectLabel: "Patient",
};
const locationTag = async ({ make }: ActionBench) => ({
  tagId: await make(`/locations/${locationId}/tags`, { name: "fresh" }, "tag.id"),
});
const association = async ({ make }: ActionBench) => ({ associationId: await make("/associations/", { locationId, ...link }, "id") });
const twoContacts = async (bench: ActionBench) => ({
  firstRecordId: (await contact(bench)).contactId,
  secondRecordId: (await contact(bench, { email: "bo@new.example" })).contactId,
});
const relatable = async (bench: ActionBench) => ({ ...(await association(bench)), ...(await twoContacts(bench)) });
const relation = async (bench: ActionBench) => ({
  relationId: await bench.make("/associations/relations", { locationId, ...(await relatable(bench)) }, "id"),
});
const post = {
  title: "Why we floss",
  description: "Two minutes a day",
  rawHTML: "<p>Because.</p>",
  imageUrl: "https://acme.example/floss.jpg",
  imageAltText: "A roll of floss",
  urlSlug: "why-we-floss",
  status: "PUBLISHED",
  publishedAt: "2026-02-01T09:00:00Z",
};
const blog = async ({ sandbox: { state } }: ActionBench): Promise<Made> => ({
  blogId: state.blogSites.inLocation(locationId)[0]!.id,
  author: state.blogAuthors.inLocation(locationId)[0]!.id,
  category: state.blogCategories.inLocation(locationId)[0]!.id,
});
const blogPost = async (bench: ActionBench): Promise<Made> => {
  const { category, ...of } = await blog(bench);
  return {
    ...of,
    category: category!,
    postId: await bench.make("/blogs/posts", { locationId, ...of, categories: [category], ...post }, "data._id"),
  };
};

/** Every action of the catalog. */
export const cases: Record<string, Case> = {
  "contacts.create": { input: () => ({ email, firstName: "Ada", phone }), wrote: "contact+1" },
  "contacts.update": { arrange: contact, input: ({ contactId }) => ({ contactId, city: "London" }), wrote: "contact~1" },
  "contacts.find": { arrange: contact, input: () => ({ email }), wrote: "" },
  "contacts.delete": { arrange: contact, input: ({ contactId }) => ({ contactId }), wrote: "contact-1 grave+1" },
  "contacts.upsert": { arrange: contact, input: () => ({ email, city: "London" }), wrote: "contact~1" },
  "contacts.add_tags": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, tags: ["fresh", "newly made"] }),
    wrote: "contact~1 tag+1",
  },
  "contacts.remove_tags": { arrange: contact, input: ({ contactId }) => ({ contactId, tags: ["fresh"] }), wrote: "contact~1" },
  "contacts.bulk_update_tags": {
    arrange: twoContacts,
    input: (made) => ({ type: "add", contacts: [made["firstRecordId"], made["secondRecordId"]], tags: ["newly made"] }),
    wrote: "contact~2 tag+1",
  },
  "contacts.create_task": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, title: "Call back", dueDate: "2026-02-01T09:00:00Z" }),
    wrote: "task+1",
  },
  "contacts.update_task": { arrange: task, input: (made) => ({ ...made, title: "Call back" }), wrote: "task~1" },
  "contacts.complete_task": { arrange: task, input: (made) => ({ ...made, completed: true }), wrote: "task~1" },
  "contacts.delete_task": { arrange: task, input: (made) => made, wrote: "task-1" },
  "contacts.create_note": { arrange: contact, input: ({ contactId }) => ({ contactId, body: "Prefers evenings" }), wrote: "note+1" },
  "contacts.update_note": { arrange: note, input: (made) => ({ ...made, body: "Prefers evenings" }), wrote: "note~1" },
  "contacts.delete_note": { arrange: note, input: (made) => made, wrote: "note-1" },
  "contacts.add_to_campaign": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, campaignId: campaigns.spring }),
    wrote: "contact~1",
  },
  "contacts.remove_from_campaign": {
    arrange: inCampaign,
    input: ({ contactId }) => ({ contactId, campaignId: campaigns.spring }),
    wrote: "contact~1",
  },
  "contacts.remove_from_all_campaigns": { arrange: inCampaign, input: ({ contactId }) => ({ contactId }), wrote: "contact~1" },
  "calendars.create_group": { input: () => ({ name: "Hygiene", slug: "hygiene", description: "Cleaning" }), wrote: "calendarGroup+1" },
  "calendars.update_group": {
    arrange: group,
    input: ({ groupId }) => ({ groupId, name: "Hygiene", slug: "hygiene", description: "Advice" }),
    wrote: "calendarGroup~1",
  },
  "calendars.set_group_status": { arrange: group, input: ({ groupId }) => ({ groupId, isActive: false }), wrote: "calendarGroup~1" },
  "calendars.delete_group": { arrange: group, input: ({ groupId }) => ({ groupId }), wrote: "calendarGroup-1" },
  "calendars.validate_group_slug": { input: () => ({ slug: "hygiene" }), wrote: "" },
  "calendars.create": { input: () => ({ name: "Fittings", slug: "fittings", groupId: calendarGroup }), wrote: "calendar+1" },
  "calendars.update": { arrange: calendar, input: ({ calendarId }) => ({ calendarId, slotDuration: 45 }), wrote: "calendar~1" },
  "calendars.delete": { arrange: calendar, input: ({ calendarId }) => ({ calendarId }), wrote: "calendar-1" },
  "calendars.create_appointment": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, calendarId: calendars.checkUps, startTime: slot, ignoreFreeSlotValidation: true }),
    wrote: "appointment+1",
  },
  "calendars.update_appointment": { arrange: appointment, input: ({ eventId }) => ({ eventId, title: "Moved" }), wrote: "appointment~1" },
  "calendars.delete_event": { arrange: appointment, input: ({ eventId }) => ({ eventId }), wrote: "appointment-1" },
  "calendars.create_block_slot": {
    input: () => ({ assignedUserId: users.owner, title: "Holiday", ...blockTimes }),
    wrote: "blockedSlot+1",
  },
  "calendars.update_block_slot": {
    arrange: block,
    input: ({ eventId }) => ({ eventId, assignedUserId: users.owner, title: "Half a holiday" }),
    wrote: "blockedSlot~1",
  },
  "calendars.create_appointment_note": {
    arrange: appointment,
    input: ({ eventId }) => ({ appointmentId: eventId, body: "Bring the x-ray" }),
    wrote: "appointmentNote+1",
  },
  "calendars.update_appointment_note": {
    arrange: appointmentNote,
    input: (made) => ({ ...made, body: "Bring both" }),
    wrote: "appointmentNote~1",
  },
  "calendars.delete_appointment_note": { arrange: appointmentNote, input: (made) => made, wrote: "appointmentNote-1" },
  "calendars.create_notification": {
    input: () => ({ calendarId: calendars.checkUps, body: reminder }),
    wrote: "calendarNotification+1",
  },
  "calendars.update_notification": {
    arrange: notification,
    input: ({ notificationId }) => ({ calendarId: calendars.checkUps, notificationId, subject: "Soon" }),
    wrote: "calendarNotification~1",
  },
  "calendars.delete_notification": {
    arrange: notification,
    input: ({ notificationId }) => ({ calendarId: calendars.checkUps, notificationId }),
    wrote: "calendarNotification~1",
  },
  "calendars.create_resource": { input: () => ({ resourceType: "rooms", ...roomFields }), wrote: "calendarResource+1" },
  "calendars.update_resource": {
    arrange: room,
    input: ({ id }) => ({ resourceType: "rooms", id, capacity: 3 }),
    wrote: "calendarResource~1",
  },
  "calendars.delete_resource": { arrange: room, input: ({ id }) => ({ resourceType: "rooms", id }), wrote: "calendarResource-1" },
  "opportunities.create": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, name: "Implants", pipelineId: pipelines.acme.id, status: "open" }),
    wrote: "opportunity+1",
  },
  "opportunities.update": { arrange: deal, input: ({ id }) => ({ id, monetaryValue: 2100 }), wrote: "opportunity~1" },
  "opportunities.delete": { arrange: deal, input: ({ id }) => ({ id }), wrote: "opportunity-1" },
  "opportunities.update_status": { arrange: deal, input: ({ id }) => ({ id, status: "won" }), wrote: "opportunity~1" },
  "opportunities.upsert": {
    arrange: deal,
    input: ({ contactId }) => ({ contactId, pipelineId: pipelines.acme.id, name: "Crowns", status: "open" }),
    wrote: "opportunity~1",
  },
  "opportunities.add_followers": { arrange: deal, input: ({ id }) => ({ id, followers: [users.owner] }), wrote: "opportunity~1" },
  "opportunities.remove_followers": {
    arrange: followedDeal,
    input: ({ id }) => ({ id, followers: [users.owner] }),
    wrote: "opportunity~1",
  },
  "users.create": { input: () => ({ ...newUser }), connection: "agency", wrote: "user+1" },
  "users.update": { arrange: user, input: ({ userId }) => ({ userId, role: "admin" }), wrote: "user~1" },
  "users.delete": { arrange: user, input: ({ userId }) => ({ userId }), wrote: "user-1" },
  "conversations.update_message_status": {
    arrange: delivered,
    input: ({ messageId }) => ({ messageId, status: "read" }),
    wrote: "message~1",
  },
  "conversations.live_chat_typing": {
    arrange: conversation,
    input: ({ conversationId }) => ({ conversationId, visitorId: "3f0c7b1e-0000-4000-8000-000000000001", isTyping: "true" }),
    wrote: "",
  },
  "businesses.create": { input: () => ({ name: "Harbour Foods", email: "desk@harbour.example" }), wrote: "business+1" },
  "businesses.update": { arrange: business, input: ({ businessId }) => ({ businessId, city: "London" }), wrote: "business~1" },
  "businesses.delete": { arrange: business, input: ({ businessId }) => ({ businessId }), wrote: "business-1" },
  "contacts.add_to_workflow": {
    arrange: contact,
    input: ({ contactId }) => ({ contactId, workflowId: workflows.recall }),
    wrote: "contact~1",
  },
  "contacts.remove_from_workflow": {
    arrange: inWorkflow,
    input: ({ contactId }) => ({ contactId, workflowId: workflows.recall }),
    wrote: "contact~1",
  },
  "contacts.add_followers": { arrange: contact, input: ({ contactId }) => ({ contactId, followers: [users.owner] }), wrote: "contact~1" },
  "contacts.remove_followers": {
    arrange: followed,
    input: ({ contactId }) => ({ contactId, followers: [users.owner] }),
    wrote: "contact~1",
  },
  "contacts.bulk_business": {
    arrange: async (bench) => ({ ...(await business(bench)), ...(await twoContacts(bench)) }),
    input: (made) => ({ ids: [made["firstRecordId"], made["secondRecordId"]], businessId: made["businessId"] }),
    wrote: "contact~2",
  },
  "locations.get": { input: () => ({}), wrote: "" },
  "locations.create": { input: () => ({ name: "Third Practice", country: "GB" }), connection: "agency", wrote: "location+1" },
  "locations.create_tag": { input: () => ({ name: "fresh" }), wrote: "tag+1" },
  "locations.update_tag": {
    arrange: locationTag,
    input: ({ tagId }) => ({ tagId, name: "renamed" }),
    wrote: "tag~1",
  },
  "locations.delete_tag": { arrange: locationTag, input: ({ tagId }) => ({ tagId }), wrote: "tag-1" },
  "associations.create": { input: () => link, wrote: "association+1" },
  "associations.update": {
    arrange: association,
    input: ({ associationId }) => ({ associationId, firstObjectLabel: "Doctor", secondObjectLabel: "Patient" }),
    wrote: "association~1",
  },
  "associations.delete": { arrange: association, input: ({ associationId }) => ({ associationId }), wrote: "association-1" },
  "associations.create_relation": { arrange: relatable, input: (made) => made, wrote: "relation+1" },
  "associations.delete_relation": { arrange: relation, input: (made) => made, wrote: "relation-1" },
  "blogs.create_post": {
    arrange: blog,
    input: ({ blogId, author, category }) => ({ ...post, blogId, author, categories: [category] }),
    wrote: "blogPost+1",
  },
  "blogs.update_post": {
    arrange: blogPost,
    input: ({ blogId, author, category, postId }) => ({ ...post, title: "Floss daily", blogId, author, categories: [category], postId }),
    wrote: "blogPost~1",
  },
  "social.tag_details": {
    arrange: async ({ sandbox: { state } }) => ({ tag: state.socialTags.inLocation(locationId)[0]!.id }),
    input: ({ tag }) => ({ tagIds: [tag] }),
    wrote: "",
  },
  "conversations.send_message": {
    arrange: (bench) => contact(bench, { phone }),
    input: ({ contactId }) => ({ contactId, type: "SMS", message: "See you on Sunday" }),
    wrote: "conversation+1 message+1",
  },
  "conversations.cancel_scheduled_message": { arrange: scheduled, input: ({ messageId }) => ({ messageId }), wrote: "message-1" },
};
