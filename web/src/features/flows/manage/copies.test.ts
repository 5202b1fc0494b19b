import { expect, test } from "vitest";
import type { ConnectionView } from "#api/schemas.ts";
import { accountChoices, copiesOf, createWords, nameOfCopy } from "./copies.ts";

const account = (name: string, app: string, flows: string[] = [], more: Partial<ConnectionView> = {}) =>
  ({
    name,
    title: name.toUpperCase(),
    app,
    usedBy: { flows: flows.map((id) => ({ id, name: id, status: "on", draft: true, published: true })), inboxes: [] },
    ...more,
  }) as unknown as ConnectionView;

const acme = account("acme", "crm", ["f1"], { locationId: "l1", formerNames: ["old-acme"] });
const bright = account("bright", "crm", [], { locationId: "l2" });
const survey = account("survey", "forms", ["f1"]);
const other = account("survey-2", "forms");
const alone = account("mail", "mail", ["f1"]);

test("an account is asked for only where there is another of its app, sub-accounts first", () => {
  const choices = accountChoices([survey, other, acme, bright, alone], "f1");
  expect(choices.map(({ used, others }) => [used.name, others.length])).toEqual([
    ["acme", 2],
    ["survey", 2],
  ]);
  expect(accountChoices([acme, bright], "f2")).toEqual([]);
});

test("one copy keeps its name; several are named after their account", () => {
  expect(copiesOf("Greet", { used: acme, targets: [acme] }, [])).toEqual([{ name: "Greet", connections: {} }]);
  expect(copiesOf("Greet", { used: acme, targets: [acme, bright] }, [{ used: survey, by: other }])).toEqual([
    { name: "Greet, ACME", connections: { survey: "survey-2" } },
    { name: "Greet, BRIGHT", connections: { survey: "survey-2", acme: "bright", "old-acme": "bright" } },
  ]);
});

test("a single copy for another account is named after it", () => {
  expect(nameOfCopy("Greet", { used: acme, targets: [bright] })).toBe("Greet, BRIGHT");
  expect(nameOfCopy("Greet", { used: acme, targets: [acme] })).toBe("Greet (copy)");
  expect(nameOfCopy("x".repeat(120), { used: undefined, targets: [] })).toHaveLength(120);
});

test("a flow without a choice is copied as it is", () => {
  expect(copiesOf("Greet", { used: undefined, targets: [] }, [])).toEqual([{ name: "Greet", connections: {} }]);
});

test("the name of a copy is never longer than a name may be, and says which account it is for", () => {
  const [, second] = copiesOf("x".repeat(120), { used: acme, targets: [acme, bright] }, []);
  expect(second!.name).toHaveLength(120);
  expect(second!.name.endsWith(", BRIGHT")).toBe(true);
});

test("the button says for whom the copy is, how many there are, and that an account is to be chosen first", () => {
  expect(createWords([], acme)).toBe("Choose an account");
  expect(createWords([bright], acme)).toBe("Create a copy for BRIGHT");
  expect(createWords([acme, bright], acme)).toBe("Create 2 copies");
  expect(createWords([], undefined)).toBe("Create copy");
});
