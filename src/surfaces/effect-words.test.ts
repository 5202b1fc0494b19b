import { expect, test } from "vitest";
import { catalogJson } from "#test/support/built-in.ts";
import { effectWords } from "./effect-words.ts";

const catalog = catalogJson() as unknown as (Parameters<typeof effectWords>[0] & { key: string })[];
const words = (key: string) => effectWords(catalog.find((entry) => entry.key === key)!);

test("operations with nearly one name are told apart by what they do to what is there", () => {
  expect(words("contacts.create")).toBe("Makes a new one each time.");
  expect(words("contacts.update")).toBe("Changes one that an earlier step found. Its tags are replaced, not added to.");
  expect(words("contacts.upsert")).toBe("Changes the one that is there, or makes a new one. Its tags are replaced, not added to.");
  expect(words("contacts.guarded_upsert")).toBe("Changes the one that is there, or makes a new one.");
  expect(words("contacts.add_tags")).toBe("Adds to what is there and keeps the rest.");
  expect(words("contacts.remove_tags")).toBe("Takes away what you name and keeps the rest.");
});

test("of what only reads there is nothing to say", () => {
  expect(words("contacts.get")).toBeNull();
});

test("no sentence is longer than two lines of a list", () => {
  for (const entry of catalog) expect(effectWords(entry)?.length ?? 0).toBeLessThan(120);
});
