import type { AppEquivalents, Equivalent } from "#catalog/equivalents.ts";

/** How n8n, Make and Zapier name what HighLevel does. What is not in here is recognised by its address, or listed for the person who comes over. */

const identifier = "it may have held an e-mail address or a phone number; here it is the contact's id, which a step 'Find contact' gives";
const tagsOfDeal = "opportunities have no tags of their own here; add them to the contact with 'Add tags'";
const companyOfDeal = "set the company on the contact instead";
const noteBeside = "add a step 'Create note' after this one";

const deal: Equivalent["fields"] = {
  title: "name",
  stageId: "pipelineStageId",
  stage: "pipelineStageId",
  pipeline: "pipelineId",
  opportunityId: "id",
  contactIdentifier: "contactId",
};
const withoutInDeals = { tags: tagsOfDeal, companyName: companyOfDeal };
const person: Equivalent["fields"] = {
  id: "contactId",
  first_name: "firstName",
  last_name: "lastName",
  full_name: "name",
  fullName: "name",
  address: "address1",
  street: "address1",
  postal_code: "postalCode",
  zip: "postalCode",
  company: "companyName",
  company_name: "companyName",
  assigned_to: "assignedTo",
  owner: "assignedTo",
  contact_id: "contactId",
  lead_source: "source",
  date_of_birth: "dateOfBirth",
  email_address: "email",
  phone_number: "phone",
};
const ofContact: Equivalent["fields"] = {
  id: "contactId",
  contact_id: "contactId",
  contact: "contactId",
  workflow_id: "workflowId",
  workflow: "workflowId",
  campaign_id: "campaignId",
  campaign: "campaignId",
  note: "body",
  notes: "body",
  tag: "tags",
  due_date: "dueDate",
  description: "body",
  task_id: "taskId",
  assigned_to: "assignedTo",
};
const booking: Equivalent["fields"] = {
  calendar: "calendarId",
  calendar_id: "calendarId",
  contact: "contactId",
  contact_id: "contactId",
  start_time: "startTime",
  end_time: "endTime",
  status: "appointmentStatus",
  user: "assignedUserId",
};
const message: Equivalent["fields"] = { contact_id: "contactId", contact: "contactId", body: "message", text: "message" };
const notes = { without: { notes: noteBeside, note: noteBeside } };

const upsertContact: Equivalent = { operation: "contacts.upsert", fields: person, ...notes };
const createContact: Equivalent = { operation: "contacts.create", fields: person, ...notes };
const updateContact: Equivalent = {
  operation: "contacts.update",
  fields: person,
  without: { ...notes.without, companyName: "set the company with an upsert of the contact" },
};
const getContact: Equivalent = { operation: "contacts.get", fields: ofContact };
const findContact: Equivalent = { operation: "contacts.find", fields: { ...person, search: "query" }, within: "contact" };
const listContacts: Equivalent = { operation: "contacts.list", fields: { search: "query" }, many: true };
const removeContact: Equivalent = { operation: "contacts.delete", fields: ofContact };
const addTags: Equivalent = { operation: "contacts.add_tags", fields: ofContact };
const removeTags: Equivalent = { operation: "contacts.remove_tags", fields: ofContact };
const addNote: Equivalent = { operation: "contacts.create_note", fields: ofContact };
const createTask: Equivalent = { operation: "contacts.create_task", fields: ofContact, input: { completed: false } };
const toWorkflow: Equivalent = { operation: "contacts.add_to_workflow", fields: ofContact };
const fromWorkflow: Equivalent = { operation: "contacts.remove_from_workflow", fields: ofContact };
const toCampaign: Equivalent = { operation: "contacts.add_to_campaign", fields: ofContact };
const createDeal: Equivalent = { operation: "opportunities.create", fields: deal, without: withoutInDeals, input: { status: "open" } };
const updateDeal: Equivalent = {
  operation: "opportunities.update",
  fields: deal,
  without: { ...withoutInDeals, contactIdentifier: "the contact of an opportunity stays as it is" },
};
const upsertDeal: Equivalent = { operation: "opportunities.upsert", fields: deal, without: withoutInDeals };
const dealStatus: Equivalent = { operation: "opportunities.update_status", fields: { opportunityId: "id", opportunity_id: "id" } };
const listDeals: Equivalent = {
  operation: "opportunities.search",
  fields: {
    query: "q",
    pipeline: "pipeline_id",
    pipelineId: "pipeline_id",
    stageId: "pipeline_stage_id",
    assignedTo: "assigned_to",
    contactId: "contact_id",
    startDate: "date",
  },
  many: true,
};
const book: Equivalent = { operation: "calendars.create_appointment", fields: booking };
const rebook: Equivalent = {
  operation: "calendars.update_appointment",
  fields: { ...booking, appointmentId: "eventId", appointment_id: "eventId" },
};
const freeSlots: Equivalent = { operation: "calendars.free_slots", fields: { calendar: "calendarId", calendar_id: "calendarId" } };
const sendMessage: Equivalent = { operation: "conversations.send_message", fields: message };
const sendSms: Equivalent = { ...sendMessage, input: { type: "SMS" } };
const sendEmail: Equivalent = { ...sendMessage, fields: { ...message, body: "html" }, input: { type: "Email" } };

