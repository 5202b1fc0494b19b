import { expect, test } from "vitest";
import { changedHost, patchOf } from "./edit.ts";

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

test("another host needs the login again; another path of it does not", () => {
  expect(changedHost(connection, { ...typed, baseUrl: "https://erp.example.com/v2" })).toBe(false);
  for (const baseUrl of ["https://evil.example.com/api", "http://erp.example.com/api", "https://erp.example.com:8443", ""])
    expect(changedHost(connection, { ...typed, baseUrl })).toBe(true);
});

test("another part of the app's address is a setting, and asks for the login again", () => {
  const changes = { ...typed, variables: { account: " beta " } };
  expect(patchOf(connection, changes)).toEqual({ settings: { account: "beta" } });
  expect([changedHost(connection, changes), changedHost(connection, typed)]).toEqual([true, false]);
});
