import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownedByNobody } from "./rows.ts";
import { answeringRoutes, directions, TwoWorkspaces } from "./walk.ts";

/** Every route of the table is called with a workspace's key and its own things, beside another workspace with things of its own. */
let two: TwoWorkspaces;
beforeAll(async () => {
  two = await TwoWorkspaces.open();
});
afterAll(() => two.close());

test.each(["aurelia", "borealis"] as const)("%s has rows in every table", (word) => {
  const empty = [...two.rows.of(two.caller(word).workspaceId)].filter(([, rows]) => rows.length === 0).map(([table]) => table);
  expect(empty, "give it a row in test/workspaces/things.ts, or say in `ownedByNobody` (rows.ts) why no workspace owns one").toEqual([]);
  expect(Object.keys(ownedByNobody).filter((name) => !two.rows.tables().includes(name))).toEqual([]);
});

describe.each(directions)("what $reader is shown of its own", ({ reader, owner }) => {
  test.each(answeringRoutes)("$name says nothing of the other workspace, and leaves it as it is ($address)", async (route) => {
    const before = two.snapshot(owner);
    expect(two.shownOf(owner, await two.send(reader, route, two.of(reader).things, 0))).toEqual([]);
    // What a change began may go on by itself, and write later.
    if (!route.address.startsWith("GET")) await two.atRest();
    expect(two.snapshot(owner)).toEqual(before);
  });
});
