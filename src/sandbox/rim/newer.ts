import { isObject } from "#kernel/json.ts";
import type { EndpointFacts } from "#apps/highlevel/facts.ts";
import type { AnswerBody, Call } from "../highlevel/call.ts";

/** How the newer version spells the channels a contact may be silent on. */
const channels: Record<string, string> = { call: "Call", email: "Email", sms: "SMS", whatsApp: "WhatsApp", gmb: "GMB", fb: "FB" };
const newerChannels = Object.fromEntries(Object.entries(channels).map(([newer, older]) => [older, newer]));

/** A request of the newer version in the words of the older one, which is what is played. It has passed the newer one's checks. */
export function inOlderWords(call: Call, older: EndpointFacts): Call {
  const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const renamed = older.params.filter(({ name }) => name.includes("_"));
  const query = { ...call.query, ...Object.fromEntries(renamed.map(({ name }) => [name, call.query[camel(name)]])) };
  const { dndSettings } = call.body;
  return {
    ...call,
    newer: true,
    query,
    body: isObject(dndSettings) ? { ...call.body, dndSettings: respelt(dndSettings, channels) } : call.body,
  };
}

/** An answer as the newer version writes it: `succeeded` beside the misspelt one, channels in lower case. */
export function inNewerWords(body: AnswerBody): AnswerBody {
  if (!isObject(body)) return body;
  const { contact, contacts } = body;
  return {
    ...body,
    ...("succeded" in body && { succeeded: body.succeded }),
    ...(isObject(contact) && { contact: withChannels(contact) }),
    ...(Array.isArray(contacts) && { contacts: contacts.map((row: unknown) => (isObject(row) ? withChannels(row) : row)) }),
  };
}

const withChannels = (contact: Record<string, unknown>) =>
  isObject(contact.dndSettings) ? { ...contact, dndSettings: respelt(contact.dndSettings, newerChannels) } : contact;

const respelt = (record: Record<string, unknown>, names: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [names[name] ?? name, value]));
