import { beforeEach, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { addTagsBulk, removeTagsBulk, type BulkTags } from "./bulk-tags.ts";
import { findContact } from "./find.ts";
import { guardedUpsert, type GuardedUpsert } from "./guarded-upsert.ts";

type Contact = Record<string, unknown> & { id: string; tags: string[] };
const connection: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1" };
const ada = {
  id: "c1",
  email: "ada@example.com",
  phone: "+441632960961",
  firstName: "Ada",
  city: "London",
  tags: ["patient"],
  customFields: [{ id: "f1", value: 9 }],
};
const refused = (code: "OUTBOUND_NOT_FOUND" | "DUPLICATE_RECORD" | "OUTBOUND_REFUSED" | "RATE_LIMITED", details = {}) =>
  new MillraceError(code, { details: { app: "HighLevel", ...details } });

/** Just enough of a sub-account: contacts by id, e-mail and phone. */
class Account {
  contacts = new Map<string, Contact>();
  calls: [string, Record<string, unknown>][] = [];
  fail: Record<string, () => Error> = {};

  put(...contacts: Contact[]): this {
    for (const c of contacts) this.contacts.set(c.id, structuredClone(c));
    return this;
  }
  writes = () => this.calls.filter(([name]) => !["contacts.get", "contacts.find_duplicate"].includes(name));
  call: Call = async (operation, input) => {
    this.calls.push([operation, input]);
    const failure = this.fail[operation]?.();
    if (failure) throw failure;
    return { output: structuredClone(this.#answer(operation, input)), raw: {}, status: 200 };
  };
  #get(id: unknown): Contact {
    const contact = this.contacts.get(String(id));
    if (!contact) throw refused("OUTBOUND_NOT_FOUND", { operation: "Get Contact", message: `${String(id)} not found` });
    return contact;
  }
  #by = (input: Record<string, unknown>) =>
    [...this.contacts.values()].find((c) => (input["email"] ? c["email"] === input["email"] : c["phone"] === input["number"])) ?? null;
  #answer(operation: string, input: Record<string, unknown>): unknown {
    const { contactId, ...fields } = input;
    switch (operation) {
      case "contacts.get":
        return this.#get(contactId);
      case "contacts.search":
        return [...this.contacts.values()]
          .filter((c) => String(c["firstName"]).startsWith(String(input["query"])))
          .map(({ id }) => ({ id }));
      case "contacts.find_duplicate":
        return this.#by(input);
      case "contacts.create":
        return this.put({ id: `c${this.contacts.size + 1}`, tags: [], ...fields }).contacts.get(`c${this.contacts.size}`);
      case "contacts.update":
        return Object.assign(this.#get(contactId), fields);
      case "contacts.add_tags":
        return { tags: (this.#get(contactId).tags = [...new Set([...this.#get(contactId).tags, ...(input["tags"] as string[])])]) };
      case "contacts.remove_tags":
        return { tags: (this.#get(contactId).tags = this.#get(contactId).tags.filter((t) => !(input["tags"] as string[]).includes(t))) };
      case "contacts.bulk_update_tags": {
        for (const id of input["contacts"] as string[]) this.#get(id).tags.push(...(input["tags"] as string[]));
        return { succeded: true, errorCount: 0, responses: [] };
      }
      default:
        throw new Error(operation);
    }
  }
}

let account: Account;
beforeEach(() => void (account = new Account()));
const run = async <T>(recipe: typeof findContact, input: Record<string, unknown>): Promise<T> =>
  (await recipe.run({ connection, call: account.call, dry: false }, input)).output as T;
const upsert = (input: Record<string, unknown>) => run<GuardedUpsert>(guardedUpsert, input);

describe("contacts.find", () => {
  test.each([
    [{ contactId: "c1" }, "id"],
    [{ email: "ada@example.com" }, "email"],
    [{ phone: "+441632960961" }, "phone"],
    [{ email: "nobody@example.com", phone: "+441632960961" }, "phone"],
    [{ contactId: "gone", email: "ada@example.com" }, "email"],
  ])("%j finds the contact by %s", async (input, matchedBy) => {
    account.put(ada);
    expect(await run(findContact, input)).toEqual({ found: true, matchedBy, contact: ada, matches: 1 });
  });

  test("finding none is an answer of the same shape, and no failure", async () => {
    expect(await run(findContact, { contactId: "gone", email: "nobody@example.com" })).toEqual({
      found: false,
      matchedBy: null,
      contact: null,
      matches: 0,
    });
  });

  test("words decide last, and only where they fit one contact", async () => {
    account.put(ada, { ...ada, id: "c2", firstName: "Adam", email: "adam@example.com", phone: "+441632960962" });
    expect(await run(findContact, { query: "Adam" })).toMatchObject({ matchedBy: "query", contact: { id: "c2" }, matches: 1 });
    expect(await run(findContact, { query: "Ada" })).toEqual({ found: false, matchedBy: null, contact: null, matches: 2 });
    expect(await run(findContact, { email: "ada@example.com", query: "Adam" })).toMatchObject({
      matchedBy: "email",
      contact: { id: "c1" },
    });
  });

  test("nothing to look for is refused", async () => {
    await expect(run(findContact, { email: " " })).rejects.toThrow(
      "email: give an e-mail address, a phone number, an id or words to look for.",
    );
  });

  test("a failure that is not 'not found' is passed on", async () => {
    account.fail["contacts.get"] = () => refused("RATE_LIMITED");
    await expect(run(findContact, { contactId: "c1" })).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});

describe("contacts.guarded_upsert", () => {
  test("makes a contact nobody has, without its empty fields", async () => {
    const made = await upsert({ email: "new@example.com", firstName: "New", city: "", phone: null });
    expect(made).toMatchObject({ created: true, matchedBy: null, contact: { email: "new@example.com" }, changed: [], kept: [] });
    expect(account.writes()).toEqual([["contacts.create", { email: "new@example.com", firstName: "New" }]]);
  });

  test("a repeat finds what the first one made, and writes nothing", async () => {
    await upsert({ email: "new@example.com", firstName: "New" });
    const again = await upsert({ email: "new@example.com", firstName: "New" });
    expect(again).toMatchObject({ created: false, matchedBy: "email", changed: [] });
    expect(account.writes()).toHaveLength(1);
  });

  test("sends only what changes, and tells old and new", async () => {
    account.put(ada);
    const { changed, contact } = await upsert({ email: "ADA@example.com".toLowerCase(), firstName: "Ada", city: "Paris" });
    expect(changed).toEqual([{ field: "city", old: "London", new: "Paris" }]);
    expect(account.writes()).toEqual([["contacts.update", { contactId: "c1", city: "Paris" }]]);
    expect(contact).toMatchObject({ id: "c1", city: "Paris", firstName: "Ada" });
  });

  test("an empty value never blanks a filled field", async () => {
    account.put(ada);
    const { kept, changed } = await upsert({ email: "ada@example.com", city: "", phone: null, state: "" });
    expect(kept.map((k) => k.field)).toEqual(["city", "phone"]);
    expect([changed, account.writes()]).toEqual([[], []]);
  });

  test("a field is blanked where the step says so, and what is empty already is no change", async () => {
    account.put({ ...ada, state: "" });
    const empty = { $empty: true };
    const { changed, kept } = await upsert({ email: "ada@example.com", city: empty, state: empty, gender: empty });
    expect([changed, kept]).toEqual([[{ field: "city", old: "London", new: null }], []]);
    expect(account.writes()).toEqual([["contacts.update", { contactId: "c1", city: empty }]]);
  });

  test("a new contact has nothing to empty", async () => {
    const empty = { $empty: true };
    await upsert({
      email: "new@example.com",
      city: empty,
      customFields: [
        { id: "f1", field_value: empty },
        { id: "f2", field_value: 1 },
      ],
    });
    expect(account.writes()).toEqual([["contacts.create", { email: "new@example.com", customFields: [{ id: "f2", field_value: 1 }] }]]);
  });

  test("a primary e-mail address is never replaced", async () => {
    account.put(ada);
    const done = await upsert({ email: "other@example.com", phone: "+44 1632 960961".replaceAll(" ", "") });
    expect(done).toMatchObject({
      matchedBy: "phone",
      changed: [],
      kept: [{ field: "email", value: "ada@example.com", why: "the primary e-mail address is kept" }],
    });
    expect(account.writes()).toEqual([]);
  });

  test("an e-mail address is filled in where there was none", async () => {
    account.put({ ...ada, email: null });
    expect((await upsert({ email: "ada@example.com", phone: "+441632960961" })).changed).toEqual([
      { field: "email", old: null, new: "ada@example.com" },
    ]);
  });

  test("a phone number of somebody else is left with them", async () => {
    account.put(ada, { id: "c2", email: "bob@example.com", phone: "+15550100", tags: [] });
    const done = await upsert({ email: "ada@example.com", phone: "+15550100" });
    expect(done).toMatchObject({ matchedBy: "email", changed: [], kept: [{ field: "phone", why: "it belongs to another contact (c2)" }] });
  });

  test("the order of matching is the user's", async () => {
    account.put(ada, { id: "c2", email: "bob@example.com", phone: "+15550100", tags: [] });
    const input = { email: "ada@example.com", phone: "+15550100", city: "Rome" };
    expect((await upsert({ ...input, matchBy: ["phone", "email"] })).contact["id"]).toBe("c2");
    expect((await upsert({ ...input, matchBy: ["email"] })).contact["id"]).toBe("c1");
  });

  test("tags are united with those that are there", async () => {
    account.put(ada);
    const { changed, contact } = await upsert({ email: "ada@example.com", tags: ["Patient", "vip", "VIP"] });
    expect(changed).toEqual([{ field: "tags", old: ["patient"], new: ["patient", "vip"] }]);
    expect(account.writes()).toEqual([["contacts.add_tags", { contactId: "c1", tags: ["vip"] }]]);
    expect(contact["tags"]).toEqual(["patient", "vip"]);
  });

  test("custom fields are compared by id, and only changed ones are sent", async () => {
    account.put(ada);
    const { changed } = await upsert({
      email: "ada@example.com",
      customFields: [
        { id: "f1", key: "contact.nps", field_value: 9 },
        { id: "f2", key: "contact.plan", field_value: "Plus" },
      ],
    });
    expect(changed).toEqual([{ field: "customFields.contact.plan", old: null, new: "Plus" }]);
    expect(account.writes()).toEqual([
      ["contacts.update", { contactId: "c1", customFields: [{ id: "f2", key: "contact.plan", field_value: "Plus" }] }],
    ]);
  });

  test("fields that are taken at creation only are kept, not sent to be refused", async () => {
    account.put(ada);
    expect(await upsert({ email: "ada@example.com", gender: "female" })).toMatchObject({ changed: [], kept: [{ field: "gender" }] });
  });

  test("a contact somebody else made meanwhile is updated instead", async () => {
    account.put({ ...ada, email: "secondary@example.com", phone: null });
    account.fail["contacts.create"] = () => refused("DUPLICATE_RECORD", { existingId: "c1", message: "duplicated" });
    const done = await upsert({ email: "ada@example.com", city: "Paris" });
    expect(done).toMatchObject({ created: false, matchedBy: "sub-account rule", changed: [{ field: "city" }], kept: [{ field: "email" }] });
  });

  test("without anything to match by it does nothing", async () => {
    await expect(upsert({ firstName: "Ada" })).rejects.toThrow("email: email or phone is needed to tell who this is.");
    expect(account.calls).toEqual([]);
  });
});

describe("tags of many contacts", () => {
  const ids = Array.from({ length: 120 }, (_, i) => `b${i}`);
  const many = () => account.put(...ids.map((id) => ({ id, tags: [] as string[] })));

  test("go in chunks, each contact once", async () => {
    many();
    const done = await run<BulkTags>(addTagsBulk, { contactIds: [...ids, "b0"], tags: ["spring"] });
    expect(done).toMatchObject({ total: 120, succeeded: 120, failed: 0 });
    expect(account.calls.map(([, input]) => (input["contacts"] as string[]).length)).toEqual([50, 50, 20]);
    expect(account.calls[0]![1]).toMatchObject({ type: "add", tags: ["spring"] });
  });

  test("a chunk that fails in part is done one by one, and each failure is listed", async () => {
    many().contacts.delete("b7");
    const done = await run<BulkTags>(addTagsBulk, { contactIds: ids.slice(0, 10), tags: ["spring"] });
    expect(done).toMatchObject({ total: 10, succeeded: 9, failed: 1 });
    expect(done.results.find((r) => !r.ok)).toMatchObject({ contactId: "b7", error: expect.stringContaining("b7 not found") as string });
  });

  test("removing asks for removal, also one by one", async () => {
    account.put({ id: "b0", tags: ["spring"] });
    account.fail["contacts.bulk_update_tags"] = () => refused("OUTBOUND_REFUSED", { operation: "Bulk", message: "no" });
    await run(removeTagsBulk, { contactIds: ["b0"], tags: ["spring"] });
    expect([account.calls.map(([name]) => name), account.calls[0]![1]["type"], account.contacts.get("b0")!.tags]).toEqual([
      ["contacts.bulk_update_tags", "contacts.remove_tags"],
      "remove",
      [],
    ]);
  });

  test("what concerns the connection, or only now, stops the whole for the engine to try again", async () => {
    many();
    account.fail["contacts.bulk_update_tags"] = () => refused("RATE_LIMITED");
    await expect(run(addTagsBulk, { contactIds: ids, tags: ["spring"] })).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});
