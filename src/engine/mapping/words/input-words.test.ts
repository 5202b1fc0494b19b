import { describe, expect, test } from "vitest";
import { inputWords, searchedBy, type WordedOperation } from "./input-words.ts";

const upsert: WordedOperation = {
  title: "Create or update contact",
  effect: "upsert",
  inputs: ["email", "phone", "firstName", "lastName", "source", "tags", "assignedTo", "dnd"].map((name) => ({ name })),
};
const task: WordedOperation = {
  title: "Create a task",
  effect: "create",
  inputs: [
    { name: "contactId", label: "Contact", in: "path" },
    { name: "title", label: "Title" },
    { name: "dueDate", label: "Due" },
  ],
};
const tagging: WordedOperation = { title: "Add tags", effect: "link", inputs: [{ name: "contactId", label: "Contact" }, { name: "tags" }] };
const names = (id: string) => ({ person: "'Find the contact'", each: "step 3" })[id];

describe("what a step is filled in with", () => {
  test("is said field by field, without what the record is looked for by", () => {
    const input = {
      email: "{{ trigger.email }}",
      firstName: "{{ trigger.first_name }}",
      lastName: "{{ trigger.surname }}",
      tags: ["promoter"],
    };
    expect(searchedBy(upsert, input)).toEqual(["email"]);
    expect(inputWords(upsert, input, names)).toBe("Sets first name, last name from the surname and tag promoter");
  });

  test("says what a search is narrowed by", () => {
    const search: WordedOperation = { title: "Search contacts", effect: "read", inputs: [{ name: "filters", label: "Filters" }] };
    const said = (...filters: object[]) => inputWords(search, { filters }, names);
    const tagged = { field: "tags", operator: "contains", value: ["vip"] };
    expect(said(tagged)).toBe("Where tags contain vip");
    expect(said(tagged, { field: "city", operator: "eq", value: "Rome" }, { field: "email", operator: "exists" })).toBe(
      "Where tags contain vip, city is Rome and e-mail has a value",
    );
    expect(said(tagged, { group: "OR", filters: [tagged] })).toBe("Filters");
  });

  test("names whose record it is by the step that it comes from", () => {
    const due = { contactId: "{{ person.contact.id }}", title: "Call {{ trigger.first_name }}", dueDate: "{{ 'now' | plus_days: 1 }}" };
    expect(inputWords(task, due, names)).toBe("For the contact of 'Find the contact': title “Call [first name]” and due in 1 day");
    expect(inputWords(tagging, { contactId: "{{ each.id }}", tags: ["gold", "vip"] }, names)).toBe(
      "For the contact of step 3: tags gold and vip",
    );
    expect(inputWords(tagging, { contactId: "{{ trigger.contact.id }}" }, names)).toBe("For the contact of the event");
  });

  test("shows no id, no braces and nothing long", () => {
    expect(inputWords(tagging, { contactId: "q8ZkT1VbN5mYcPd2", tags: ["{% if a %}x{% endif %}"] }, names)).toBe(
      "For the chosen contact: tags",
    );
    expect(inputWords(upsert, { assignedTo: "9aKd82LmQpX0", source: "{{ trigger.a | nobody_knows }}" }, names)).toBe(
      "Sets assigned to and source",
    );
    expect(
      inputWords(
        upsert,
        { customFields: { "contact.lead_score": "{{ trigger.score }}", kQ81mzPd0aLw: "1", "NPS score": "{{ trigger.nps }}" } },
        names,
      ),
    ).toBe("Sets lead score from the score, a custom field and NPS score from the NPS");
    const words = inputWords(task, { title: "A very long title that goes on and on, further than any card is wide" }, names);
    expect(words).toBe("Sets title “A very long title that goes on and on,…”");
  });

  test("counts what is left out, and says nothing of what is empty", () => {
    const input = { phone: " ", firstName: "Ada", lastName: "L", source: "x", tags: [], assignedTo: "Sam", dnd: true };
    expect(inputWords(upsert, input, names)).toBe("Sets first name Ada, last name L, source x and 2 more");
    expect(inputWords(upsert, {}, names)).toBe("");
    expect(inputWords(upsert, "nonsense", names)).toBe("");
  });
});
