import type { EndpointFacts, ParamFacts } from "#apps/highlevel/facts.ts";
import type { JsonSchema } from "#catalog/types.ts";

type Properties = Record<string, JsonSchema>;

/** What the live service takes beyond the description, or checks by rules of its own (an empty schema takes anything). */
const beyond: Record<string, Properties> = {
  "contacts/create-contact": { customFields: { type: "array" } },
  "contacts/update-contact": { customFields: { type: "array" }, companyName: { type: ["string", "null"] } },
  "contacts/upsert-contact": { customFields: { type: "array" } },
  "locations/create-custom-field": {
    fieldKey: { type: "string" },
    parentId: { type: "string" },
    description: { type: "string" },
    options: { type: "array" },
    textBoxListOptions: { type: "array" },
  },
  "locations/update-custom-field": {
    parentId: { type: "string" },
    description: { type: "string" },
    options: { type: "array" },
    textBoxListOptions: { type: "array" },
  },
  "contacts/add-remove-contact-from-business": { businessId: {} },
  "opportunities/create-opportunity": { customFields: { type: "array" }, source: { type: "string" }, lostReasonId: { type: "string" } },
  "opportunities/update-opportunity": { customFields: { type: "array" }, source: { type: "string" }, lostReasonId: { type: "string" } },
  "opportunities/Upsert-opportunity": { contactId: { type: "string" }, source: { type: "string" } },
  "conversations/live-chat-agent-typing": { isTyping: { type: ["string", "boolean"] } },
  "opportunities/search-opportunities-advanced": {
    filters: { type: "array" },
    sort: { type: "array" },
    searchAfter: { type: "array" },
    additionalDetails: {},
  },
};

/** Required by the description, and not by the service. */
const optional: Record<string, readonly string[]> = {
  "calendars/create-block-slot": ["calendarId"],
  "calendars/edit-block-slot": ["calendarId"],
  "opportunities/Upsert-opportunity": ["followers", "isRemoveAllFollowers", "followersActionType"],
  "conversations/send-a-new-message": ["subType", "status"],
  "conversations/add-an-inbound-message": ["conversationId", "contactId", "conversationProviderId"],
  // The newer description requires less of the same address, and names no other version for it.
  "ad-manager/fb-get-reporting-list": ["campaignId"],
  "ad-manager/fb-update-custom-audience": ["description"],
  "opportunities/search-opportunities-advanced": ["query", "limit", "page", "searchAfter", "additionalDetails"],
};

/** The schema a body is checked against. */
export function accepted(key: string, described: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  const name = described.$ref?.slice("#/$defs/".length);
  const schema = (name && defs[name]) || described;
  const [more, less] = [beyond[key], optional[key]];
  return {
    ...schema,
    ...(more && { properties: { ...schema.properties, ...more } }),
    ...(less && { required: schema.required?.filter((name) => !less.includes(name)) ?? [] }),
  };
}

/** What a path and a query are checked against: parts of a path are always there, and the list of contacts cuts a page that is too long. */
export const acceptedParams = (key: string, { params }: EndpointFacts): ParamFacts[] =>
  params.map((param) => ({
    ...param,
    required: param.in === "query" && param.required === true && !optional[key]?.includes(param.name),
    schema: key === "contacts/get-contacts" ? { type: param.schema.type ?? "string" } : param.schema,
  }));
