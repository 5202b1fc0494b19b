import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unknownThings } from "./things.ts";
import { answeringRoutes, directions, mostNames, TwoWorkspaces } from "./walk.ts";

/**
 * Every route of the table is called with one workspace's key and the other's things: it answers as for what does not exist, shows nothing
 * of the other, and changes nothing there. What a new route takes is read off its row; where that does not tell, the test says what to add.
 */
let two: TwoWorkspaces;
beforeAll(async () => {
  two = await TwoWorkspaces.open();
});
afterAll(() => two.close());

describe.each(directions)("with the key of $reader, of the things of $owner", ({ reader, owner }) => {
  test.each(answeringRoutes)("$name knows nothing ($address)", async (route) => {
    const before = two.snapshot(owner);
    for (let n = 0; n < mostNames; n++) {
      const unknown = await two.send(reader, route, unknownThings, n);
      const foreign = await two.send(reader, route, two.of(owner).things, n);
      expect(two.plain(foreign)).toEqual(two.plain(unknown));
      expect(two.shownOf(owner, foreign)).toEqual([]);
    }
    expect(two.snapshot(owner)).toEqual(before);
  });
});
