import { expect, test } from "vitest";
import { conditionWords } from "./condition-words.ts";

const names = (source: string) => (source === "found" ? "'Find the contact'" : undefined);

test("one record alone needs no name", () => {
  expect(conditionWords("person.tags contains 'vip' and person.city == 'Berlin'", () => "")).toBe(
    "the tags contain 'vip' and the city is 'Berlin'",
  );
});

test.each([
  ["trigger.email != blank", "the e-mail has a value"],
  ["{{ trigger.email == blank }}", "the e-mail is empty"],
  ["trigger.score <= 6 and trigger.email contains '@'", "the score is at most 6 and the e-mail contains '@'"],
  ["trigger.plan == 'p1' or trigger.plan == 'p2'", "the plan is 'p1' or 'p2'"],
  ["not trigger.consent.email", "the e-mail does not exist or is no"],
  ["not (trigger.score > 6)", "the score is not more than 6"],
  ["contact.tags contains 'lead'", "the tags of 'contact' contain 'lead'"],
  ["not contact.tags contains 'lead'", "the tags of 'contact' do not contain 'lead'"],
  ["found.id != blank", "the id of 'Find the contact' has a value"],
  ["trigger.optin == true", "the optin is yes"],
  ["(trigger.email | strip | downcase) == 'ada@example.com'", "the e-mail without spaces around it in lower case is 'ada@example.com'"],
  [
    "trigger.a != blank and (trigger.score > 8 or trigger.plan == 'p2')",
    "the a has a value, and either the score is more than 8 or the plan is 'p2'",
  ],
  ["trigger.plan != blank and (trigger.plan == 'a' or trigger.plan == 'b')", "the plan has a value, and the plan is 'a' or 'b'"],
  ["trigger.a == 1 or (trigger.b == 2 and trigger.c == 3)", "the a is 1, or the b is 2 and the c is 3"],
  ["trigger.due < now", "the due is before now"],
  ["trigger.start > '2026-01-15'", "the start is after '2026-01-15'"],
  ["trigger.answers.size > 2", "the number of answers is more than 2"],
  ["trigger.answers[0].value == 'x'", "the value of the first of the answers is 'x'"],
  ["item.price >= 10", "the price of the item is at least 10"],
  ["trigger.contact.first_name == 'Ada'", "the first name is 'Ada'"],
  ["trigger.pipeline.name == 'Sales'", "the pipeline name is 'Sales'"],
  ["call._status == 404", "the status of 'call' is 404"],
  ["not (trigger.a == 1 or trigger.b == 2)", "it is not true that the a is 1 or the b is 2"],
  ["trigger.due < ('now' | minus_days: 3)", "the due is before now minus 3 days"],
  ["found.contact | in_segment: 'vip'", "the contact of 'Find the contact' is in the segment 'vip'"],
  ["trigger | entered_segment: 'vip'", "the event has just come into the segment 'vip'"],
  ["not (trigger | in_segment: 'vip')", "the event is not in the segment 'vip'"],
  ["trigger.a == b == c", "trigger.a == b == c"],
])("%s reads: %s", (condition, words) => {
  expect(conditionWords(condition, names)).toBe(words);
});
