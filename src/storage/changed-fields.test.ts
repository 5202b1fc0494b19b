import { expect, test } from "vitest";
import { changedFields } from "./changed-fields.ts";

test("only the fields that differ are kept, with both values", () => {
  const before = { title: "Acme", access: "read", scopes: ["a", "b"], other: 1 };
  expect(changedFields(before, { title: "Acme Dental", access: "read", scopes: ["b"] })).toEqual([
    { field: "title", before: "Acme", after: "Acme Dental" },
    { field: "scopes", before: ["a", "b"], after: ["b"] },
  ]);
  expect(changedFields({}, { folder: undefined })).toEqual([]);
  expect(changedFields({ folder: "Leads" }, { folder: undefined })).toEqual([{ field: "folder", before: "Leads", after: null }]);
});

test("what may hold a secret is named and never shown", () => {
  const kept = changedFields(
    { apiKey: "old-1", settings: {}, baseUrl: "https://a.example.com/x" },
    {
      apiKey: "s3cr3t-1",
      settings: { region: "eu", nested: [{ clientSecret: "s3cr3t-2" }] },
      baseUrl: "https://me:s3cr3t-3@b.example.com/x?sig=s3cr3t-4",
      token: "s3cr3t-5",
    },
  );
  expect(JSON.stringify(kept)).not.toContain("s3cr3t");
  expect(kept).toEqual([
    { field: "apiKey" },
    { field: "settings" },
    { field: "baseUrl", before: "https://a.example.com/x", after: "https://b.example.com/x" },
    { field: "token" },
  ]);
});

test("long values do not fill the store", () => {
  const kept = changedFields({ a: "", b: null }, { a: "x".repeat(10_000), b: { list: Array.from({ length: 5_000 }, (_, n) => n) } });
  expect(JSON.stringify(kept).length).toBeLessThan(1_000);
});
