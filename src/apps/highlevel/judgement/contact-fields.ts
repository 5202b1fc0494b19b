import type { JsonSchema } from "#catalog/types.ts";
import { textList, type FieldJudgement } from "../judge.ts";
import { activeUserLookup, customFieldLookup, tagLookup, type LookupId } from "./lookups.ts";

type Fields = Record<string, FieldJudgement<LookupId>>;

/** After names became ids: what is sent. The vendor marks the id as required, though a key alone is taken as well. */
export const customFieldList: JsonSchema = {
  type: "array",
  items: { type: "object", properties: { id: { type: "string" }, key: { type: "string" }, field_value: {} } },
};

export const contactId: Fields = {
  contactId: {
    label: "Contact",
    required: true,
    help: "The id of the contact.",
    suggest: {
      operation: "contacts.search",
      query: "query",
      input: { pageLimit: 10 },
      value: "id",
      label: ["firstName", "lastName", "email", "phone"],
      one: { operation: "contacts.get", id: "contactId" },
    },
  },
};
export const owner: FieldJudgement<LookupId> = { label: "Owner", lookup: activeUserLookup, help: "A user's name, e-mail address or id." };
export const tags = (help: string): FieldJudgement<LookupId> => ({
  label: "Tags",
  control: "tags",
  lookup: tagLookup,
  schema: textList,
  help,
});

/** The fields create, update and upsert share, in the order people think of them. */
export const contactFields = (tagsHelp: string): Fields => ({
  email: { label: "E-mail" },
  phone: { label: "Phone", help: "Best with country code: +441632960961." },
  firstName: {},
  lastName: {},
  tags: tags(tagsHelp),
  assignedTo: owner,
  customFields: {
    label: "Custom fields",
    control: "customFields",
    lookup: customFieldLookup,
    schema: customFieldList,
    help: "By name, key or id. Empty ones are left as they are.",
  },
  source: {},
  name: { label: "Full name", help: "Instead of first and last name." },
  dateOfBirth: { control: "date", help: "Like 1990-09-25." },
  address1: { label: "Street address" },
  city: {},
  state: {},
  postalCode: {},
  country: { help: "Two letters: GB, US, DE." },
  website: {},
  timezone: { label: "Time zone", help: "Like Europe/London." },
  dnd: { label: "Do not disturb", help: "Blocks every channel." },
  dndSettings: { label: "Do not disturb, by channel" },
  inboundDndSettings: { label: "Do not disturb, inbound" },
});

export const onlyAtCreation: Fields = { companyName: { label: "Company" }, gender: { help: "Taken at creation only." } };
