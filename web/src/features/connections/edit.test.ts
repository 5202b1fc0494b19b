import { expect, test } from "vitest";
import { changedAddress, patchOf } from "./edit.ts";

const connection = {
  title: "Acme",
  name: "acme",
  locationId: "loc_1",
  baseUrl: "https://erp.example.com/api",
  variables: { account: "acme" },
};
const typed = {
  title: "Acme",
  name: "acme",
  locationId: "loc_1",
  companyId: "",
  baseUrl: "https://erp.example.com/api",
  variables: { account: "acme" },
};

test("only what differs is sent, and what was emptied is cleared", () => {
  expect(patchOf(connection, typed)).toEqual({});
  expect(patchOf(connection, { ...typed, title: " Acme Ltd ", locationId: " ", companyId: "com_1" })).toEqual({
    title: "Acme Ltd",
    locationId: null,
    companyId: "com_1",
  });
});

test("another host or path needs the login again; the same one with a slash at its end does not", () => {
  expect(changedAddress(connection, { ...typed, baseUrl: `${typed.baseUrl}/` })).toBe(false);
  for (const baseUrl of [
    "https://evil.example.com/api",
    "http://erp.example.com/api",
    "https://erp.example.com:8443",
    "https://erp.example.com/other",
    "",
  ])
    expect(changedAddress(connection, { ...typed, baseUrl })).toBe(true);
});

test("another part of the app's address is a setting, and asks for the login again", () => {
  const changes = { ...typed, variables: { account: " beta " } };
  expect(patchOf(connection, changes)).toEqual({ settings: { account: "beta" } });
  expect([changedAddress(connection, changes), changedAddress(connection, typed)]).toEqual([true, false]);
});
