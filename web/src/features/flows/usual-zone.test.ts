import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { catalogJson } from "#test/support/built-in.ts";
import { newTrigger } from "./starter.ts";
import { saysItsZone } from "./usual-zone.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];

test("of all operations, the account's own record says its time zone without asking for anything", () => {
  expect(catalog.filter((entry) => entry.app === "highlevel" && saysItsZone(entry)).map(({ key }) => key)).toEqual(["locations.get"]);
});

test("a schedule begins in the zone that is usual, and no other trigger has one", () => {
  const begun = (key: string) =>
    newTrigger(
      catalog.find((entry) => entry.key === key)!,
      { connection: null, zone: "Europe/London" },
    );
  expect(begun("schedule")).toMatchObject({ input: { cron: "0 9 * * *", zone: "Europe/London" } });
  expect(begun("contacts.search").input).toBeUndefined();
});
