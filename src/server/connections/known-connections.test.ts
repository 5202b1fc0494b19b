import { expect, test } from "vitest";
import type { Connection, RemovedConnection } from "#vault/types.ts";
import { knownConnections } from "./known-connections.ts";
import { subAccountsOf } from "./sub-accounts-of.ts";

const present = (name: string, title: string, locationId: string) => ({ name, title, app: "highlevel", locationId }) as Connection;
const removed = (name: string, title: string, locationId: string, formerNames: string[] = []): RemovedConnection => ({
  id: `con_${title}`,
  name,
  formerNames,
  title,
  app: "highlevel",
  locationId,
  removedAt: 1,
});

test("a name means the connection that has it now, or else the one that lost it last, and a sub-account is called as it is now", () => {
  const known = knownConnections(
    [present("acme-2", "Acme Dental", "loc_a"), present("bright", "Bright Smiles", "loc_b")],
    [
      removed("acme", "Acme Dental (sandbox)", "loc_a", ["acme-old"]),
      removed("acme", "Somebody before", "loc_z"),
      removed("bright", "Bright before", "loc_y"),
    ],
  );
  const of = (...names: string[]) => subAccountsOf(new Set(names), known);
  expect(of("acme", "acme-2")).toEqual([{ locationId: "loc_a", title: "Acme Dental" }]);
  expect(of("acme-old")).toEqual([{ locationId: "loc_a", title: "Acme Dental" }]);
  expect(of("bright")).toEqual([{ locationId: "loc_b", title: "Bright Smiles" }]);
});
