import type { SpecVersion } from "./document.ts";

/** An error of the vendor's description that a correct request runs into. One that runs into nothing any more fails the test. */
export interface KnownError {
  /** Facts keys of the endpoints. */
  where: string[];
  /** The versions of the description that have it; both where absent. */
  in?: SpecVersion[];
  /** What the judge of requests says of it. */
  fault: RegExp;
  wrong: string;
  /** Why what Millrace sends is right. */
  right: string;
  source: string;
}

const undeclared = {
  fault: /^path: \{\w+\} is not declared$/,
  wrong: "a placeholder of the path is not among the parameters",
  right: "the path cannot be called without it",
  source: "the path itself; the vendor's own client fills it in",
};

export const knownRequestErrors: readonly KnownError[] = [
  {
    ...undeclared,
    where: [
      "ad-manager/li-create-lead-form",
      "blogs/update-blog-post",
      "calendars/delete-appointment-note",
      "calendars/update-appointment-note",
      "contacts/create-association",
      "conversations/get-email-by-id",
      "conversations/get-message",
      "locations/get-timezones",
      "social-media-posting/bulk-delete-social-planner-posts",
      "users/delete-user",
      "users/update-user",
    ],
  },
  {
    where: ["calendars/delete-event", "contacts/add-contact-to-campaign"],
    fault: /^body: one is required, and none is sent$/,
    wrong: "a body is required whose schema has no members",
    right: "there is nothing to put into it, and clients in the field send none",
    source: "the schema itself; the official client",
  },
  {
    where: ["calendars/create-block-slot", "calendars/edit-block-slot"],
    fault: /^body : lacks 'calendarId'$/,
    wrong: "a calendar is required",
    right: "a slot is blocked for a calendar or for a user, not for both",
    source: "the vendor's words beside the field",
  },
  {
    where: ["contacts/get-contacts"],
    in: ["v2"],
    fault: /^query: has '(sortBy|order)', which is not described$/,
    wrong: "the order of the list is not described",
    right: "clients in the field sort by them",
    source: "n8n's node, which sends them",
  },
  {
    where: ["conversations/send-a-new-message"],
    fault: /^body : lacks '(subType|status)'$/,
    wrong: "a status and a sub-type are required of a message that is about to be sent",
    right: "no client sends either",
    source: "the official client's examples, n8n's node",
  },
  {
    where: ["conversations/upload-file-attachments"],
    fault: /^body : (lacks 'attachmentUrls'|has 'fileAttachment', which is not described)$/,
    wrong: "an upload has no file, and addresses of files are required in its place",
    right: "the file is the part fileAttachment",
    source: "the vendor's words beside the endpoint",
  },
  {
    where: ["locations/upload-file-customFields"],
    fault: /^body : has 'more', which is not described$/,
    wrong: "an upload has no file",
    right: "each file is a part named by its custom field and an id of one's own",
    source: "the same upload under forms, in the vendor's words",
  },
  {
    where: ["opportunities/search-opportunities-advanced"],
    fault: /^body : (lacks '(query|page|searchAfter|additionalDetails)'|has '(filters|sort)', which is not described)$/,
    wrong: "page and cursor, of which one excludes the other, are both required, with words to look for; filters and order are missing",
    right: "the vendor's guide to searching has filters and order, and wants none of the others",
    source: "the vendor's guide to searching opportunities",
  },
  {
    where: ["opportunities/Upsert-opportunity"],
    fault: /^body : (lacks '(followers|isRemoveAllFollowers|followersActionType)'|has 'contactId', which is not described)$/,
    wrong: "the contact is missing, by which the service matches, and followers are required",
    right: "integrators send the contact, and no followers",
    source: "several unrelated integrators",
  },
  {
    where: ["store/create-shipping-zone", "store/update-shipping-zone", "store/create-store-setting"],
    fault: /^body (countries\[\]\.code|shippingOrigin\.country): must be number$/,
    wrong: "a choice among the letters of countries is typed as a number",
    right: "no number is among the choices",
    source: "the schema itself",
  },
];

/** An error of the description in what it says of an answer. `where` are operations. */
const noList = {
  wrong: "a list is described by one of its records",
  right: "the endpoint lists; the record has no place for several",
  source: "the name of the endpoint and its parameters to page by",
};

export const knownAnswerErrors: readonly KnownError[] = [
  {
    where: ["contacts.list_by_business"],
    fault: /^row: lacks '(firstName|lastName|phone)'$/,
    wrong: "contacts are described without name and phone",
    right: "they are contacts as any other list has them",
    source: "clients in the field",
  },
  {
    where: ["contacts.list"],
    in: ["v2"],
    fault: /^(answer: lacks 'meta\.(startAfterId|startAfter|total)'|row: lacks '(firstName|lastName|phone)')$/,
    wrong: "the marks to page by are missing, and contacts are described without name and phone",
    right: "the parameters to page by are described, and nothing else gives their values",
    source: "n8n's node, which pages by them",
  },
  {
    where: ["calendars.list_resources", "calendars.get_resource", "calendars.create_resource"],
    fault: /^row: lacks '_id'$/,
    wrong: "a resource is described without an id",
    right: "the reads and writes of one resource need it",
    source: "the paths of the neighbouring endpoints",
  },
  {
    where: ["conversations.search"],
    fault: /^row: lacks 'lastMessageDate'$/,
    wrong: "conversations are described without the date they are sorted and paged by",
    right: "the parameters to sort and page by it are described",
    source: "the endpoint's own parameters",
  },
  {
    where: ["conversations.list_messages"],
    fault: /^answer: lacks 'messages\.(messages|nextPage)'$/,
    wrong: "the list is described a level too high",
    right: "the service nests it once more",
    source: "the vendor, who called it an error of the description",
  },
  {
    where: ["opportunities.list_pipelines"],
    fault: /^row: 'stages' \[\]: must be array$/,
    wrong: "stages are described as lists of lists",
    right: "they are records with id and name",
    source: "integrators who read them, and the id that an opportunity names its stage by",
  },
  {
    where: ["opportunities.search_advanced"],
    fault: /^row: lacks 'searchAfter'$/,
    wrong: "rows are described without the cursor that the body takes",
    right: "each row carries its own",
    source: "the vendor's guide to searching opportunities",
  },
  { where: ["associations.list", "associations.list_relations"], fault: /^answer: '(associations|relations)' is no list$/, ...noList },
  {
    where: ["associations.create_relation"],
    fault: /^row: lacks '(associationId|firstRecordId|secondRecordId)'$/,
    wrong: "a relation is described as an association",
    right: "the body that makes it names these, and the event of a relation carries them",
    source: "the body of the same endpoint; the vendor's page of the event",
  },
];
