import { expect, test } from "vitest";
import { builtInTemplates } from "#templates/built-in/index.ts";
import { person } from "../src/sandbox/people.ts";
import { catalogJson } from "./support/built-in.ts";
import { defaultSeed } from "../src/sandbox/defaults.ts";

test("whoever an example of a trigger or a template names is nobody in the sandbox", () => {
  const examples = JSON.stringify([
    catalogJson().map(({ example }) => example),
    Object.values(builtInTemplates).map(({ example }) => example),
  ]);
  const people = Array.from({ length: 20_000 }, (_, n) => person(defaultSeed, n));
  const taken = new Set(people.flatMap(({ email, phone }) => [email, phone]));
  const named = examples.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+\d{8,15}/g) ?? [];
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)].filter((one) => taken.has(one))).toEqual([]);
});
