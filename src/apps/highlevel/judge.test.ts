import { describe, expect, test } from "vitest";
import { judge, type Judgement } from "./judge.ts";

const get: Judgement = { endpoint: "contacts/get-contact", kind: "trigger", title: "Get", effect: "read", result: "contact" };
const one = (judgement: Judgement) => judge("Contacts", { "contacts.get": judgement })[0]!;

describe("judge", () => {
  test("lays judgement over the facts: route and scopes from there, meaning from here", () => {
    expect(one(get)).toMatchObject({
      id: "contacts.get",
      title: "Get",
      category: "Contacts",
      method: "GET",
      path: "/contacts/{contactId}",
      scopes: ["contacts.readonly"],
      effect: "read",
    });
    expect(one(get).output?.properties).toHaveProperty("email");
  });

  test("judged fields come first, in the order given", () => {
    const fields = { tags: {}, email: { label: "E-mail" } };
    const { input } = one({ ...get, endpoint: "contacts/upsert-contact", fields });
    expect(input.slice(0, 2).map((f) => [f.name, f.label])).toEqual([
      ["tags", "Tags"],
      ["email", "E-mail"],
    ]);
  });

  test("a field the facts do not have is refused", () => {
    expect(() => one({ ...get, fields: { contactID: {} } })).toThrow("contacts.get: 'contactID' is judged, but no field of the facts");
  });

  test("an endpoint the facts do not have is refused", () => {
    expect(() => one({ ...get, endpoint: "contacts/make-tea" as Judgement["endpoint"] })).toThrow(
      "there are no facts of contacts/make-tea",
    );
  });
});
