import { expect, test } from "vitest";
import { changedHost, patchOf } from "./edit.ts";

const connection = { title: "Acme", name: "acme", locationId: "loc_1", baseUrl: "https://erp.example.com/api" };
const typed = { title: "Acme", name: "acme", locationId: "loc_1", companyId: "", baseUrl: "https://erp.example.com/api" };

test("only what differs is sent, and what was emptied is cleared", () => {
  expect(patchOf(connection, typed)).toEqual({});
  expect(patchOf(connection, { ...typed, title: " Acme Ltd ", locationId: " ", companyId: "com_1" })).toEqual({
    title: "Acme Ltd",
    locationId: null,
    companyId: "com_1",
  });
});

test("another host needs the login again; another path of it does not", () => {
  expect(changedHost(connection, { baseUrl: "https://erp.example.com/v2" })).toBe(false);
  for (const baseUrl of ["https://evil.example.com/api", "http://erp.example.com/api", "https://erp.example.com:8443", ""])
    expect(changedHost(connection, { baseUrl })).toBe(true);
});
