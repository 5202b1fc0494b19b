import { byCursor, byOffset, locationId, type Ground, type Row } from "../row.ts";
import { sandboxDefaults } from "#sandbox/index.ts";

const { campaigns, users, customFields } = sandboxDefaults;

const noteOf = ({ state, contactId }: Ground) => state.notes.find("contact", contactId)[0]!.id;
const taskOf = ({ state, contactId }: Ground) => state.tasks.find("contact", contactId)[0]!.id;
const businessOf = ({ state }: Ground) => state.businesses.inLocation(locationId)[0]!.id;
type Listed = { contacts: { searchAfter?: unknown[] }[]; meta: { startAfterId?: string; startAfter?: number } };

export const contactRows: Record<string, Row> = {
  "contacts.get": ({ contactId }) => ({
    input: { contactId },
    official: async (hl) => (await hl.contacts.getContact({ contactId })).contact,
  }),
  "contacts.search": ({ seedContacts }) => {
    seedContacts(30);
    return {
      input: { pageLimit: 20 },
      official: (hl) =>
        byCursor(
          (searchAfter: unknown[] | undefined) =>
            hl.contacts.searchContactsAdvanced({
              locationId,
              pageLimit: 20,
              ...(searchAfter ? { searchAfter } : { page: 1 }),
            }) as Promise<Listed>,
          ({ contacts }) => contacts,
          ({ contacts }) => contacts.at(-1)?.searchAfter,
        ),
    };
  },
  "contacts.list_by_business": (ground) => ({
    input: { businessId: businessOf(ground), limit: "2" },
    official: (hl) =>
      byOffset(2, async (skip, limit) => {
        const asked = { businessId: businessOf(ground), locationId, skip: String(skip), limit: String(limit) };
        return (await hl.contacts.getContactsByBusinessId(asked)).contacts;
      }),
  }),
  "contacts.find_duplicate": ({ state, contactId }) => {
    const number = state.contacts.get(contactId)!.phone!;
    return {
      input: { number },
      official: async (hl) => ((await hl.contacts.getDuplicateContact({ locationId, number })) as { contact: unknown }).contact,
    };
  },
  "contacts.list_appointments": ({ contactId }) => ({
    input: { contactId },
    official: async (hl) => (await hl.contacts.getAppointmentsForContact({ contactId })).events,
  }),
  "contacts.list_tasks": ({ contactId }) => ({
    input: { contactId },
    official: async (hl) => (await hl.contacts.getAllTasks({ contactId })).tasks,
  }),
  "contacts.get_task": (ground) => {
    const asked = { contactId: ground.contactId, taskId: taskOf(ground) };
    return { input: asked, official: async (hl) => (await hl.contacts.getTask(asked)).task };
  },
  "contacts.list_notes": ({ contactId }) => ({
    input: { contactId },
    official: async (hl) => (await hl.contacts.getAllNotes({ contactId })).notes,
  }),
  "contacts.get_note": (ground) => {
    const asked = { contactId: ground.contactId, id: noteOf(ground) };
    return { input: asked, official: async (hl) => (await hl.contacts.getNote(asked)).note };
  },
  "contacts.list": ({ seedContacts }) => {
    seedContacts(130);
    return {
      input: {},
      official: (hl) =>
        byCursor(
          (next: Listed["meta"] | undefined) =>
            hl.contacts.getContacts({
              locationId,
              limit: 100,
              ...(next && { startAfterId: next.startAfterId!, startAfter: next.startAfter! }),
            }) as unknown as Promise<Listed>,
          ({ contacts }) => contacts,
          ({ meta }) => (meta.startAfterId ? meta : undefined),
        ),
    };
  },

  "contacts.create": () => {
    const contact = {
      email: "Ada@New.Example",
      phone: "+12125550198",
      firstName: "Ada",
      lastName: "Byron",
      tags: ["Fresh", "vip"],
      assignedTo: users.desk,
      customFields: [{ id: customFields.score, field_value: 9 }],
      companyName: "Engines",
      gender: "female",
    };
    return {
      input: contact,
      official: async (hl) => (await hl.contacts.createContact({ locationId, ...contact })).contact,
    };
  },
  "contacts.update": ({ contactId }) => {
    const change = { lastName: "King", city: "London", tags: ["only"], customFields: [{ id: customFields.score, field_value: 3 }] };
    return {
      input: { contactId, ...change },
      official: async (hl) => (await hl.contacts.updateContact({ contactId }, change as never)).contact,
    };
  },
  // The catalog's row takes an id, an address or a number; the official client has one method for the address and the number.
  "contacts.find": ({ state, contactId }) => {
    const email = state.contacts.get(contactId)!.email!;
    return {
      input: { email },
      official: async (hl) => {
        const { contact } = (await hl.contacts.getDuplicateContact({ locationId, email })) as { contact: unknown };
        return { found: true, matchedBy: "email", contact, matches: 1 };
      },
    };
  },
  "contacts.delete": ({ contactId }) => ({ input: { contactId }, official: (hl) => hl.contacts.deleteContact({ contactId }) }),
  "contacts.upsert": ({ state, contactId }) => {
    const contact = { email: state.contacts.get(contactId)!.email!, firstName: "Ada", tags: ["again"] };
    return {
      input: contact,
      official: async (hl) => (await hl.contacts.upsertContact({ locationId, ...contact } as never)).contact,
    };
  },
  "contacts.add_tags": ({ contactId }) => ({
    input: { contactId, tags: ["Silver", "gold"] },
    official: (hl) => hl.contacts.addTags({ contactId }, { tags: ["Silver", "gold"] }),
  }),
  "contacts.remove_tags": ({ state, contactId }) => {
    const tags = [state.contacts.get(contactId)!.tags[0]!, "never had"];
    return { input: { contactId, tags }, official: (hl) => hl.contacts.removeTags({ contactId }, { tags }) };
  },
  "contacts.bulk_update_tags": ({ contacts: [one, two] }) => {
    const asked = { contacts: [one!, two!, "nobody00000000000000"], tags: ["bulk"] };
    return {
      input: { type: "add", ...asked },
      official: (hl) => hl.contacts.createAssociation({ type: "add" }, { ...asked, locationId }),
    };
  },
  "contacts.create_task": ({ contactId }) => {
    const task = { title: "Call Ada", dueDate: "2026-02-01T09:00:00Z", body: "About the crown", assignedTo: users.desk };
    return {
      input: { contactId, ...task },
      official: async (hl) => (await hl.contacts.createTask({ contactId }, { ...task, completed: false })).task,
    };
  },
  "contacts.update_task": (ground) => {
    const one = { contactId: ground.contactId, taskId: taskOf(ground) };
    const change = { title: "Call back", dueDate: "2026-02-02T09:00:00Z" };
    return { input: { ...one, ...change }, official: async (hl) => (await hl.contacts.updateTask(one, change)).task };
  },
  "contacts.complete_task": (ground) => {
    const one = { contactId: ground.contactId, taskId: taskOf(ground) };
    return {
      input: { ...one, completed: true },
      official: async (hl) => (await hl.contacts.updateTaskCompleted(one, { completed: true })).task,
    };
  },
  "contacts.delete_task": (ground) => {
    const one = { contactId: ground.contactId, taskId: taskOf(ground) };
    return { input: one, official: (hl) => hl.contacts.deleteTask(one) };
  },
  "contacts.create_note": ({ contactId }) => {
    const note = { body: "<p>Prefers mornings</p>", userId: users.owner };
    return { input: { contactId, ...note }, official: async (hl) => (await hl.contacts.createNote({ contactId }, note)).note };
  },
  "contacts.update_note": (ground) => {
    const one = { contactId: ground.contactId, id: noteOf(ground) };
    return { input: { ...one, body: "Evenings" }, official: async (hl) => (await hl.contacts.updateNote(one, { body: "Evenings" })).note };
  },
  "contacts.delete_note": (ground) => {
    const one = { contactId: ground.contactId, id: noteOf(ground) };
    return { input: one, official: (hl) => hl.contacts.deleteNote(one) };
  },
  "contacts.add_to_campaign": ({ contactId }) => {
    const one = { contactId, campaignId: campaigns.spring };
    return { input: one, official: (hl) => hl.contacts.addContactToCampaign(one, {}) };
  },
  "contacts.remove_from_campaign": async ({ contactId, location }) => {
    const one = { contactId, campaignId: campaigns.spring };
    await location.contacts.addContactToCampaign(one, {});
    return { input: one, official: (hl) => hl.contacts.removeContactFromCampaign(one) };
  },
  "contacts.remove_from_all_campaigns": async ({ contactId, location }) => {
    await location.contacts.addContactToCampaign({ contactId, campaignId: campaigns.spring }, {});
    return { input: { contactId }, official: (hl) => hl.contacts.removeContactFromEveryCampaign({ contactId }) };
  },
};
