import { MillraceError } from "#kernel/errors.ts";
import { getPath, isObject } from "#kernel/json.ts";
import type { Call, InputField, Operation, Recipe } from "#catalog/types.ts";
import { judged } from "../operations.ts";

/** A contact as it was found, and by what. */
export interface FoundContact {
  found: boolean;
  matchedBy: "id" | MatchKey | "query" | null;
  contact: Record<string, unknown> | null;
  /** How many contacts fit: words may fit several, and then none of them is taken. */
  matches: number;
}
export type MatchKey = "email" | "phone";

/** Its rule speaks of its own fields, and its events of a poll. */
const { rules: _rules, events: _events, ...byAddress } = judged("contacts.find_duplicate");
const input: InputField[] = [
  { name: "email", in: "setting", schema: { type: "string", format: "email" }, label: "E-mail", control: "text" },
  {
    name: "phone",
    in: "setting",
    schema: { type: "string", format: "phone" },
    label: "Phone",
    control: "text",
    help: "Best with country code: +441632960961.",
  },
  { name: "contactId", in: "setting", schema: { type: "string" }, label: "Contact", control: "text", help: "The id, where it is known." },
  {
    name: "query",
    in: "setting",
    schema: { type: "string", maxLength: 75 },
    label: "Words to look for",
    control: "text",
    help: "A name, where nothing else is known. It has to fit one contact only.",
  },
];
const operation: Operation = {
  ...byAddress,
  id: "contacts.find",
  title: "Find Contact",
  kind: "action",
  input,
  result: "",
  output: {
    type: "object",
    properties: {
      found: { type: "boolean" },
      matchedBy: { type: ["string", "null"] },
      contact: { anyOf: [byAddress.output ?? {}, { type: "null" }] },
      matches: { type: "integer" },
    },
  },
  example: {
    input: { email: "ada@example.com" },
    output: { found: true, matchedBy: "email", contact: byAddress.example!.output, matches: 1 },
  },
  show: ["found", "matchedBy", "contact"],
  note: "By id, else by e-mail, else by phone, else by words: the first that finds one decides. Words that fit several contacts find none; matches says how many they fit. The search lags writes by seconds. Finding none is no failure.",
  recipe: true,
};

export const findContact: Recipe = {
  operation,
  async run({ call }, input) {
    const contactId = filled(input["contactId"]);
    const email = filled(input["email"]);
    const phone = filled(input["phone"]);
    const query = filled(input["query"]);
    if (!contactId && !email && !phone && !query) {
      throw new MillraceError("STEP_INPUT_INVALID", {
        details: { field: "email", problem: "give an e-mail address, a phone number, an id or words to look for", outcome: "not_sent" },
      });
    }
    const exact = await find(call, { contactId, email, phone });
    return { output: exact.found || !query ? exact : await findByWords(call, query) };
  },
};

async function find(
  call: Call,
  { contactId, email, phone }: { contactId?: string; email?: string; phone?: string },
): Promise<FoundContact> {
  const byId = contactId ? await contactById(call, contactId) : null;
  if (byId) return { found: true, matchedBy: "id", contact: byId, matches: 1 };
  for (const [key, value] of [
    ["email", email],
    ["phone", phone],
  ] as const) {
    const contact = value ? await contactBy(call, key, value) : null;
    if (contact) return { found: true, matchedBy: key, contact, matches: 1 };
  }
  return nobody(0);
}

const nobody = (matches: number): FoundContact => ({ found: false, matchedBy: null, contact: null, matches });

/** Rows of the search carry other keys than a contact has: the one that fits is read. */
async function findByWords(call: Call, query: string): Promise<FoundContact> {
  const { output, raw } = await call("contacts.search", { query, pageLimit: 2 });
  const rows = Array.isArray(output) ? (output as unknown[]) : [];
  const total = getPath(raw, "total");
  const matches = typeof total === "number" ? total : rows.length;
  const [only] = rows;
  const contact = matches === 1 && isObject(only) ? await contactById(call, String(only["id"])) : null;
  return contact ? { found: true, matchedBy: "query", contact, matches } : nobody(matches);
}

/** A contact by its id, or null when the other side does not know it. */
export async function contactById(call: Call, contactId: string): Promise<Record<string, unknown> | null> {
  try {
    const { output } = await call("contacts.get", { contactId });
    return asContact(output);
  } catch (error) {
    if (error instanceof MillraceError && error.code === "OUTBOUND_NOT_FOUND") return null;
    throw error;
  }
}

/** The contact an e-mail address or phone number belongs to, or null. */
export async function contactBy(call: Call, key: MatchKey, value: string): Promise<Record<string, unknown> | null> {
  const { output } = await call("contacts.find_duplicate", key === "email" ? { email: value } : { number: value });
  return asContact(output);
}

const asContact = (output: unknown): Record<string, unknown> | null =>
  isObject(output) && typeof output["id"] === "string" ? output : null;

/** Text with something in it, trimmed. */
export const filled = (value: unknown): string | undefined => {
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  return text === "" ? undefined : text;
};
