import { expect, test } from "vitest";
import { exportedApp } from "./exported-app.ts";

test("the file of an exported app is known from a document", () => {
  expect(exportedApp('{ "millraceApp": 1, "title": "Desk", "operations": [] }')).toEqual({ title: "Desk", operations: [] });
  for (const other of ['{ "openapi": "3.0.3", "info": { "title": "Desk" } }', '{ "millraceApp": 1 }', 'millraceApp: "millraceApp"', "{"])
    expect(exportedApp(other)).toBeNull();
});
