import type { Reconcile } from "#catalog/types.ts";

/**
 * The read that finds what a webhook should have told, by event. Left out is what no read tells: notes and campaigns have no list of a
 * sub-account; a contact's Do Not Disturb settings are missing from search rows; a deleted appointment cannot be told from one that
 * the window of the list has passed; a deleted user of an agency, an installation and a plan stand in no list.
 *
 * A row counts as changed by what the event is about, and not by what other events tell (tags), nor by times, which move for reasons
 * of their own. `carries` names what event and row spell alike.
 */
const contacts = { operation: "contacts.search" };
const contactFields = [
  "firstName",
  "lastName",
  "email",
  "phone",
  "companyName",
  "address",
  "city",
  "state",
  "postalCode",
  "country",
  "website",
  "timezone",
  "source",
  "assignedTo",
  "dateOfBirth",
  "customFields",
];

const deals = { operation: "opportunities.search" };
const dealFields = ["name", "pipelineId", "pipelineStageId", "status", "monetaryValue", "assignedTo", "contactId"];
const dealChange = (...only: string[]): Reconcile => ({ ...deals, emit: "changed", only, carries: only });

/** A day back and a year ahead; who books further ahead gives a window of their own. */
const appointments = {
  operation: "calendars.list_events",
  needs: ["calendarId|userId|groupId"],
  input: { startTime: "now-1d", endTime: "now+365d" },
  wrap: "appointment",
};

const tasks = { operation: "locations/task-search" };
const messages = (direction: string): Reconcile => ({
  operation: "conversations.export_messages",
  emit: "new",
  where: { direction: [direction] },
  made: "dateAdded",
});

const invoices = { operation: "invoices/list-invoices" };
const invoiceBecame = (status: string): Reconcile => ({ ...invoices, emit: "changed", only: ["status"], where: { status: [status] } });
const orders = { operation: "payments/list-orders" };
const products = { operation: "products/list-invoices" };
const prices = { operation: "products/list-prices-for-product", needs: ["productId"] };
const schemas = { operation: "objects/get-object-by-location-id" };
const users = { operation: "users.list_by_location" };
const locations = { operation: "locations.list" };
const associations = { operation: "associations.list" };
const relations = { operation: "associations.list_relations", needs: ["recordId"] };
const businesses = { operation: "businesses.list" };
const businessFields = ["name", "phone", "email", "website", "address", "city", "state", "postalCode", "country", "description"];

export const reconciles: Record<string, Reconcile> = {
  ContactCreate: { ...contacts, emit: "new", made: "dateAdded" },
  ContactUpdate: { ...contacts, emit: "changed", only: contactFields },
  ContactDelete: { ...contacts, emit: "deleted" },
  ContactTagUpdate: { ...contacts, emit: "changed", only: ["tags"], carries: ["tags"] },

  OpportunityCreate: { ...deals, emit: "new", made: "createdAt" },
  OpportunityUpdate: dealChange(...dealFields),
  OpportunityStageUpdate: dealChange("pipelineStageId"),
  OpportunityStatusUpdate: dealChange("status"),
  OpportunityMonetaryValueUpdate: dealChange("monetaryValue"),
  OpportunityAssignedToUpdate: dealChange("assignedTo"),
  OpportunityDelete: { ...deals, emit: "deleted" },

  AppointmentCreate: { ...appointments, emit: "new", made: "dateAdded" },
  AppointmentUpdate: {
    ...appointments,
    emit: "changed",
    only: ["title", "calendarId", "contactId", "assignedUserId", "appointmentStatus", "address", "startTime", "endTime"],
    carries: ["calendarId", "contactId", "appointmentStatus"],
  },

  TaskCreate: { ...tasks, emit: "new", made: "dateAdded" },
  TaskComplete: { ...tasks, emit: "changed", only: ["completed"], where: { completed: ["true"] } },
  TaskDelete: { ...tasks, emit: "deleted" },

  ConversationUnreadUpdate: {
    operation: "conversations.search",
    emit: "changed",
    only: ["unreadCount"],
    carries: ["unreadCount"],
  },
  InboundMessage: messages("inbound"),
  OutboundMessage: messages("outbound"),

  UserCreate: { ...users, emit: "new" },
  UserUpdate: { ...users, emit: "changed", only: ["firstName", "lastName", "email", "phone", "roles"] },
  UserDelete: { ...users, emit: "deleted" },
  LocationCreate: { ...locations, emit: "new" },
  LocationUpdate: { ...locations, emit: "changed", only: ["name", "email"], carries: ["name", "email"] },

  AssociationCreate: { ...associations, emit: "new" },
  AssociationUpdate: { ...associations, emit: "changed" },
  AssociationDelete: { ...associations, emit: "deleted" },
  RelationCreate: { ...relations, emit: "new" },
  RelationDelete: { ...relations, emit: "deleted" },
  RecordCreate: { ...businesses, emit: "new", made: "createdAt" },
  RecordUpdate: { ...businesses, emit: "changed", only: businessFields },
  RecordDelete: { ...businesses, emit: "deleted" },
  ObjectSchemaCreate: { ...schemas, emit: "new", made: "dateAdded" },
  ObjectSchemaUpdate: { ...schemas, emit: "changed", only: ["labels", "description", "primaryDisplayProperty"] },

  InvoiceCreate: { ...invoices, emit: "new", made: "createdAt" },
  InvoiceUpdate: {
    ...invoices,
    emit: "changed",
    only: ["name", "title", "currency", "total", "discount", "invoiceItems", "contactDetails", "issueDate", "dueDate"],
  },
  InvoiceDelete: { ...invoices, emit: "deleted" },
  InvoiceSent: invoiceBecame("sent"),
  InvoicePaid: invoiceBecame("paid"),
  InvoicePartiallyPaid: invoiceBecame("partially_paid"),
  InvoiceVoid: invoiceBecame("void"),
  OrderCreate: { ...orders, emit: "new", made: "createdAt" },
  OrderStatusUpdate: { ...orders, emit: "changed", only: ["status"], carries: ["status"] },
  ProductCreate: { ...products, emit: "new", made: "createdAt" },
  ProductUpdate: {
    ...products,
    emit: "changed",
    only: ["name", "description", "productType", "variants", "availableInStore", "statementDescriptor", "image"],
  },
  ProductDelete: { ...products, emit: "deleted" },
  PriceCreate: { ...prices, emit: "new", made: "createdAt" },
  PriceUpdate: {
    ...prices,
    emit: "changed",
    only: ["name", "type", "currency", "amount", "recurring", "compareAtPrice", "trackInventory", "availableQuantity"],
  },
  PriceDelete: { ...prices, emit: "deleted" },
};
