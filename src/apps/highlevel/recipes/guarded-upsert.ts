import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { isEmptyMark } from "#catalog/empty.ts";
import { moreName, moreOf } from "#catalog/more.ts";
import type { Call, InputField, Operation, Recipe } from "#catalog/types.ts";
import { judged } from "../operations.ts";
import { customFieldValue } from "../custom-fields.ts";
import { contactChanges, type FieldChange, type KeptField } from "./contact-changes.ts";
import { contactBy, contactById, filled, type MatchKey } from "./find.ts";

/** What the guarded upsert did. */
export interface GuardedUpsert {
  created: boolean;
  matchedBy: MatchKey | "sub-account rule" | null;
  contact: Record<string, unknown>;
  changed: FieldChange[];
  kept: KeptField[];
}
type Contact = Record<string, unknown>;
interface Match {
  contact: Contact;
  by: MatchKey | "sub-account rule";
}

const upsert = judged("contacts.upsert");
const updatable = new Set(
  judged("contacts.update")
    .input.filter((f) => f.in === "body")
    .map((f) => f.name),
);
const matchBy: InputField = {
  name: "matchBy",
  in: "setting",
  label: "Match by",
  control: "list",
  help: "In which order a contact is looked for.",
  schema: { type: "array", items: { type: "string", enum: ["email", "phone"] }, minItems: 1, maxItems: 2, default: ["email", "phone"] },
};
const notAsked = new Set(["createNewIfDuplicateAllowed", "locationId"]);

const operation: Operation = {
  ...upsert,
  id: "contacts.guarded_upsert",
  title: "Create or update contact (adds to what is there)",
  scopes: [...new Set([...judged("contacts.get").scopes, ...upsert.scopes])], // it looks the contact up first
  input: [...upsert.input.filter((f) => !notAsked.has(f.name)), matchBy].map((f) =>
    f.name === "tags" ? { ...f, help: "Added to those the contact has." } : f,
  ),
  result: "",
  before: { ...upsert.before!, ignore: ["matchBy"], sets: { tags: "add" } },
  output: {
    type: "object",
    properties: {
      created: { type: "boolean" },
      matchedBy: { type: ["string", "null"] },
      contact: upsert.output ?? {},
      changed: { type: "array", items: { type: "object", properties: { field: { type: "string" }, old: {}, new: {} } } },
      kept: { type: "array", items: { type: "object", properties: { field: { type: "string" }, value: {}, why: { type: "string" } } } },
    },
  },
  identity: "contact.id",
  show: ["created", "matchedBy", "contact"],
  example: {
    input: { email: "ada@example.com", firstName: "Ada", tags: ["promoter"] },
    output: {
      created: false,
      matchedBy: "email",
      contact: upsert.example!.output,
      changed: [{ field: "tags", old: ["patient"], new: ["patient", "promoter"] }],
      kept: [],
    },
  },
  note: "Looks the contact up first. Blanks a filled field only where the step says so, never replaces a primary e-mail address, adds tags to those that are there, and says what it changed and what it kept.",
  recipe: true,
  passesMore: true,
};

export const guardedUpsert: Recipe = {
  operation,
  async run({ call }, input) {
    const { matchBy: order = ["email", "phone"], [moreName]: _, ...wanted } = input;
    const more = moreOf(input) ?? {};
    const keys = order as MatchKey[];
    if (!keys.some((key) => filled(wanted[key]))) {
      const problem = `${keys.join(" or ")} is needed to tell who this is`;
      throw new MillraceError("STEP_INPUT_INVALID", { details: { field: keys[0] ?? "email", problem, outcome: "not_sent" } });
    }
    const { match, elsewhere } = await findMatches(call, keys, wanted);
    return { output: match ? await update(call, match, wanted, elsewhere, more) : await create(call, wanted, more) };
  },
};

/** The contact of the first key that finds one; a later key that finds somebody else is that contact's own. */
async function findMatches(
  call: Call,
  keys: readonly MatchKey[],
  wanted: Contact,
): Promise<{ match: Match | null; elsewhere: Map<string, string> }> {
  let match: Match | null = null;
  const elsewhere = new Map<string, string>();
  for (const key of keys) {
    const value = filled(wanted[key]);
    const contact = value ? await contactBy(call, key, value) : null;
    if (!contact) continue;
    if (!match) match = { contact, by: key };
    else if (contact["id"] !== match.contact["id"]) elsewhere.set(key, String(contact["id"]));
  }
  return { match, elsewhere };
}

async function create(call: Call, wanted: Contact, more: Contact): Promise<GuardedUpsert> {
  const fields = Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) => (isNothing(value) ? [] : [[name, withoutMarks(value)]])),
  );
  try {
    const { output } = await call("contacts.create", withMore(fields, more));
    return { created: true, matchedBy: null, contact: isObject(output) ? output : fields, changed: [], kept: [] };
  } catch (error) {
    const contact = await existing(call, error);
    return update(call, { contact, by: "sub-account rule" }, wanted, new Map(), more);
  }
}

/** In a new contact there is nothing to empty. */
const isNothing = (value: unknown): boolean => value === undefined || value === null || value === "" || isEmptyMark(value);
const withoutMarks = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter((row) => !isObject(row) || !isEmptyMark(customFieldValue(row))) : value;

/** Somebody was faster, or the sub-account's own rule knows the contact by something else: the refusal names it. */
async function existing(call: Call, error: unknown): Promise<Contact> {
  const id = error instanceof MillraceError && error.code === "DUPLICATE_RECORD" ? error.details["existingId"] : undefined;
  const contact = typeof id === "string" ? await contactById(call, id) : null;
  if (!contact) throw error;
  return contact;
}

/** Further members go with the write that is made. */
const withMore = (fields: Contact, more: Contact): Contact => (Object.keys(more).length > 0 ? { ...fields, [moreName]: more } : fields);

async function update(
  call: Call,
  match: Match,
  wanted: Contact,
  elsewhere: ReadonlyMap<string, string>,
  more: Contact,
): Promise<GuardedUpsert> {
  const contactId = String(match.contact["id"]);
  const contact = match.by === "sub-account rule" ? match.contact : ((await contactById(call, contactId)) ?? match.contact);
  const { update: fields, addTags, changed, kept } = contactChanges(contact, wanted, { updatable, elsewhere });
  const sent = withMore(fields, more);
  const updated = Object.keys(sent).length > 0 ? (await call("contacts.update", { contactId, ...sent })).output : {};
  if (addTags.length > 0) await call("contacts.add_tags", { contactId, tags: addTags });
  const tags = changed.find((c) => c.field === "tags")?.new;
  const after = { ...contact, ...(isContact(updated) ? updated : fields), ...(tags ? { tags } : {}) };
  return { created: false, matchedBy: match.by, contact: after, changed, kept };
}

const isContact = (value: unknown): value is Contact => isObject(value) && typeof value["id"] === "string";