const triggers = {
  watchcontacts: "ContactCreate",
  watchnewcontacts: "ContactCreate",
  newcontact: "ContactCreate",
  contactcreated: "ContactCreate",
  contactcreate: "ContactCreate",
  contactupdated: "ContactUpdate",
  contactchanged: "ContactUpdate",
  contactupdate: "ContactUpdate",
  contactdeleted: "ContactDelete",
  contacttagadded: "ContactTagUpdate",
  contacttag: "ContactTagUpdate",
  contacttagupdate: "ContactTagUpdate",
  contactdnd: "ContactDndUpdate",
  noteadded: "NoteCreate",
  newnote: "NoteCreate",
  taskadded: "TaskCreate",
  newtask: "TaskCreate",
  taskcompleted: "TaskComplete",
  watchopportunities: "OpportunityCreate",
  newopportunity: "OpportunityCreate",
  opportunitycreated: "OpportunityCreate",
  opportunitychanged: "OpportunityUpdate",
  opportunityupdated: "OpportunityUpdate",
  opportunitystatuschanged: "OpportunityStatusUpdate",
  opportunitystatus: "OpportunityStatusUpdate",
  opportunitystagechanged: "OpportunityStageUpdate",
  pipelinestagechanged: "OpportunityStageUpdate",
  watchappointments: "AppointmentCreate",
  newappointment: "AppointmentCreate",
  appointmentbooked: "AppointmentCreate",
  appointmentcreated: "AppointmentCreate",
  appointmentupdated: "AppointmentUpdate",
  appointmentstatus: "AppointmentUpdate",
  customerreplied: "InboundMessage",
  inboundmessage: "InboundMessage",
  newmessage: "InboundMessage",
  invoicepaid: "InvoicePaid",
  neworder: "OrderCreate",
};

