import type { JsonSchema } from "#catalog/types.ts";
import type { EndpointFacts } from "./facts.ts";

/**
 * A correction of what the vendor's description says, by endpoint key. Each part given replaces the described one whole. It holds for the
 * newer description too in the parts where that says the very same; what differs there has a row of its own, under the key with the mark.
 */
export type Overlay = Record<string, Correction>;
export interface Correction {
  why: string;
  facts?: Partial<Omit<EndpointFacts, "key" | "method" | "path">>;
  /** What the described body really requires, and members it lacks. */
  body?: { required: string[]; also?: Record<string, JsonSchema> };
}

const text: JsonSchema = { type: "string" };
const searchRow: JsonSchema = {
  type: "object",
  properties: {
    id: text,
    locationId: text,
    firstName: { type: ["string", "null"] },
    lastName: { type: ["string", "null"] },
    firstNameLowerCase: { type: ["string", "null"] },
    lastNameLowerCase: { type: ["string", "null"] },
    email: { type: ["string", "null"] },
    phone: { type: ["string", "null"] },
    additionalEmails: { type: "array", items: {} },
    additionalPhones: { type: "array", items: {} },
    companyName: { type: ["string", "null"] },
    businessName: { type: ["string", "null"] },
    businessId: { type: ["string", "null"] },
    address: { type: ["string", "null"] },
    city: { type: ["string", "null"] },
    state: { type: ["string", "null"] },
    postalCode: { type: ["string", "null"] },
    country: { type: ["string", "null"] },
    website: { type: ["string", "null"] },
    timezone: { type: ["string", "null"] },
    source: { type: ["string", "null"] },
    type: { type: ["string", "null"] },
    assignedTo: { type: ["string", "null"] },
    followers: { type: "array", items: text },
    dnd: { type: "boolean" },
    dndSettings: { type: "object" },
    tags: { type: "array", items: text },
    customFields: { type: "array", items: { type: "object", properties: { id: text, value: {} } } },
    dateOfBirth: { type: ["string", "null"] },
    dateAdded: { type: "string", format: "date-time" },
    dateUpdated: { type: "string", format: "date-time" },
    searchAfter: { type: "array", items: {} },
  },
};
const searchBody: JsonSchema = {
  type: "object",
  required: ["locationId", "pageLimit"],
  properties: {
    locationId: text,
    pageLimit: { type: "integer", minimum: 1, maximum: 500 },
    page: { type: "integer", minimum: 1 },
    searchAfter: { type: "array", items: {} },
    query: { type: "string", maxLength: 75 },
    filters: { type: "array", items: { type: "object" } },
    sort: {
      type: "array",
      items: {
        type: "object",
        properties: { field: text, direction: { type: "string", enum: ["asc", "desc"] } },
        required: ["field", "direction"],
      },
    },
  },
};
const { searchAfter: _, ...listRow } = searchRow.properties!;
const listMeta: JsonSchema = {
  type: "object",
  properties: {
    total: { type: "integer" },
    startAfterId: { type: ["string", "null"] },
    startAfter: { type: ["number", "null"] },
    currentPage: { type: "integer" },
    nextPage: { type: ["integer", "null"] },
    prevPage: { type: ["integer", "null"] },
    nextPageUrl: { type: ["string", "null"] },
  },
};
const contactOrNull: JsonSchema = { anyOf: [{ $ref: "#/$defs/GetContectByIdSchema" }, { type: "null" }] };

const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const answer = (properties: Record<string, JsonSchema>) => ({ status: 200, schema: { type: "object" as const, properties } });
/** A described record with members it lacks. */
const withMore = (name: string, properties: Record<string, JsonSchema>): JsonSchema => ({
  allOf: [ref(name), { type: "object", properties }],
});

