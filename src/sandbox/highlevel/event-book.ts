import { acmeDental, companyId } from "../defaults.ts";
import { hexId, recordId } from "../random.ts";
import type { State } from "../state.ts";
import type { EventNotice } from "./events.ts";

/** Events of families whose records are not kept here, and those of the app itself: what they say is made up, in the shape documented. */
interface Entry {
  scope?: string;
  /** Documented without a `type`. */
  typeless?: true;
  /** Concerns the agency, not a location. */
  agency?: true;
  payload(place: Place): Record<string, unknown>;
}

/** Where an event happened, and who and what may be named in it. */
interface Place {
  locationId: string;
  now: string;
  user: string;
  contact: { id: string; name: string; email: string; phone: string };
  /** An id, the same for the same name. */
  id(name: string): string;
  hex(name: string): string;
}

const many = (names: readonly string[], entry: Entry): Record<string, Entry> => Object.fromEntries(names.map((name) => [name, entry]));

const invoice: Entry = {
  scope: "invoices.readonly",
  typeless: true,
  payload: ({ locationId, now, contact, hex }) => ({
    _id: hex("invoice"),
    status: "sent",
    liveMode: false,
    amountPaid: 0,
    altId: locationId,
    altType: "location",
    name: "Whitening",
    businessDetails: { name: "Acme Dental", address: { addressLine1: "14 Mill Lane", city: "New York", countryCode: "US" } },
    invoiceNumber: "19",
    currency: "USD",
    contactDetails: { id: contact.id, name: contact.name, email: contact.email, phoneNo: contact.phone },
    issueDate: now.slice(0, 10),
    dueDate: now.slice(0, 10),
    discount: { type: "percentage", value: 0 },
    invoiceItems: [
      {
        _id: hex("item"),
        productId: hex("product"),
        priceId: hex("price"),
        name: "Whitening",
        qty: 1,
        amount: 350,
        currency: "USD",
        taxes: [],
      },
    ],
    total: 350,
    title: "INVOICE",
    amountDue: 350,
    createdAt: now,
    updatedAt: now,
    totalSummary: { subTotal: 350, discount: 0 },
  }),
};

const order: Entry = {
  scope: "payments/orders.readonly",
  payload: ({ locationId, now, contact, hex }) => ({
    altId: locationId,
    altType: "location",
    _id: hex("order"),
    contactId: contact.id,
    contactSnapshot: { id: contact.id, locationId, email: contact.email, phone: contact.phone, contactName: contact.name },
    status: "completed",
    fulfillmentStatus: "unfulfilled",
    currency: "USD",
    amount: 350,
    liveMode: false,
    items: [
      {
        _id: hex("item"),
        name: "Whitening",
        qty: 1,
        product: { _id: hex("product"), name: "Whitening", productType: "SERVICE" },
        price: { _id: hex("price"), name: "Standard", type: "one_time", currency: "USD", amount: 350 },
      },
    ],
    amountSummary: { subtotal: 350, discount: 0 },
    taxSummary: [],
    source: { type: "invoice", id: hex("invoice") },
    createdAt: now,
    updatedAt: now,
    locationId,
  }),
};

const price: Entry = {
  scope: "products/prices.readonly",
  typeless: true,
  payload: ({ locationId, now, user, hex }) => ({
    _id: hex("price"),
    membershipOffers: [],
    variantOptionIds: [],
    locationId,
    product: hex("product"),
    userId: user,
    name: "Standard",
    priceType: "one_time",
    currency: "USD",
    amount: 350,
    recurring: null,
    createdAt: now,
    updatedAt: now,
    compareAtPrice: 400,
    trackInventory: null,
    availableQuantity: 0,
    allowOutOfStockPurchases: false,
  }),
};

const product: Entry = {
  scope: "products.readonly",
  typeless: true,
  payload: ({ locationId, now, user, hex }) => ({
    _id: hex("product"),
    description: "One session of an hour",
    variants: [],
    medias: [],
    locationId,
    name: "Whitening",
    productType: "SERVICE",
    availableInStore: true,
    userId: user,
    createdAt: now,
    updatedAt: now,
    statementDescriptor: "ACME",
    image: "https://acmedental.example.com/whitening.png",
  }),
};

const objectSchema: Entry = {
  scope: "objects/schema.readonly",
  typeless: true,
  payload: ({ locationId, now, user, hex }) => ({
    id: hex("schema"),
    labels: { singular: "Implant", plural: "Implants" },
    description: "Implants of patients",
    searchableProperties: ["custom_objects.implant.name"],
    primaryDisplayProperty: "custom_objects.implant.name",
    key: "custom_objects.implant",
    locationId,
    createdBy: { recordId: user, source: "WEB_USER" },
    updatedBy: { recordId: user, source: "WEB_USER" },
    timestamp: now,
    objectType: "USER_DEFINED",
    createdAt: now,
    updatedAt: now,
  }),
};

