import { expect, test } from "vitest";
import { namesIn, readsIn, undeclaredIn } from "./names.ts";

test("a script reads the names in its text, or all where it looks them up by other means", () => {
  expect(namesIn("return contact.email")?.has("contact")).toBe(true);
  expect(namesIn("return contact.email")?.has("note")).toBe(false);
  expect(namesIn("return steps[input.which]")).toBeNull();
  expect(readsIn("return steps['the-contact'].id")).toContain("the-contact");
});

test("names that a script declares itself, or that are in a text, are none that it misses", () => {
  const code = `
    const own = contact.name; // note.id
    const { inner } = own;
    for (const item of trigger.items) item.total += inner.n;
    trigger.items.map((each) => each.id).filter(function (other, i) { return other.id });
    return \`\${deal.title} company.name\` + "person.email" + own.length;`;
  expect([...undeclaredIn(code)].toSorted()).toEqual(["contact", "deal", "trigger"]);
});
