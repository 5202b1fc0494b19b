import { describe, expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { catalogJson } from "#test/support/built-in.ts";
import { choicesOf, findChoices } from "./picker.tsx";

const catalog = catalogJson() as unknown as CatalogEntry[];
const connections = [{ app: "highlevel" }, { app: "sightmill" }];
const keysFor = (of: "step" | "trigger", words: string, n = 6) =>
  findChoices(choicesOf(of, catalog, connections), words, null)
    .slice(0, n)
    .map((choice) => ("block" in choice ? choice.block.kind : "entry" in choice ? choice.entry.key : "pasted"));

describe("the picker of steps", () => {
  test.each([
    ["delay", "wait"],
    ["wait", "wait"],
    ["if", "branch"],
    ["else", "branch"],
    ["filter", "filter"],
    ["only continue", "filter"],
    ["loop", "forEach"],
    ["for each", "forEach"],
    ["format", "format"],
    ["formatter", "format"],
    ["stop", "stop"],
    ["sms", "conversations.send_message"],
    ["send sms", "conversations.send_message"],
    ["send email", "conversations.send_message"],
    ["email", "conversations.send_message"],
    ["http request", "post"],
    ["http", "post"],
    ["webhook", "post"],
    ["create lead", "contacts.create"],
    ["add tag", "contacts.add_tags"],
    ["deal", "opportunities.create"],
    ["book appointment", "calendars.create_appointment"],
    ["lookup contact", "contacts.find"],
    ["task", "contacts.create_task"],
    ["note", "contacts.create_note"],
    ["create or update contact", "contacts.guarded_upsert"],
    ["upsert", "contacts.upsert"],
  ])("'%s' finds %s", (words, key) => {
    expect(keysFor("step", words)).toContain(key);
  });

  test.each([
    ["add tag", "contacts.add_tags"],
    ["if", "branch"],
    ["count contacts", "contacts.search"],
    ["send to endpoint", "post"],
    ["filter", "filter"],
    ["post", "post"],
    ["http", "post"],
    ["webhook", "post"],
    ["note", "contacts.create_note"],
    ["task", "contacts.create_task"],
    ["tag", "contacts.add_tags"],
    ["opportunity", "opportunities.create"],
    ["find contact", "contacts.find"],
    ["delete contact", "contacts.delete"],
    ["create or update contact", "contacts.guarded_upsert"],
    ["update contact", "contacts.update"],
  ])("'%s' finds %s before all others", (words, key) => {
    expect(keysFor("step", words)[0]).toBe(key);
  });

  test("offers blocks first, and what is connected before the rest", () => {
    expect(keysFor("step", "", 8).slice(0, 7)).toEqual(["filter", "branch", "forEach", "wait", "code", "format", "stop"]);
    const apps = choicesOf("step", catalog, [{ app: "http" }]).flatMap((choice) => ("entry" in choice ? [choice.entry.app] : []));
    expect(apps[0]).toBe("http");
    expect(keysFor("step", "tag added")).not.toContain("contacts.tag_added");
  });

  test("can be narrowed to one app", () => {
    const all = findChoices(choicesOf("step", catalog, connections), "", "http");
    expect(all.length).toBeGreaterThan(3);
    expect(all.every((choice) => "entry" in choice && choice.entry.app === "http")).toBe(true);
  });
});

describe("the picker of triggers", () => {
  test.each([
    ["tag added", "contacts.tag_added"],
    ["webhook", "webhook"],
    ["every day", "schedule"],
    ["cron", "schedule"],
    ["survey", "response.received"],
    ["new contact", "ContactCreate"],
    ["deal won", "opportunities.status_changed"],
    ["by hand", "manual"],
    ["button", "manual"],
  ])("'%s' finds %s", (words, key) => {
    expect(keysFor("trigger", words)).toContain(key);
  });

  test("has no steps", () => {
    expect(keysFor("trigger", "wait")).not.toContain("wait");
    expect(keysFor("trigger", "upsert")).not.toContain("contacts.upsert");
  });
});