const file: JsonSchema = { type: "string", format: "binary" };
const recordBody = (more: Record<string, JsonSchema>, required: string[]): JsonSchema => ({
  type: "object",
  properties: { ...more, properties: { type: "object" }, owner: listOf(text), followers: listOf(text) },
  required,
});
const stage: JsonSchema = { type: "object", properties: { id: text, name: text, position: { type: "number" } } };
const relation: JsonSchema = {
  type: "object",
  properties: {
    id: text,
    associationId: text,
    firstObjectKey: text,
    firstRecordId: text,
    secondObjectKey: text,
    secondRecordId: text,
    locationId: text,
  },
};
const task: JsonSchema = {
  type: "object",
  properties: {
    id: text,
    title: text,
    body: text,
    assignedTo: text,
    dueDate: { type: "string", format: "date-time" },
    completed: { type: "boolean" },
    contactId: text,
  },
};
const orderItem: JsonSchema = {
  type: "object",
  properties: {
    _id: text,
    authorizeAmount: { type: "number" },
    locationId: text,
    name: text,
    price: { type: "object" },
    product: { type: "object", properties: { name: text, productType: text } },
  },
};
const funnelStep: JsonSchema = {
  type: "object",
  properties: {
    id: text,
    name: text,
    pages: { type: "array", items: text },
    sequence: { type: "number" },
    type: text,
    url: text,
  },
};
const funnel: JsonSchema = {
  type: "object",
  properties: {
    _id: text,
    name: text,
    type: text,
    locationId: text,
    domainId: text,
    steps: { type: "array", items: funnelStep },
    deleted: { type: "boolean" },
    dateAdded: text,
    dateUpdated: text,
    updatedAt: text,
  },
};
const opportunitySearch: JsonSchema = {
  type: "object",
  required: ["locationId", "limit"],
  properties: {
    locationId: text,
    query: text,
    limit: { type: "integer", minimum: 1, maximum: 500 },
    page: { type: "integer", minimum: 1 },
    searchAfter: { type: "array", items: {} },
    filters: { type: "array", items: { type: "object" } },
    sort: searchBody.properties!["sort"]!,
    additionalDetails: {
      type: "object",
      properties: {
        notes: { type: "boolean" },
        tasks: { type: "boolean" },
        calendarEvents: { type: "boolean" },
        unReadConversations: { type: "boolean" },
      },
    },
  },
};

