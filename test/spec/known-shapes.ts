import type { KnownError } from "./known.ts";

const oneForMany = {
  wrong: "a list is described by one of its records",
  right: "the endpoint lists; the record has no place for several",
  source: "the name of the endpoint and its parameters to page by",
};
const notRecords = {
  wrong: "the items of a list are described as texts or lists",
  right: "they are records, which the document describes elsewhere",
  source: "the answers to reading or writing one of them",
};

const oneScope = {
  fault: /^(users\[\]\.)?scopes: must be (string|equal to one of the allowed values)$/,
  wrong: "the scopes of a user are described as one of them",
  right: "a user has several: a list",
  source: "the body that makes a user, which takes a list",
};

/** Where the vendor's description says another shape of an answer than the sandbox gives, and why. `where` are endpoints. */
export const knownShapeErrors: readonly KnownError[] = [
  {
    where: ["contacts/create-contact", "contacts/update-contact"],
    fault: /^contact\.customFields\[\]\.value: must be string$/,
    wrong: "the value of a custom field is described as a text",
    right: "a number is kept as one, and several choices as a list",
    source: "the fields of the same description, which take numbers, lists and files",
  },
  {
    where: ["calendars/get-slots"],
    fault: /^traceId: must be object$/,
    wrong: "every member is described as a day with its slots",
    right: "a traceId stands beside the days, as in every answer",
    source: "the description's own example",
  },
  {
    where: ["conversations/get-messages"],
    fault: /^(: lacks '(lastMessageId|nextPage)'|messages: must be array)$/,
    wrong: "the list is described a level too high",
    right: "the service nests it once more",
    source: "the vendor, who called it an error of the description",
  },
  {
    where: ["conversations/get-message-transcription"],
    fault: /^: must be object$/,
    wrong: "one sentence is described",
    right: "each has an index: there is a list of them",
    source: "the vendor's client, which reads a list",
  },
  {
    where: ["opportunities/get-pipelines"],
    fault: /^pipelines\[\]\.stages\[\]: must be array$/,
    wrong: "stages are described as lists of lists",
    right: "they are records with id and name",
    source: "integrators who read them, and the id that an opportunity names its stage by",
  },
  {
    where: ["opportunities/search-opportunity"],
    fault: /^meta\.prevPage: must be number$/,
    wrong: "the page before the first is described as a number",
    right: "there is none: null",
    source: "the same marks beside the list of contacts, as clients in the field read them",
  },
  {
    where: [
      "opportunities/search-opportunity",
      "opportunities/search-opportunities-advanced",
      "opportunities/get-opportunity",
      "opportunities/create-opportunity",
      "opportunities/update-opportunity",
    ],
    fault: /^(opportunities\[\]|opportunity)\.indexVersion: must be string$/,
    wrong: "a count of versions is described as a text",
    right: "it is a number",
    source: "the description's own example; recordings of the service",
  },
  {
    where: ["users/search-users", "users/filter-users-by-email", "users/get-user", "users/create-user", "users/update-user"],
    ...oneScope,
  },
  { where: ["users/get-user-by-location"], in: ["v2"], ...oneScope },
  {
    where: ["oauth/get-location-access-token"],
    fault: /^status: is 201, not 200$/,
    wrong: "a token that is made is described with the status 200",
    right: "the service answers 201",
    source: "a probe of the service",
  },
  {
    where: ["associations/find-associations", "associations/get-relations-by-record-id"],
    fault: /^: lacks '\w+'$/,
    ...oneForMany,
  },
  {
    where: ["funnels/getFunnels"],
    fault: /^funnels: must be object$/,
    ...oneForMany,
  },
  {
    where: ["payments/list-integration-providers"],
    fault: /^providers: must be object$/,
    ...oneForMany,
  },
  {
    where: [
      "invoices/list-estimates",
      "invoices/list-estimate-templates",
      "locations/task-search",
      "payments/get-order-by-id",
      "products/get-product-collection",
      "products/get-product-reviews",
    ],
    fault: /^(estimates|data|tasks|items)\[\]: must be (string|array)$/,
    ...notRecords,
  },
  {
    where: [
      "store/list-shipping-zones",
      "store/create-shipping-zone",
      "store/get-shipping-zones",
      "store/update-shipping-zone",
      "store/get-store-settings",
      "store/create-store-setting",
    ],
    fault: /^data(\[\])?\.(countries\[\]\.code|shippingOrigin\.country): must be number$/,
    wrong: "a choice among the letters of countries is typed as a number",
    right: "no number is among the choices",
    source: "the schema itself",
  },
];
