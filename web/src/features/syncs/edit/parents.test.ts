import { describe, expect, test } from "vitest";
import { anyDefinition, anySync, contactType, profileType } from "../syncs.test-support.ts";
import type { BothWords } from "../types.ts";
import { parentOffers, referredBy, withoutParent, withParent } from "./parents.ts";

const refers = (name: string, to: string) => ({ ...contactType.fields[0]!, name, label: name, refers: to });
const words: BothWords = {
  a: {
    app: "left",
    account: "A",
    one: "note",
    many: "notes",
    type: { ...contactType, id: "note", fields: [refers("contactId", "contact")] },
  },
  b: {
    app: "right",
    account: "B",
    one: "remark",
    many: "remarks",
    type: { ...profileType, id: "remark", fields: [refers("profile", "profile")] },
  },
};
const notes = anyDefinition({
  a: { app: "left", type: "note", connection: "acme" },
  b: { app: "right", type: "remark", connection: "harbour" },
});

describe("the sync that knows what records belong to", () => {
  test("is one between the same accounts, of the records that both sides refer to", () => {
    expect(parentOffers(notes, words, [anySync()])).toEqual([{ a: "contactId", b: "profile", sync: "sync_1" }]);
    const elsewhere = anyDefinition({ a: { app: "left", type: "contact", connection: "other" } });
    expect(parentOffers(notes, words, [anySync({ definition: elsewhere })])).toEqual([]);
    const others = anyDefinition({ a: { app: "left", type: "company", connection: "acme" } });
    expect(parentOffers(notes, words, [anySync({ definition: others })])).toEqual([]);
    expect(referredBy(words, "a")).toEqual(["contact"]);
  });

  test("is offered once for a field, and can be taken away again", () => {
    const used = withParent(notes, { a: "contactId", b: "profile", sync: "sync_1" });
    expect(parentOffers(used, words, [anySync(), anySync({ id: "sync_2" })])).toEqual([]);
    expect(withoutParent(used, 0)).toEqual(notes);
  });
});
