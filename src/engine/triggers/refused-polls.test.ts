import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Trigger } from "../types/triggers.ts";
import { RefusedPolls } from "./refused-polls.ts";
import { TriggerLocks } from "./trigger-locks.ts";

const errorOf = (connectionId: string) =>
  new MillraceError("CONNECTION_REVOKED", { details: { app: "HighLevel", connection: "acme", connectionId } }).toJSON();
const unknown = new MillraceError("CONNECTION_UNKNOWN", { details: { connection: "acme" } }).toJSON();
const trigger = (id: string, more: Partial<Trigger>) => ({ id, active: true, nextAt: 900, lastError: null, ...more }) as Trigger;

test("once a login works again, the polls that it failed are due at once, and no others", async () => {
  const due: [string, unknown][] = [];
  let pokes = 0;
  const polls = new RefusedPolls({
    triggers: {
      list: async () => [
        trigger("refused", { lastError: errorOf("con_1") }),
        trigger("other login", { lastError: errorOf("con_2") }),
        trigger("healthy", {}),
        trigger("none of its name", { lastError: unknown }),
        trigger("off", { lastError: errorOf("con_1"), active: false }),
        trigger("never polled", { lastError: errorOf("con_1"), nextAt: null }),
      ],
      update: async (_, id, patch) => void due.push([id, patch]),
    },
    locks: new TriggerLocks(),
    poke: () => void pokes++,
    clock: new TestClock(500),
  });
  const again = { nextAt: 500 };
  expect(await polls.pollAgain("ws", "con_1")).toBe(2);
  expect([due, pokes]).toEqual([
    [
      ["refused", again],
      ["none of its name", again],
    ],
    1,
  ]);
  // A connection that was just added may be the one whose name was not there.
  expect([await polls.pollAgain("ws", "con_3"), due.at(-1), pokes]).toEqual([1, ["none of its name", again], 2]);
});
