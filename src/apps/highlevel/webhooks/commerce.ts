import { contactId, family, locationId, madeAt, userId, type Family } from "./event.ts";

const category = "Payments & Products";
const typeless = "Its payload names no type: give the portal this event's own address.";

const invoice: Family = {
  category,
  scopes: ["invoices.readonly"],
  record: "_id",
  person: ["contactDetails.email", "contactDetails.phoneNo", "contactDetails.name"],
  location: "altId",
  shape: ["_id", "altId", "amountDue", "invoiceItems"],
  sample: {
    _id: "65a4f0c2b7d9e31f08a6c5d4",
    altId: locationId,
    altType: "location",
    name: "Implant, first part",
    title: "INVOICE",
    invoiceNumber: "1042",
    status: "draft",
    liveMode: true,
    currency: "GBP",
    total: 600,
    amountPaid: 0,
    amountDue: 600,
    issueDate: "2026-01-15",
    dueDate: "2026-01-29",
    discount: { type: "percentage", value: 0 },
    businessDetails: { name: "Acme Dental" },
    contactDetails: { id: contactId, name: "Ada Byron", email: "ada@example.com", phoneNo: "+441632960961" },
    invoiceItems: [{ name: "Implant", qty: 1, amount: 600, currency: "GBP" }],
    totalSummary: { subTotal: 600, discount: 0 },
    createdAt: madeAt,
    updatedAt: madeAt,
  },
};

const order: Family = {
  category,
  scopes: ["payments/orders.readonly"],
  record: "_id",
  person: ["contactSnapshot.email", "contactSnapshot.phone", "contactId"],
  sample: {
    _id: "65a4f1d8c3e2b70945f1a6e8",
    locationId,
    altId: locationId,
    altType: "location",
    contactId,
    contactSnapshot: { id: contactId, email: "ada@example.com", phone: "+441632960961" },
    status: "pending",
    fulfillmentStatus: "unfulfilled",
    currency: "GBP",
    amount: 49,
    liveMode: true,
    items: [{ name: "Whitening kit", qty: 1 }],
    amountSummary: { subtotal: 49, discount: 0 },
    taxSummary: [],
    source: { type: "store", id: "sTr3Pq7Zx1Lm5Nb9Vc2K" },
    createdAt: madeAt,
    updatedAt: madeAt,
  },
};

const product: Family = {
  category,
  scopes: ["products.readonly"],
  record: "_id",
  person: ["name"],
  shape: ["_id", "name", "productType"],
  sample: {
    _id: "65a4f2a9d1f7c60832b5e4a7",
    locationId,
    name: "Whitening kit",
    description: "For two weeks",
    productType: "PHYSICAL",
    image: "https://example.com/kit.png",
    statementDescriptor: "ACME DENTAL",
    availableInStore: true,
    medias: [],
    variants: [],
    userId,
    createdAt: madeAt,
    updatedAt: madeAt,
  },
};

const price: Family = {
  category,
  scopes: ["products/prices.readonly"],
  record: "_id",
  person: ["name"],
  shape: ["_id", "amount", "currency", "product"],
  sample: {
    _id: "65a4f35be8a0d41c97f2b6c3",
    locationId,
    product: "65a4f2a9d1f7c60832b5e4a7",
    name: "One kit",
    currency: "GBP",
    amount: 49,
    compareAtPrice: 59,
    membershipOffers: [],
    variantOptionIds: [],
    trackInventory: true,
    availableQuantity: 12,
    allowOutOfStockPurchases: false,
    userId,
    createdAt: madeAt,
    updatedAt: madeAt,
  },
};

/** Invoices, orders, products and their prices. */
export const commerceEvents = [
  ...family(invoice, {
    InvoiceCreate: { title: "Invoice Created", note: typeless },
    InvoiceUpdate: { title: "Invoice Updated", note: typeless },
    InvoiceDelete: { title: "Invoice Deleted", note: typeless },
    InvoiceSent: { title: "Invoice Sent", sample: { status: "sent" }, note: typeless },
    InvoicePaid: { title: "Invoice Paid", sample: { status: "paid", amountPaid: 600, amountDue: 0 }, note: typeless },
    InvoicePartiallyPaid: {
      title: "Invoice Partly Paid",
      sample: { status: "partially_paid", amountPaid: 200, amountDue: 400 },
      note: typeless,
    },
    InvoiceVoid: { title: "Invoice Voided", sample: { status: "void" }, note: typeless },
  }),
  ...family(order, {
    OrderCreate: { title: "Order Placed" },
    OrderStatusUpdate: { title: "Order Status Changed", sample: { status: "completed" } },
  }),
  ...family(product, {
    ProductCreate: { title: "Product Created", note: typeless },
    ProductUpdate: { title: "Product Updated", note: typeless },
    ProductDelete: { title: "Product Deleted", note: typeless },
  }),
  ...family(price, {
    PriceCreate: { title: "Price Created", sample: { priceType: "one_time", recurring: {} }, note: typeless },
    PriceUpdate: { title: "Price Updated", sample: { recurring: {} }, note: typeless },
    PriceDelete: { title: "Price Deleted", sample: { recurring: {} }, note: typeless },
  }),
];
