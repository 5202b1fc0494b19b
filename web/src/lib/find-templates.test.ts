import { expect, test } from "vitest";
import type { TemplateView } from "#api/schemas.ts";
import { findTemplates } from "./find-templates.ts";

const template = (id: string, more: Partial<TemplateView>): TemplateView => ({
  id,
  builtIn: true,
  title: id,
  about: "",
  category: "Leads",
  keywords: [],
  apps: ["highlevel"],
  connections: [],
  choices: [],
  starts: "",
  does: [],
  updatedAt: null,
  ...more,
});
const all = [
  template("tag", {
    title: "When a tag is added, then send it to your app",
    keywords: ["vip"],
    category: "Tags",
    apps: ["highlevel", "http"],
  }),
  template("deal", { title: "When an opportunity is won, then tag the contact", category: "Opportunities" }),
  template("survey", { title: "When an answer comes in, then make a task", about: "Nobody waits.", apps: ["sightmill", "highlevel"] }),
];
const idsOf = (asked: Parameters<typeof findTemplates>[1]) =>
  findTemplates(all, asked, (id) => ({ highlevel: "HighLevel", http: "HTTP", sightmill: "SightMill" })[id] ?? id).map(({ id }) => id);

test("every word has to fit, in any order, and the title counts most", () => {
  expect(idsOf({ words: "added tag" })).toEqual(["tag"]);
  expect(idsOf({ words: "TAG" })).toEqual(["tag", "deal"]);
  expect(idsOf({ words: "tag elephant" })).toEqual([]);
  expect(idsOf({})).toEqual(["tag", "deal", "survey"]);
});

test("people's own words find it too", () => {
  expect(idsOf({ words: "deal" })).toEqual(["deal"]);
  expect(idsOf({ words: "deals" })).toEqual(["deal"]);
  expect(idsOf({ words: "todo" })).toEqual(["survey"]);
  expect(idsOf({ words: "webhook" })).toEqual(["tag"]);
  expect(idsOf({ words: "sightmill" })).toEqual(["survey"]);
  expect(idsOf({ words: "vip" })).toEqual(["tag"]);
});

test("app and category narrow it", () => {
  expect(idsOf({ app: "http" })).toEqual(["tag"]);
  expect(idsOf({ category: "Opportunities", words: "won" })).toEqual(["deal"]);
  expect(idsOf({ category: "Opportunities", app: "sightmill" })).toEqual([]);
});
