import { judge, type Judgement } from "../judge.ts";

/** The sub-account under the name that invoices and orders have for it. */
const altId = { altId: { fill: { connection: "locationId" } } } as const;
const pages = { style: "offset", in: "query", offset: "offset", size: "limit", max: 100 } as const;
const show = ["name", "status"];

/**
 * Lists that no flow asks for by a name of its own, but that tell what a webhook should have told. They keep the names of their
 * facts, and are judged as far as reading them to the end and telling their rows apart goes.
 */
const table = {
  "locations/task-search": {
    endpoint: "locations/task-search",
    kind: "trigger",
    title: "Search Tasks",
    effect: "read",
    result: "tasks",
    list: true,
    identity: "id",
    show: ["title", "dueDate", "completed"],
    paging: { style: "offset", in: "body", offset: "skip", size: "limit", max: 100 },
    fields: { locationId: { fill: { connection: "locationId" } } },
    example: { input: {}, output: [{ id: "tSk1Pq8WvYb3Nc6Mz0La", title: "Call Ada", completed: false }] },
  },
  "invoices/list-invoices": {
    endpoint: "invoices/list-invoices",
    kind: "trigger",
    title: "List Invoices",
    effect: "read",
    result: "invoices",
    list: true,
    identity: "_id",
    show,
    paging: { ...pages, asText: true, total: "total" },
    fields: { ...altId, altType: { fill: { value: "location" } }, limit: { fill: { value: "100" } }, offset: { fill: { value: "0" } } },
    example: { input: {}, output: [{ _id: "6578278e879ad2646715ba9c", name: "Implants", status: "draft" }] },
  },
  "payments/list-orders": {
    endpoint: "payments/list-orders",
    kind: "trigger",
    title: "List Orders",
    effect: "read",
    result: "data",
    list: true,
    identity: "_id",
    show: ["contactName", "amount", "status"],
    paging: { ...pages, total: "totalCount" },
    fields: altId,
    example: { input: {}, output: [{ _id: "653f90171210b1f0ac8ea3e1", amount: 1800, status: "completed" }] },
  },
  "products/list-invoices": {
    endpoint: "products/list-invoices", // sic: it lists products
    kind: "trigger",
    title: "List Products",
    effect: "read",
    result: "products",
    list: true,
    identity: "_id",
    show: ["name", "productType"],
    paging: pages,
    example: { input: {}, output: [{ _id: "655b33a82209e60b6adb87a5", name: "Whitening" }] },
  },
  "products/list-prices-for-product": {
    endpoint: "products/list-prices-for-product",
    kind: "trigger",
    title: "List Prices",
    effect: "read",
    result: "prices",
    list: true,
    identity: "_id",
    show: ["name", "amount", "currency"],
    paging: { ...pages, total: "total" },
    fields: { productId: { label: "Product" } },
    example: {
      input: { productId: "655b33a82209e60b6adb87a5" },
      output: [{ _id: "655b33aa2209e60b6adb87a7", name: "One session", amount: 90 }],
    },
  },
  "objects/get-object-by-location-id": {
    endpoint: "objects/get-object-by-location-id",
    kind: "trigger",
    title: "List Object Schemas",
    effect: "read",
    result: "objects",
    list: true,
    identity: "id",
    show: ["key", "labels"],
    example: { input: {}, output: [{ id: "661c06b4ffde146bdb469442", key: "custom_objects.pets" }] },
  },
} as const satisfies Record<string, Judgement>;

export const reconcileReads = judge("Reconciliation", table);
