import { expect, test } from "vitest";
import { isAsked } from "./asked.ts";

const sub = { locationId: "loc_1" };
const agency = { companyId: "com_1" };

test("what nobody fills in is asked for, a constant never", () => {
  expect([isAsked({}, sub), isAsked({}, null), isAsked({ fill: { value: 1 } }, agency)]).toEqual([true, true, false]);
});

test("a sub-account is asked for where the login is an agency's, and an agency where it is not known", () => {
  const [location, company] = [{ fill: { connection: "locationId" } }, { fill: { connection: "companyId" } }] as const;
  expect([isAsked(location, sub), isAsked(location, agency)]).toEqual([false, true]);
  expect([isAsked(company, agency), isAsked(company, sub)]).toEqual([false, true]);
  expect(isAsked(location, null)).toBe(false);
});
