import { expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { TestClock } from "#kernel/clock.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { SubAccounts, type SubAccountsParts } from "./sub-accounts.ts";

const agency = { id: "con_1", workspaceId: "ws", name: "agency", app: "highlevel", auth: "oauth2", access: "agency" } as Connection;

/** The list of an agency whose app answers with these rows. */
function listOf(rows: readonly unknown[], connections: readonly Connection[] = []) {
  const vault = {
    changedDraft: async () => ({ connection: agency, secret: { clientId: "app-1" } }),
    list: async () => [agency, ...connections],
  };
  const parts = {
    vault: vault as unknown as Vault,
    catalog: builtIn,
    caller: {
      async *pages() {
        yield { rows };
      },
    },
    clock: new TestClock(),
  } as unknown as SubAccountsParts;
  return new SubAccounts(parts).list("ws", agency.id, "key:a");
}
const row = (_id: unknown, name: unknown = "Clinic") => ({ _id, name, isInstalled: true });

test("a sub-account that is listed twice is there once", async () => {
  expect((await listOf([row("a"), row("b"), row("a")])).map(({ locationId }) => locationId)).toEqual(["a", "b"]);
});

test("a sub-account has a connection however that one logs in, and the one that the agency can renew is named", async () => {
  const byToken = { ...agency, name: "by-token", auth: "token", access: "location" } as const;
  const connections = [
    { ...byToken, locationId: "a" },
    { ...byToken, name: "by-agency", auth: "oauth2", locationId: "b" } as const,
    { ...byToken, name: "b-token", locationId: "b" },
    { ...byToken, app: "other", locationId: "c" },
  ];
  const listed = await listOf([row("a"), row("b"), row("c")], connections);
  expect(listed.map(({ locationId, connection }) => [locationId, connection])).toEqual([
    ["a", "by-token"],
    ["b", "by-agency"],
    ["c", null],
  ]);
});

test("rows that name no sub-account a connection could be for are left out, and keep nobody else from being ticked", async () => {
  const rows = [null, "a", [], row(undefined), row(5), row(""), row("x".repeat(65)), row("__proto__"), { name: "no id" }];
  expect((await listOf(rows)).map(({ locationId }) => locationId)).toEqual(["__proto__"]);
});

test.each([
  ["  Clinic\u0000\u001b[31m\nNorth ", "Clinic [31m North"],
  ["y".repeat(10_000_000), "y".repeat(120)],
  [" \n", "a"],
  [{ toString: 1 }, "a"],
])("a name is made fit to be a title (%#)", async (name, title) => {
  expect((await listOf([row("a", name)])).map((each) => each.name)).toEqual([title]);
});

test("a hundred thousand sub-accounts are listed", async () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => row(`id-${i}`, `Clinic ${i % 1000}`));
  expect(await listOf(rows)).toHaveLength(100_000);
});

test("a login that turns out to be for another sub-account is refused, and nothing is saved", async () => {
  const changes: string[] = [];
  const vault = {
    changedDraft: async () => ({ connection: agency, secret: { clientId: "app-1", clientSecret: "s" } }),
    list: async () => [agency],
    connect: async () => void changes.push("connect"),
    change: async () => void changes.push("change"),
  };
  const caller = {
    async *pages() {
      yield { rows: [row("a")] };
    },
    call: async () => ({ output: { access_token: "t", locationId: "b" }, exchanges: [] }),
  };
  const parts = { vault, catalog: builtIn, caller, clock: new TestClock() } as unknown as SubAccountsParts;
  const reply = await new SubAccounts(parts).connect("ws", agency.id, ["a"], "key:a");
  expect([reply.connected, changes]).toEqual([[], []]);
  expect(reply.refused).toEqual([
    { locationId: "a", message: expect.stringContaining("HighLevel gave no login: the login is for the sub-account b") },
  ]);
});