export const equivalents: readonly AppEquivalents[] = [
  {
    tool: "n8n",
    names: ["highlevel", "highleveltrigger", "highlevelv2"],
    groups: ["additionalFields", "updateFields", "filters", "options"],
    pairs: { customFields: { list: "values", key: "fieldId", value: "fieldValue", into: "customFields" } },
    triggers,
    operations: {
      contactcreate: upsertContact,
      contactupsert: upsertContact,
      contactupdate: updateContact,
      contactget: getContact,
      contactgetall: listContacts,
      contactlookup: findContact,
      contactdelete: removeContact,
      opportunitycreate: { ...createDeal, check: { contactIdentifier: identifier } },
      opportunityupdate: updateDeal,
      opportunityget: { operation: "opportunities.get", fields: deal },
      opportunitygetall: listDeals,
      opportunitydelete: { operation: "opportunities.delete", fields: deal },
      taskcreate: createTask,
      taskupdate: { operation: "contacts.update_task", fields: ofContact, without: { status: "use 'Completed' of the step instead" } },
      taskget: { operation: "contacts.get_task", fields: ofContact },
      taskgetall: { operation: "contacts.list_tasks", fields: ofContact, many: true },
      taskdelete: { operation: "contacts.delete_task", fields: ofContact },
      calendarbookappointment: book,
      calendargetfreeslots: freeSlots,
    },
  },
  {
    tool: "make",
    names: ["highlevel", "gohighlevel", "leadconnector", "highlevel-v2"],
    groups: ["select", "additionalFields"],
    pairs: {
      customFields: { key: "id", value: "value", into: "customFields" },
      customField: { key: "id", value: "value", into: "customFields" },
    },
    triggers,
    operations: {
      createcontact: createContact,
      updatecontact: updateContact,
      upsertcontact: upsertContact,
      createorupdatecontact: upsertContact,
      createupdatecontact: upsertContact,
      getcontact: getContact,
      searchcontacts: listContacts,
      listcontacts: listContacts,
      lookupcontact: findContact,
      deletecontact: removeContact,
      addtagtocontact: addTags,
      addtagstocontact: addTags,
      addcontacttag: addTags,
      removetagfromcontact: removeTags,
      removecontacttag: removeTags,
      addnotetocontact: addNote,
      createnote: addNote,
      createtask: createTask,
      addcontacttocampaign: toCampaign,
      addcontacttoworkflow: toWorkflow,
      removecontactfromworkflow: fromWorkflow,
      createopportunity: createDeal,
      updateopportunity: updateDeal,
      upsertopportunity: upsertDeal,
      updateopportunitystatus: dealStatus,
      getopportunity: { operation: "opportunities.get", fields: deal },
      listopportunities: listDeals,
      searchopportunities: listDeals,
      deleteopportunity: { operation: "opportunities.delete", fields: deal },
      createappointment: book,
      updateappointment: rebook,
      getfreeslots: freeSlots,
      sendmessage: sendMessage,
      sendsms: sendSms,
      sendemail: sendEmail,
    },
  },
  {
    tool: "zapier",
    names: ["leadconnector", "highlevel", "gohighlevel"],
    pairs: { custom_fields: { key: "id", value: "value", into: "customFields" } },
    triggers,
    operations: {
      createcontact: createContact,
      contactcreate: createContact,
      addcontact: createContact,
      addupdatecontact: upsertContact,
      createorupdatecontact: upsertContact,
      createupdatecontact: upsertContact,
      upsertcontact: upsertContact,
      updatecontact: updateContact,
      findcontact: findContact,
      searchcontact: findContact,
      contactsearch: findContact,
      getcontact: getContact,
      deletecontact: removeContact,
      addcontacttag: addTags,
      addtagtocontact: addTags,
      addtag: addTags,
      removecontacttag: removeTags,
      removetag: removeTags,
      addnotetocontact: addNote,
      addnote: addNote,
      createnote: addNote,
      createtask: createTask,
      addtask: createTask,
      addcontacttocampaign: toCampaign,
      addtocampaign: toCampaign,
      addcontacttoworkflow: toWorkflow,
      addtoworkflow: toWorkflow,
      removecontactfromworkflow: fromWorkflow,
      createopportunity: createDeal,
      addopportunity: createDeal,
      addupdateopportunity: upsertDeal,
      createorupdateopportunity: upsertDeal,
      createupdateopportunity: upsertDeal,
      updateopportunity: updateDeal,
      createappointment: book,
      bookappointment: book,
      sendsms: sendSms,
      sendemail: sendEmail,
      sendmessage: sendMessage,
    },
  },
];
