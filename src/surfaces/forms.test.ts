import { expect, test } from "vitest";
import type { Operation } from "#catalog/types.ts";
import { formOf } from "./forms.ts";

const operation: Operation = {
  id: "contacts.upsert",
  app: "demo",
  title: "Upsert",
  category: "Contacts",
  kind: "action",
  effect: "upsert",
  method: "POST",
  path: "/x",
  scopes: [],
  access: [],
  result: "",
  note: "Mind the tags.",
  input: [
    { name: "email", in: "body", required: true, schema: { type: "string" }, label: "E-mail", control: "text" },
    {
      name: "owner",
      in: "body",
      schema: { type: "string" },
      control: "lookup",
      lookup: { operation: "users.list", value: "id", label: "name" },
      help: "Who.",
    },
    { name: "colour", in: "body", schema: { type: "string", enum: ["teal", "grey", null], default: "teal" } },
    { name: "locationId", in: "body", required: true, schema: { type: "string" }, fill: { connection: "locationId" } },
  ],
};

test("a form asks in the operation's order, and not for what Millrace fills in", () => {
  expect(formOf(operation)).toEqual({
    app: "demo",
    operation: "contacts.upsert",
    title: "Upsert",
    note: "Mind the tags.",
    fields: [
      { name: "email", label: "E-mail", control: "text", required: true, first: true },
      {
        name: "owner",
        label: "owner",
        control: "lookup",
        required: false,
        first: true,
        lookup: { operation: "users.list", value: "id", label: "name" },
        help: "Who.",
      },
      { name: "colour", label: "colour", control: "choice", required: false, first: true, choices: ["teal", "grey"], default: "teal" },
    ],
  });
});

test("fields that nobody must fill wait behind the first few; required ones do not", () => {
  const input = Array.from({ length: 12 }, (_, i) => ({
    name: `f${i}`,
    in: "body" as const,
    schema: { type: "string" as const },
    ...(i === 11 ? { required: true } : {}),
  }));
  expect(formOf({ ...operation, input }).fields.map((f) => f.first)).toEqual([...Array<boolean>(8).fill(true), false, false, false, true]);
});
