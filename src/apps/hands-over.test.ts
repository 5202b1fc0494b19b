import { describe, expect, test } from "vitest";
import { builtIn, findOperation } from "#test/support/built-in.ts";
import { handsOver, handsOverIn } from "#catalog/hands-over.ts";
import { allowedForAgents, type InputField, type Operation } from "#catalog/types.ts";

const all = builtIn.of("any").apps.flatMap(({ operations }) => operations);
const mayBeAlone = (operation: Operation) => allowedForAgents.has(operation.effect) && handsOver(operation) === null;

describe("what could hand access or events to others", () => {
  test("is asked of a person, although it only adds or changes records", () => {
    const asked = all.filter((one) => allowedForAgents.has(one.effect) && handsOver(one) !== null);
    expect(asked.map(({ app, id }) => `${app} ${id}`).toSorted()).toEqual([
      "flocksy webhooks.subscribe",
      "highlevel blogs.create_post",
      "highlevel blogs.update_post",
      "highlevel calendars.create",
      "highlevel calendars.create_notification",
      "highlevel calendars.update",
      "highlevel calendars.update_notification",
      "highlevel locations.create",
      "highlevel users.create",
      "highlevel users.update",
    ]);
  });

  test("has no way around it by another key of the same endpoint", () => {
    const keys = ["users.create@v3", "users.update@v3", "users/create-user", "users/update-user", "calendars/create-event-notification"];
    const found = keys.flatMap((key) => findOperation("highlevel", key) ?? []);
    expect(found.length).toBeGreaterThan(2);
    expect(found.filter(mayBeAlone).map(({ id }) => id)).toEqual([]);
  });

  test("among the writes for people, keys, logins, webhooks, menus and snapshots nothing is left that an agent does alone", () => {
    const kinds = /users|oauth|api-?key|webhook|custom-menu|custom-link|snapshot|\bkeys\b/i;
    const open = all.filter((one) => one.effect !== "read" && kinds.test(`${one.path} ${one.category}`) && mayBeAlone(one));
    expect(open.map(({ app, id }) => `${app} ${id}`)).toEqual([]);
  });
});

test("an app without a login is called by a person alone: its address is one that no person has connected", () => {
  const app = builtIn.of("any").app("sightmill")!;
  const [operation] = app.operations.filter(mayBeAlone);
  expect(handsOverIn(app, operation!)).toBeNull();
  expect(handsOverIn({ ...app, auth: [{ kind: "none", title: "None" }], baseUrl: "https://x.example" }, operation!)).toContain("no login");
});

describe("by rule, an address in what is sent", () => {
  const field = (name: string, schema: InputField["schema"], more: Partial<InputField> = {}): InputField => ({
    name,
    in: "body",
    schema,
    ...more,
  });
  const text = { type: "string" } as const;
  const judge = (input: InputField[], effect: Operation["effect"] = "create") => handsOver({ effect, input });

  test.each([
    field("url", text),
    field("webhook", text),
    field("callbackUrl", text),
    field("notify", { type: "string", format: "uri" }),
    field("to", text, { wire: "target_url" }),
    field("hooks", { type: "array", items: { type: "object", properties: { url: text } } }),
    field("url", text, { in: "query" }),
  ])("counts, however it is written: $name", (input) => {
    expect(judge([input])).toContain("takes an address");
  });

  test("does not count in a read, where Millrace fills it in, or where it only looks like one", () => {
    expect(judge([field("url", text)], "read")).toBeNull();
    expect(judge([field("url", text, { fill: { value: "https://x.example" } })])).toBeNull();
    expect(judge([field("curl", text), field("website", text), field("callbacks", { type: "number" })])).toBeNull();
  });
});
