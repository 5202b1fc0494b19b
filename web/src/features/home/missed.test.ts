import { expect, test } from "vitest";
import type { InboxView } from "#api/schemas.ts";
import { missedEvents } from "./missed.ts";

const day = 86_400_000;
const flows = [
  { id: "old", updatedAt: 0 },
  { id: "new", updatedAt: day },
];
const inbox = (...events: [type: string, flow: string | null, count: number][]) =>
  ({
    events: events.map(([type, flow, count]) => ({ type, title: `${type} title`, flows: flow === null ? [] : [{ id: flow }], count })),
  }) as unknown as InboxView;

test("an event that a flow waits for since a day and that never came is named, once", () => {
  expect(missedEvents([inbox(["A", "old", 0]), inbox(["A", "old", 0])], flows, day)).toEqual(["A title"]);
});

test("nothing is said of what came, at whichever inbox, of what nobody waits for, and of a flow from today", () => {
  const inboxes = [inbox(["A", "old", 0], ["B", null, 0], ["C", "new", 0]), inbox(["A", "old", 3])];
  expect(missedEvents(inboxes, flows, day)).toEqual([]);
});
