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
const contact = async ({ api }: ActionBench): Promise<Record<string, string>> => {
  const { contact: made } = await api("POST", "/contacts/", { locationId, email, firstName: "Ada", tags: ["fresh"] });
  return { contactId: made["id"] };
};
const task = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  const { task: made } = await bench.api("POST", `/contacts/${contactId}/tasks`, {
    title: "Call",
    dueDate: "2026-02-01T09:00:00Z",
    completed: false,
  });
  return { contactId: contactId!, taskId: made["id"] as string };
};
const note = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  const { note: made } = await bench.api("POST", `/contacts/${contactId}/notes`, { body: "Prefers mornings" });
  return { contactId: contactId!, id: made["id"] as string };
};
const inCampaign = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  await bench.api("POST", `/contacts/${contactId}/campaigns/${campaigns.spring}`, {});
  return { contactId: contactId! };
};
const inWorkflow = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  await bench.api("POST", `/contacts/${contactId}/workflow/${workflows.recall}`, {});
  return { contactId: contactId! };
};
const followed = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  await bench.api("POST", `/contacts/${contactId}/followers`, { followers: [users.owner] });
  return { contactId: contactId! };
};
const group = async ({ api }: ActionBench) => {
  const { group: made } = await api("POST", "/calendars/groups", { locationId, name: "Hygiene", slug: "hygiene", description: "Cleaning" });
  return { groupId: made["id"] as string };
};
const calendar = async ({ api }: ActionBench) => {
  const { calendar: made } = await api("POST", "/calendars/", { locationId, name: "Fittings", slug: "fittings" });
  return { calendarId: made["id"] as string };
};
const slot = "2026-01-20T15:00:00Z";
const appointment = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  const made = await bench.api("POST", "/calendars/events/appointments", {
    locationId,
    calendarId: calendars.checkUps,
    contactId,
    startTime: slot,
    ignoreFreeSlotValidation: true,
  });
  return { contactId: contactId!, eventId: made["id"] as string };
};
const appointmentNote = async (bench: ActionBench) => {
  const { eventId } = await appointment(bench);
  const { note: made } = await bench.api("POST", `/calendars/appointments/${eventId}/notes`, { body: "Bring the x-ray" });
  return { appointmentId: eventId, noteId: made["id"] as string };
};
const blockTimes = { startTime: "2026-01-21T09:00:00Z", endTime: "2026-01-21T12:00:00Z" };
const block = async ({ api }: ActionBench) => {
  const made = await api("POST", "/calendars/events/block-slots", {
    locationId,
    assignedUserId: users.owner,
    title: "Holiday",
    ...blockTimes,
  });
  return { eventId: made["id"] as string };
};
const notification = async ({ api }: ActionBench) => {
  const made = await api("POST", `/calendars/${calendars.checkUps}/notifications`, [
    { receiverType: "contact", channel: "email", notificationType: "reminder" },
  ]);
  return { notificationId: (made as unknown as { _id: string }[])[0]!._id };
};
const roomFields = {
  name: "Room 3",
  description: "Ground floor",
  calendarIds: [calendars.checkUps],
  capacity: 2,
  quantity: 0,
  outOfService: 0,
};
const room = async ({ api }: ActionBench) => {
  const made = await api("POST", "/calendars/resources/rooms", { locationId, ...roomFields });
  return { id: made["_id"] as string };
};
const deal = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  const { opportunity } = await bench.api("POST", "/opportunities/", {
    locationId,
    contactId,
    pipelineId: pipelines.acme.id,
    name: "Implants",
    status: "open",
  });
  return { contactId: contactId!, id: opportunity["id"] as string };
};
const followedDeal = async (bench: ActionBench) => {
  const made = await deal(bench);
  await bench.api("POST", `/opportunities/${made.id}/followers`, { followers: [users.owner] });
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
const user = async ({ api }: ActionBench) => {
  const made = await api("POST", "/users/", { companyId, ...newUser });
  return { userId: made["id"] as string };
};
const phoned = async ({ api }: ActionBench): Promise<Record<string, string>> => {
  const { contact: made } = await api("POST", "/contacts/", { locationId, email, phone: "+12125550198" });
  return { contactId: made["id"] };
};
const message = async (bench: ActionBench, when: object = {}) => {
  const { contactId } = await phoned(bench);
  const made = await bench.api("POST", "/conversations/messages", { contactId, type: "SMS", message: "See you", ...when });
  return { contactId: contactId!, messageId: made["messageId"] as string, conversationId: made["conversationId"] as string };
};
/** The provider takes some ten seconds to have it; before that its status cannot be set. */
const delivered = async (bench: ActionBench) => {
  const made = await message(bench, { conversationProviderId: "66f0b1c2d3e4f5a6b7c8d9e0" });
  await bench.clock.advance(15_000);
  return made;
};
const scheduled = (bench: ActionBench) => message(bench, { scheduledTimestamp: Math.floor(bench.clock.now() / 1000) + 86_400 });
const business = async ({ api }: ActionBench) => {
  const { buiseness } = await api("POST", "/businesses/", { locationId, name: "Harbour Foods", email: "desk@harbour.example" });
  return { businessId: buiseness["id"] as string };
};
const link = {
  key: "dentist_patient",
  firstObjectKey: "contact",
  firstObjectLabel: "Dentist",
  secondObjectKey: "contact",
  secondObjectLabel: "Patient",
};
const association = async ({ api }: ActionBench) => {
  const made = await api("POST", "/associations/", { locationId, ...link });
  return { associationId: made["id"] as string };
};
const twoContacts = async (bench: ActionBench) => {
  const { contactId } = await contact(bench);
  const { contact: other } = await bench.api("POST", "/contacts/", { locationId, email: "bo@new.example" });
  return { firstRecordId: contactId!, secondRecordId: other["id"] as string };
};
const relatable = async (bench: ActionBench) => ({ ...(await association(bench)), ...(await twoContacts(bench)) });
const relation = async (bench: ActionBench) => {
  const made = await bench.api("POST", "/associations/relations", { locationId, ...(await relatable(bench)) });
  return { relationId: made["id"] as string };
};
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
const blog = async ({ sandbox: { state } }: ActionBench) => ({
  blogId: state.blogSites.inLocation(locationId)[0]!.id,
  author: state.blogAuthors.inLocation(locationId)[0]!.id,
  category: state.blogCategories.inLocation(locationId)[0]!.id,
});
const blogPost = async (bench: ActionBench) => {
  const { blogId, author, category } = await blog(bench);
  const { data } = await bench.api("POST", "/blogs/posts", { locationId, blogId, author, categories: [category], ...post });
  return { blogId, author, category, postId: data["_id"] as string };
};

/** Every action of the catalog. */
export const cases: Record<string, Case> = {
  "contacts.create": { input: () => ({ email, firstName: "Ada", phone: "+12125550198" }), wrote: "contact+1" },
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
    input: () => ({ calendarId: calendars.checkUps, body: [{ receiverType: "contact", channel: "email", notificationType: "reminder" }] }),
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
    arrange: message,
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
    arrange: phoned,
    input: ({ contactId }) => ({ contactId, type: "SMS", message: "See you on Sunday" }),
    wrote: "conversation+1 message+1",
  },
  "conversations.cancel_scheduled_message": { arrange: scheduled, input: ({ messageId }) => ({ messageId }), wrote: "message-1" },
};
