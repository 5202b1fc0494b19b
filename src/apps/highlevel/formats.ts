import type { JsonSchema } from "#catalog/types.ts";

/**
 * What texts hold by their names, which the vendor's description does not say: by the format a value is made ready. `number` is a phone number where
 * a contact is looked up by it; elsewhere it is any number.
 */
const byName: readonly [names: RegExp, format: string][] = [
  [
    /^(email|emails|alertEmail|emailTo|emailFrom|emailCc|emailBcc|toEmail|fromEmail|authorEmail|userEmail|customEmails|additionalEmailIds)$/,
    "email",
  ],
  [/^(phone|phoneNo|phoneNumber|businessPhone|toNumber|fromNumber|inboundNumber|whatsappNumber|additionalPhoneNumbers)$/, "phone"],
  [/^dateOfBirth$/, "loose-date"],
  [/^country$/, "country"],
];
const byEndpoint: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/contacts/search/duplicate": { number: "phone" },
  "/conversations/messages/export": { startDate: "date-time", endDate: "date-time" },
};

/** A field's schema with the formats of its texts, however deep. A description's own format stays. */
export function withFormats(name: string, schema: JsonSchema, path: string): JsonSchema {
  const format = byEndpoint[path]?.[name] ?? byName.find(([names]) => names.test(name))?.[1];
  const isText = schema.type === "string" || (Array.isArray(schema.type) && schema.type.includes("string"));
  if (isText) return format && !schema.format && (!schema.enum || format === "country") ? { ...schema, format } : schema;
  const { properties, items } = schema;
  if (!properties && !items) return schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([member, one]) => [member, withFormats(member, one, path)])),
    }),
    ...(items && { items: withFormats(name, items, path) }),
  };
}
