import { describe, expect, test } from "vitest";
import { newId } from "./ids.ts";
import { isPretendedId, pretendedId, withPretendedWords } from "./pretended-id.ts";

const idFor = (title: string) => pretendedId(title, newId("x").slice(2));

describe("ids of records that a dry run pretends to make", () => {
  test.each([
    ["Create or update contact", "the new contact's id"],
    ["Create or update contact (adds to what is there)", "the new contact's id"],
    ["Create Contact Note", "the new contact note's id"],
    ["Send data to a web address", "the new record's id"],
  ])("are read as words that name the record: %s", (title, words) => {
    expect(withPretendedWords(idFor(title))).toBe(words);
  });

  test("are replaced within an address, and nothing else is", () => {
    const id = idFor("Create contact");
    expect(withPretendedWords(`https://example.com/contacts/${id}/notes`)).toBe("https://example.com/contacts/the new contact's id/notes");
    expect(withPretendedWords("The dry-run-before-publishing list")).toBe("The dry-run-before-publishing list");
  });

  test("are told from those of real records", () => {
    const id = idFor("Create contact");
    expect([isPretendedId(id), isPretendedId("c_1"), isPretendedId(7)]).toEqual([true, false, false]);
  });
});
