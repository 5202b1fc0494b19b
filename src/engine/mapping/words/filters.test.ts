import { expect, test } from "vitest";
import { engineFor } from "../liquid.ts";
import { filterPhrase, filterWords } from "./filters.ts";

const filters = Object.keys(engineFor({ zone: "UTC", now: () => 0 }).liquid.filters);
const entries = Object.entries(filterWords);

test("every filter of the engine has its words, and nothing else has", () => {
  expect(Object.keys(filterWords).sort()).toEqual([...filters].sort());
});

test("no two filters have the same title in the menu", () => {
  const titles = entries.map(([, { title }]) => title);
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([]);
});

test("a filter that is offered by another name names one that is there", () => {
  const named = entries.flatMap(([, { same }]) => (same === undefined ? [] : [same]));
  expect(named.filter((same) => !filters.includes(same))).toEqual([]);
});

test("the words of a filter name only its own arguments, and each that it needs", () => {
  for (const [name, { says, arguments: args }] of entries) {
    const placed = args.filter((argument) => argument.name === undefined);
    const longest = typeof says === "string" ? says : says.at(-1)!;
    const named = [...longest.matchAll(/\{(\d)\}/g)].map(([, at]) => Number(at));
    expect([name, named.every((at) => at < placed.length)]).toEqual([name, true]);
    const phrase = filterPhrase({ name, arguments: placed.map((_, at) => ({ name: null, text: `<${at}>` })) }, (text) => text);
    expect([name, phrase?.includes("…")]).toEqual([name, false]);
  }
});
