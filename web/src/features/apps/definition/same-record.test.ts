import { expect, test } from "vitest";
import { guessedConfirm } from "./same-record.ts";
import type { Operation } from "./types.ts";

const write: Operation = {
  id: "tickets.create",
  title: "Create ticket",
  effect: "create",
  method: "POST",
  path: "/tickets",
  input: [
    { name: "priority", in: "body" },
    { name: "subject", in: "body", required: true },
    { name: "tags", in: "body", schema: { type: "array" } },
    { name: "email", in: "body", wire: "requester_email" },
  ],
};
const read = (output: unknown): Operation => ({
  id: "tickets.list",
  title: "List tickets",
  effect: "read",
  method: "GET",
  path: "/tickets",
  input: [
    { name: "email", in: "query" },
    { name: "page", in: "query" },
  ],
  example: { input: {}, output: output as never },
});

test("a record is recognised by what its write and the read have in common, the most telling first", () => {
  expect(guessedConfirm(write, read([{ id: "t_1", subject: "Help", priority: "low", requester_email: "ada@example.com" }]))).toEqual({
    operation: "tickets.list",
    input: { email: "input.email" },
    match: { requester_email: "input.email", subject: "input.subject" },
  });
});

test("what the records of the read do not have recognises none", () => {
  expect(guessedConfirm(write, read([{ id: "t_1", subject: "Help" }])).match).toEqual({ subject: "input.subject" });
  expect(guessedConfirm(write, read([{ id: "t_1" }])).match).toEqual({});
});
