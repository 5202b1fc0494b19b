import { expect, test } from "vitest";
import { changedHost, patchOf } from "./edit.ts";

const known = { title: "Acme", name: "acme", locationId: "loc_1", baseUrl: "https://erp.example.com/api" };
const typed = { title: "Acme", name: "acme", locationId: "loc_1", companyId: "", baseUrl: "https://erp.example.com/api" };

test("only what differs is sent, and what was emptied is cleared", () => {
  expect(patchOf(known, typed)).toEqual({});
  expect(patchOf(known, { ...typed, title: " Acme Ltd ", locationId: " ", companyId: "com_1" })).toEqual({
    title: "Acme Ltd",
    locationId: null,
    companyId: "com_1",
  });
});

test("another host needs the login again; another path of it does not", () => {
  expect(changedHost(known, { baseUrl: "https://erp.example.com/v2" })).toBe(false);
  for (const baseUrl of ["https://evil.example.com/api", "http://erp.example.com/api", "https://erp.example.com:8443", ""])
    expect(changedHost(known, { baseUrl })).toBe(true);
});
