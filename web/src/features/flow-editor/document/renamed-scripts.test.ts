import { expect, test } from "vitest";
import { namesRead, renamedIn } from "./references.ts";

const rename = (name: string) => (name === "contact" ? "person" : name);

test("a script follows a step that is renamed, and so does the data of its tests; members, texts and comments stay", () => {
  const code = `// contact of the lead
const { contact: own } = trigger.contact;
return { contact: contact?.email, other: "contact", all: [steps.contact, steps["contact"], ...contact.tags] };`;
  const step = {
    id: "x",
    code,
    input: { a: "{{ contact.id }}" },
    tests: [{ name: "contact", data: { contact: { id: 1 } }, expect: "{{ contact }}" }],
  };
  expect(renamedIn([step], rename)).toEqual([
    {
      id: "x",
      code: `// contact of the lead
const { contact: own } = trigger.contact;
return { contact: person?.email, other: "contact", all: [steps.person, steps["person"], ...person.tags] };`,
      input: { a: "{{ person.id }}" },
      tests: [{ name: "contact", data: { person: { id: 1 } }, expect: "{{ contact }}" }],
    },
  ]);
  expect(namesRead(step).has("contact")).toBe(true);
});