const ticket: Entry = {
  agency: true,
  payload: ({ now, hex }) => ({ companyId, id: hex("ticket"), subject: "Cannot log in", status: "open", dateAdded: now }),
};
const knowledge: Entry = {
  payload: ({ locationId, now, hex }) => ({ locationId, id: hex("knowledge"), name: "Treatments", updatedAt: now }),
};

const book: Record<string, Entry> = {
  ...many(
    ["InvoiceCreate", "InvoiceUpdate", "InvoiceDelete", "InvoiceSent", "InvoicePaid", "InvoicePartiallyPaid", "InvoiceVoid"],
    invoice,
  ),
  ...many(["OrderCreate", "OrderStatusUpdate"], order),
  ...many(["PriceCreate", "PriceUpdate", "PriceDelete"], price),
  ...many(["ProductCreate", "ProductUpdate", "ProductDelete"], product),
  ...many(["ObjectSchemaCreate", "ObjectSchemaUpdate"], objectSchema),
  ...many(["SupportTicketCreate", "SupportTicketUpdate", "SupportTicketDelete"], ticket),
  ...many(
    ["", "File", "Faq", "RichText", "TableFile", "TrainedUrl"].flatMap((part) =>
      part === "" ? ["Create", "Update", "Delete"].map((end) => `KnowledgeBase${end}`) : [`KnowledgeBase${part}Change`],
    ),
    knowledge,
  ),
  ConversationUpdate: {
    scope: "conversations.readonly",
    payload: ({ locationId, contact, id }) => ({
      locationId,
      id: id("conversation"),
      contactId: contact.id,
      mergedInto: id("other conversation"),
    }),
  },
  VoiceAiCallEnd: {
    scope: "voice-ai-dashboard.readonly",
    payload: ({ locationId, now, contact, hex, id }) => ({
      locationId,
      id: hex("call"),
      contactId: contact.id,
      agentId: hex("agent"),
      isAgentDeleted: false,
      fromNumber: contact.phone,
      createdAt: now,
      duration: 94,
      trialCall: false,
      executedCallActions: [],
      summary: "Asked for a check-up and was offered Monday at nine.",
      transcript: "bot: Acme Dental, how can I help?\nhuman: I would like a check-up.",
      extractedData: { email: contact.email },
      messageId: id("message"),
    }),
  },
  APP_PAYMENT_STATUS: { payload: ({ locationId }) => ({ companyId, locationId, previousStatus: "PENDING", newStatus: "COMPLETE" }) },
  AppUpdate: { payload: ({ locationId }) => ({ companyId, locationId }) },
  ExternalAuthConnected: { payload: ({ locationId, user }) => ({ companyId, locationId, userId: user }) },
  SaaSPlanCreate: { agency: true, payload: ({ now, hex }) => ({ companyId, planId: hex("plan"), title: "Practice", createdAt: now }) },
  INSTALL: { payload: ({ locationId, user }) => ({ companyId, locationId, userId: user, planId: "", installType: "Location" }) },
  UNINSTALL: { payload: ({ locationId }) => ({ companyId, locationId }) },
  PLAN_CHANGE: {
    payload: ({ locationId, user, hex }) => ({
      companyId,
      locationId,
      userId: user,
      currentPlanId: hex("plan"),
      newPlanId: hex("new plan"),
    }),
  },
};

export const bookedEvents: readonly string[] = Object.keys(book);

/** What an event of the book says of a sub-account. */
export function bookedEvent(event: string, locationId: string, state: State): EventNotice | undefined {
  const entry = Object.hasOwn(book, event) ? book[event] : undefined;
  if (!entry) return undefined;
  const { scope, typeless, agency, payload } = entry;
  return {
    ...(scope && { scope }),
    ...(typeless && { typeless }),
    locationIds: agency ? [] : [locationId],
    payload: payload(placeOf(state, locationId)),
  };
}

function placeOf(state: State, locationId: string): Place {
  const contact = state.contacts.inLocation(locationId)[0];
  const number = (name: string) =>
    [...`${locationId === acmeDental ? "" : locationId}${name}`].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
  return {
    locationId,
    now: new Date(state.clock.now()).toISOString(),
    user: state.users.all().find(({ locationIds }) => locationIds.includes(locationId))?.id ?? "",
    contact: {
      id: contact?.id ?? recordId(state.seed, 1),
      name: [contact?.firstName, contact?.lastName].filter(Boolean).join(" "),
      email: contact?.email ?? "",
      phone: contact?.phone ?? "",
    },
    id: (name) => recordId(state.seed, number(name)),
    hex: (name) => hexId(state.seed, number(name)),
  };
}