/** Where the description is wrong or empty, and how we know. Reviewed by hand; `npm run facts` refuses an entry that fits nothing. */
export const overlay: Overlay = {
  "contacts/search-contacts-advanced": {
    why: "Body and answer have no properties in the description. The vendor's search guide and working clients give them.",
    facts: {
      body: { type: "json", required: true, schema: searchBody },
      result: {
        status: 200,
        schema: {
          type: "object",
          properties: { contacts: { type: "array", items: searchRow }, total: { type: "integer" }, traceId: text },
        },
      },
    },
  },
  "contacts/get-contacts": {
    why: "Clients in the field sort by sortBy and order and page by meta; the description has neither, and a row without its names.",
    facts: {
      params: [
        { name: "locationId", in: "query", required: true, schema: text },
        { name: "startAfterId", in: "query", schema: text },
        { name: "startAfter", in: "query", schema: { type: "number" } },
        { name: "query", in: "query", schema: text },
        { name: "limit", in: "query", schema: { type: "number", default: 20, maximum: 100 } },
        { name: "sortBy", in: "query", schema: { type: "string", enum: ["date_added", "date_updated"] } },
        { name: "order", in: "query", schema: { type: "string", enum: ["asc", "desc"] } },
      ],
      result: {
        status: 200,
        schema: {
          type: "object",
          properties: {
            contacts: { type: "array", items: { type: "object", properties: listRow } },
            count: { type: "number" },
            meta: listMeta,
          },
        },
      },
    },
  },
  "contacts/get-duplicate-contact": {
    why: "No answer is described. Real ones carry the contact, or null.",
    facts: { result: { status: 200, schema: { type: "object", properties: { contact: contactOrNull, traceId: text } } } },
  },
  "contacts/get-duplicate-contact@v3": {
    why: "No answer is described. Real ones carry the contact, or null.",
    facts: { result: answer({ contact: { anyOf: [ref("GetContactByIdSchemaV3"), { type: "null" }] }, traceId: text }) },
  },
  "contacts/create-association": {
    why: "The path's {type} and the security are not declared (the operationId is a slip for a bulk tag update).",
    facts: {
      params: [{ name: "type", in: "path", required: true, schema: { type: "string", enum: ["add", "remove"] } }],
      scopes: ["contacts.write"],
      access: ["location"],
    },
  },
  "contacts/add-remove-contact-from-business": {
    why: "No security is declared.",
    facts: { scopes: ["contacts.write"], access: ["location"] },
  },
  "conversations/get-email-by-id": {
    why: "Neither security nor version is declared; its neighbours have both.",
    facts: { scopes: ["conversations/message.readonly"], access: ["location"], version: "2021-04-15" },
  },
  "conversations/cancel-scheduled-email-message": {
    why: "Neither security nor version is declared; its neighbours have both.",
    facts: { scopes: ["conversations/message.write"], access: ["location"], version: "2021-04-15" },
  },
  "snapshots/get-custom-snapshots": {
    why: "The scope list is empty; the vendor's scope page names it.",
    facts: { scopes: ["snapshots.readonly"] },
  },
  "social-media-posting/get-tags-location-id": {
    why: "The scope list is empty; the vendor's scope page names it.",
    facts: { scopes: ["socialplanner/tag.readonly"] },
  },
  "social-media-posting/get-tags-by-ids": {
    why: "The scope list is empty; the vendor's scope page names it.",
    facts: { scopes: ["socialplanner/tag.readonly"] },
  },
  "social-media-posting/get-social-media-statistics": {
    why: "No security is declared; the scope is named by the newer description of the same endpoint.",
    facts: { scopes: ["socialplanner/statistics.readonly"], access: ["location"] },
  },
  "calendars/create-block-slot": {
    why: "A calendar is marked as required, though a user may be named in its place, and not beside it.",
    body: { required: ["locationId"] },
  },
  "calendars/edit-block-slot": {
    why: "A calendar is marked as required, though a user may be named in its place, and not beside it.",
    body: { required: ["locationId"] },
  },
  "calendars/fetch-calendar-resources": {
    why: "Rows are described without an id, which the reads and writes of one resource need.",
    facts: { result: { status: 200, schema: listOf(withMore("CalendarResourceByIdResponseDTO", { _id: text })) } },
  },
  "calendars/get-calendar-resource": {
    why: "The record is described without an id, which the list's rows carry.",
    facts: { result: { status: 200, schema: withMore("CalendarResourceByIdResponseDTO", { _id: text }) } },
  },
  "calendars/create-calendar-resource": {
    why: "The record is described without an id, which the list's rows carry.",
    facts: { result: { status: 201, schema: withMore("CalendarResourceByIdResponseDTO", { _id: text }) } },
  },
  "opportunities/get-pipelines": {
    why: "Stages are described as lists of lists; they are records with id and name.",
    facts: { result: answer({ pipelines: listOf(withMore("PipelinesResponseSchema", { stages: listOf(stage) })) }) },
  },
  "opportunities/Upsert-opportunity": {
    why: "Clients in the field send a contact, which the description lacks, and no followers, which it requires.",
    body: { required: ["pipelineId", "locationId"], also: { contactId: text } },
  },
  "opportunities/search-opportunities-advanced": {
    why: "Filters and order are missing, and page, cursor, words and details are all marked as required. The vendor's search guide has it right.",
    facts: { body: { type: "json", required: true, schema: opportunitySearch } },
  },
  "conversations/send-a-new-message": {
    why: "A status and a sub-type are marked as required. Clients in the field send neither.",
    body: { required: ["type", "contactId"] },
  },
  "conversations/get-messages": {
    why: "The service nests the list once more than described; the vendor called it an error of the description.",
    facts: { result: answer({ messages: ref("GetMessagesByConversationResponseDto") }) },
  },
  "conversations/search-conversation": {
    why: "Rows are described without the date they are sorted and paged by.",
    facts: {
      result: answer({
        conversations: listOf(withMore("ConversationSchema", { lastMessageDate: { type: "number" }, lastMessageDirection: text })),
        total: { type: "number" },
      }),
    },
  },
  "conversations/get-message-transcription": {
    why: "One sentence is described where each has an index: the service gives the list of them.",
    facts: { result: { status: 200, schema: listOf(ref("GetMessageTranscriptionResponseDto")) } },
  },
  "associations/find-associations": {
    why: "The list is described by one of its records.",
    facts: { result: answer({ associations: listOf(ref("GetPostSuccessfulResponseDto")), total: { type: "number" } }) },
  },
  "associations/get-relations-by-record-id": {
    why: "The list of relations is described by one association.",
    facts: { result: answer({ relations: listOf(relation), total: { type: "number" } }) },
  },
  "associations/create-relation": {
    why: "A relation is described as an association.",
    facts: { result: { status: 201, schema: relation } },
  },
  "products/get-product-collection": {
    why: "The list's items are described as lists; the document has the collection's own record.",
    facts: { result: answer({ data: listOf(ref("CollectionSchema")), total: { type: "number" } }) },
  },
  "products/get-product-reviews": {
    why: "The list's items are described as lists; the document has the review's own record.",
    facts: { result: answer({ data: listOf(ref("ProductReviewDto")), total: { type: "number" } }) },
  },
  "invoices/list-estimates": {
    why: "The list's items are described as texts; the document has the estimate's own record.",
    facts: { result: answer({ estimates: listOf(ref("EstimateResponseDto")), total: { type: "number" }, traceId: text }) },
  },
  "invoices/list-estimate-templates": {
    why: "The list's items are described as texts; the document has the template's own record.",
    facts: {
      result: answer({ data: listOf(ref("EstimateTemplateResponseDTO")), totalCount: { type: "number" }, traceId: text }),
    },
  },
  "payments/get-order-by-id": {
    why: "The items of an order are described as texts; the example beside them shows records.",
    facts: { result: { status: 200, schema: withMore("GetOrderResponseSchema", { items: listOf(orderItem) }) } },
  },
  "payments/list-integration-providers": {
    why: "The list is described by one of its records.",
    facts: { result: answer({ providers: listOf(ref("IntegrationProviderSchema")) }) },
  },
  "emails/fetch-template": {
    why: "The list is described by one of its records. Clients in the field read `builders`.",
    facts: { result: answer({ builders: listOf(ref("FetchBuilderSuccesfulResponseDto")), total: { type: "number" } }) },
  },
  "funnels/getFunnels": {
    why: "The list is described by one of its records, without members; the example beside it shows them.",
    facts: { result: answer({ funnels: listOf(funnel), count: { type: "number" }, traceId: text }) },
  },
  "funnels/fetch-redirects-list": {
    why: "The page of redirects is described without members; the example beside it shows a count and a list.",
    facts: {
      result: answer({ data: { type: "object", properties: { count: { type: "number" }, data: listOf(ref("RedirectResponseDTO")) } } }),
    },
  },
  "locations/task-search": {
    why: "The list's items are described as lists; they are tasks, as any other list has them.",
    facts: { result: answer({ tasks: listOf(task) }) },
  },
  "contacts/add-contact-to-campaign": {
    why: "A body is described that has no members: there is nothing to send.",
    facts: { body: undefined },
  },
  "calendars/delete-event": {
    why: "A body is described that has no members: there is nothing to send.",
    facts: { body: undefined },
  },
  "objects/create-object-record": {
    why: "The body is described without members. Clients in the field send those the answer has; the update names its sub-account in the address.",
    facts: { body: { type: "json", required: true, schema: recordBody({ locationId: text }, ["locationId", "properties"]) } },
  },
  "objects/update-object-record": {
    why: "The body is described without members. Clients in the field send those the answer has.",
    facts: { body: { type: "json", required: true, schema: recordBody({}, ["properties"]) } },
  },
  "conversations/upload-file-attachments": {
    why: "The file is missing in what is described, and addresses of files are marked as required beside it.",
    body: { required: ["conversationId", "contactId", "locationId"], also: { fileAttachment: file } },
  },
  "forms/upload-to-custom-fields": {
    why: "Nothing is described of a form whose parts are files, each named by its custom field and an id of one's own.",
    facts: { body: { type: "multipart", required: true, schema: { type: "object", additionalProperties: file } } },
  },
  "locations/upload-file-customFields": {
    why: "The files are missing in what is described; each is a part named by its custom field and an id of one's own.",
    facts: { body: { type: "multipart", required: true, schema: { type: "object", additionalProperties: file } } },
  },
};
