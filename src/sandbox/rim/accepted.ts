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
  "locations/update-custom-field": { options: { type: "array" }, textBoxListOptions: { type: "array" } },
  "contacts/add-remove-contact-from-business": { businessId: {} },
};

/** The schema a body is checked against. */
export function accepted(key: string, described: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  const name = described.$ref?.slice("#/$defs/".length);
  const schema = (name && defs[name]) || described;
  const more = beyond[key];
  return more ? { ...schema, properties: { ...schema.properties, ...more } } : schema;
}
