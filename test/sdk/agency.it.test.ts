/** What an agency's login can do, and what it is told where a sub-account's is wanted, or the other way round. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import type { Operation } from "#catalog/types.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { openSide, type Side } from "./side.ts";

const { acmeDental, users } = sandboxDefaults;
let side: Side;
beforeAll(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  side = await openSide();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await side.close();
});
beforeEach(async () => {
  side.sandbox.reset();
  await side.clock.advance(600_000); // past the quota, and what is remembered of look-ups
});

const ask = (operation: string, input: JsonObject = {}) => side.millrace("agency", operation, input);
const operationsFor = (login: "location" | "agency") => highlevel.operations.filter(({ access }) => access.includes(login));
const named = (operations: readonly Operation[]) => operations.map((o) => [o.id, o] as const);
const nora = {
  firstName: "Nora",
  lastName: "Kelly",
  email: "nora@acmedental.example.com",
  password: "correct horse 1",
  type: "account",
  role: "user",
  locationIds: ["Acme Dental"], // by name: the agency's own list tells the id
};

/** Everything an agency's login may do, one way to do it, and what comes of it. */
const agencys: Record<string, [input: JsonObject, wanted: unknown]> = {
  "users.search": [{ query: "Dana" }, expect.arrayContaining([expect.objectContaining({ id: users.owner })])],
  "users.filter_by_email": [{ emails: ["nobody@example.com"], projection: "all" }, []],
  "users.get": [{ userId: users.desk }, expect.objectContaining({ id: users.desk })],
  "users.create": [nora, expect.objectContaining({ email: nora.email, roles: expect.objectContaining({ locationIds: [acmeDental] }) })],
  "users.update": [{ userId: users.desk, lastName: "King" }, expect.objectContaining({ lastName: "King" })],
  "users.delete": [{ userId: users.desk }, expect.objectContaining({ succeded: true })],
  "snapshots.list": [{}, [expect.objectContaining({ name: "Dental practice" })]],
  "locations.list": [{}, expect.arrayContaining([expect.objectContaining({ id: acmeDental })])],
  "locations.get": [{ locationId: acmeDental }, expect.objectContaining({ id: acmeDental })],
  "locations.create": [{ name: "New Smiles", country: "GB" }, expect.objectContaining({ name: "New Smiles" })],
  "companies.get": [{}, expect.objectContaining({ id: sandboxDefaults.companyId })],
};

describe("an agency's login", () => {
  test("has these to do, and no others", () => {
    expect(Object.keys(agencys).sort()).toEqual(
      operationsFor("agency")
        .map(({ id }) => id)
        .sort(),
    );
  });

  test.each(Object.entries(agencys))("does %s, the agency's id filled in", async (operation, [input, wanted]) => {
    expect(await ask(operation, input)).toEqual(wanted);
  });

  test("finds a user by name or e-mail address among the agency's", async () => {
    const { email } = side.sandbox.state.users.get(users.desk)!;
    expect(await ask("users.update", { userId: email, lastName: "King" })).toMatchObject({ id: users.desk, lastName: "King" });
    await expect(ask("users.get", { userId: "Dana Whitfield" })).rejects.toMatchObject({
      details: { problem: expect.stringContaining("names 2 of them") as string },
    });
  });

  test("is asked to name a sub-account where one is read", async () => {
    await expect(ask("locations.get")).rejects.toMatchObject({
      code: "STEP_INPUT_INVALID",
      details: { field: "locationId", problem: expect.stringContaining("names no sub-account") as string },
    });
  });

  test.each(named(operationsFor("location").filter((o) => !(o.id in agencys) && !o.recipe)))(
    "is refused by %s, which wants a sub-account's, before anything is sent",
    async (id, { example }) => {
      const before = await ask("companies.get").then(() => side.lastRoute());
      await expect(ask(id, example!.input)).rejects.toMatchObject({
        code: "CONNECTION_WRONG_KIND",
        details: { access: "a sub-account login" },
      });
      expect(await side.lastRoute()).toBe(before);
    },
  );
});

test.each(named(highlevel.operations.filter(({ access }) => !access.includes("location"))))(
  "a sub-account's login is refused by %s, which wants an agency's",
  async (id, { example }) => {
    await expect(side.millrace("location", id, example!.input)).rejects.toMatchObject({
      code: "CONNECTION_WRONG_KIND",
      details: { access: "an agency login" },
    });
  },
);
