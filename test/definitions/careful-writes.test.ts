import { expect, test } from "vitest";
import { appDefinition } from "#api/schemas/apps.ts";
import { adviceFor } from "#definitions/advice.ts";
import { problemsOf } from "#server/apps/check-app.ts";

const read = (id: string, path: string) => ({ id, title: `List ${id}`, effect: "read", method: "GET", path, list: true });
const desk = (write: object = {}) =>
  appDefinition.parse({
    title: "Desk",
    baseUrl: "https://desk.example.com",
    auth: [{ kind: "none" }],
    operations: [
      read("agents", "/agents"),
      read("tickets", "/v2/tickets"),
      { id: "create", title: "Create ticket", effect: "create", method: "POST", path: "/v2/tickets", ...write },
      { id: "ping", title: "Ping", effect: "other", method: "POST", path: "/ping" },
    ],
  });

test("the list that is suggested for an unsure write is that of the same records, and none where there is none", () => {
  const says = adviceFor(desk()).flatMap((each) =>
    each.member === "confirm" ? [[each.operation, each.says.includes("('List tickets')")]] : [],
  );
  expect(says).toEqual([
    ["create", true],
    ["ping", false],
  ]);
});

test("a list that is looked through for a record has to say by what the record is recognised", () => {
  const confirmedBy = (match: object) => problemsOf(desk({ confirm: { operation: "tickets", input: {}, match } }), []);
  expect(confirmedBy({})).toEqual([
    { field: "operations.2.confirm.match", problem: expect.stringContaining("names no field by which the record is recognised") },
  ]);
  expect(confirmedBy({ subject: "input.subject" })).toEqual([]);
});

test("a write that is confirmed by a list, and whose answer nobody has seen, is told apart until its record's place is known", () => {
  const confirm = { operation: "tickets", input: {}, match: { subject: "input.subject" } };
  const advised = (write: object) =>
    adviceFor(desk({ confirm, ...write })).filter(({ operation, member }) => operation === "create" && member === "result");
  expect(advised({})).toEqual([
    { operation: "create", member: "result", says: expect.stringContaining("the record of 'List tickets' bare") },
  ]);
  expect(advised({ result: "ticket" })).toEqual([]);
  expect(advised({ example: { input: {}, output: { ticket: { subject: "A" } } } })).toEqual([]);
});
