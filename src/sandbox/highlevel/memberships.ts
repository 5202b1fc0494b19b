import { DateTime } from "luxon";
import { noSuch } from "../refusal.ts";
import type { Appointment } from "../rows/calendars.ts";
import type { Contact } from "../types.ts";
import { type Call, contactOf, type Endpoints, locationOf, textsOf, type World } from "./call.ts";

/** What a contact belongs to or is booked for: campaigns, workflows, followers, a business, appointments. */
export const membershipEndpoints: Endpoints = {
  "contacts/add-contact-to-campaign": (world, call) => join(world, call, "campaigns", "Campaign", call.params.campaignId!),
  "contacts/remove-contact-from-campaign": (world, call) => leave(world, call, "campaigns", (id) => id === call.params.campaignId),
  "contacts/remove-contact-from-every-campaign": (world, call) => leave(world, call, "campaigns", () => true),
  "contacts/add-contact-to-workflow": (world, call) => join(world, call, "workflows", "Workflow", call.params.workflowId!),
  "contacts/delete-contact-from-workflow": (world, call) => leave(world, call, "workflows", (id) => id === call.params.workflowId),

  "contacts/add-followers-contact"(world, call) {
    const contact = contactOf(world, call);
    const followersAdded = textsOf(call.body.followers).filter((id) => !contact.followers.includes(id));
    const { followers } = world.state.saveContact({ ...contact, followers: [...contact.followers, ...new Set(followersAdded)] });
    return { followers, followersAdded };
  },

  "contacts/remove-followers-contact"(world, call) {
    const contact = contactOf(world, call);
    const followersRemoved = textsOf(call.body.followers).filter((id) => contact.followers.includes(id));
    const { followers } = world.state.saveContact({
      ...contact,
      followers: contact.followers.filter((id) => !followersRemoved.includes(id)),
    });
    return { followers, followersRemoved };
  },

  "contacts/add-remove-contact-from-business"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const { businessId: requestedId } = call.body;
    const business = typeof requestedId === "string" ? world.state.businesses.get(requestedId) : undefined;
    if (typeof requestedId === "string" && requestedId !== "" && business?.locationId !== locationId) throw noSuch("Business", requestedId);
    const ids = textsOf(call.body.ids).filter((id) => world.state.contacts.get(id)?.locationId === locationId);
    for (const id of ids) {
      const { businessId: _, ...contact } = world.state.contacts.get(id)!;
      world.state.saveContact({ ...contact, ...(business && { businessId: business.id }) });
    }
    return { success: true, ids };
  },

  "contacts/get-appointments-for-contact"(world, call) {
    const contact = contactOf(world, call);
    const zone = world.state.locations.get(contact.locationId)!.timezone;
    const events = world.state.appointments.find("contact", contact.id).sort((a, b) => a.startsAt - b.startsAt);
    return { events: events.map((event) => appointmentView(event, zone)) };
  },
};

function join(world: World, call: Call, kind: "campaigns" | "workflows", what: string, id: string) {
  const contact = contactOf(world, call);
  if (world.state[kind].get(id)?.locationId !== contact.locationId) throw noSuch(what, id);
  if (!contact[kind].includes(id)) {
    world.state.saveContact({ ...contact, [kind]: [...contact[kind], id] });
    if (kind === "campaigns") world.emit("CampaignStatusUpdate", { contact, campaignId: id, status: "active" });
  }
  return { succeded: true };
}

function leave(world: World, call: Call, kind: "campaigns" | "workflows", goes: (id: string) => boolean) {
  const contact: Contact = contactOf(world, call);
  world.state.saveContact({ ...contact, [kind]: contact[kind].filter((id) => !goes(id)) });
  if (kind === "campaigns")
    for (const campaignId of contact.campaigns.filter(goes)) world.emit("CampaignStatusUpdate", { contact, campaignId, status: "removed" });
  return { succeded: true };
}

/** Here, unlike at the calendars, times have no zone: they are the location's own. */
function appointmentView(event: Appointment, zone: string) {
  const local = (ms: number) => DateTime.fromMillis(ms, { zone }).toFormat("yyyy-MM-dd HH:mm:ss");
  return {
    id: event.id,
    calendarId: event.calendarId,
    locationId: event.locationId,
    contactId: event.contactId,
    groupId: "",
    title: event.title,
    notes: "",
    address: "",
    status: "booked",
    appointmentStatus: event.status,
    ...(event.assignedUserId && { assignedUserId: event.assignedUserId }),
    users: [],
    assignedResources: [],
    startTime: local(event.startsAt),
    endTime: local(event.endsAt),
    dateAdded: local(event.dateAdded),
    dateUpdated: local(event.dateUpdated),
  };
}
