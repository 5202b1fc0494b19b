import { expect, test } from "vitest";
import type { RunView } from "#api/schemas.ts";
import { groupByCause, shapeOf } from "./groups.ts";

const run = (id: string, flowId: string, message: string): RunView => ({
  id,
  flow: { id: flowId, name: flowId, version: 1 },
  subAccounts: [],
  state: "failed",
  label: "Failed",
  person: null,
  name: null,
  startedBy: "event",
  starter: null,
  summary: null,
  attention: true,
  replayOf: null,
  error: { code: "OUTBOUND_REFUSED", message, details: {} },
  createdAt: 1,
  finishedAt: 2,
  dueAt: 1,
  record: null,
  merged: 0,
  recovered: false,
  waiting: null,
  workedMs: null,
});

test("runs that stopped for the same reason in the same flow are one group, whatever record it was about", () => {
  const groups = groupByCause([
    run("1", "f", "HighLevel refused Create a task: contact ocQHyuzHvysMo5N5VsXc has no owner"),
    run("2", "g", "HighLevel refused Create a task: contact ocQHyuzHvysMo5N5VsXc has no owner"),
    run("3", "f", "HighLevel refused Create a task: contact aB3xKuzHvysMo5N5Vs11 has no owner"),
    run("4", "f", "HighLevel refused Create a task: dueDate must be in the future"),
  ]);
  expect(groups.map((group) => group.runs.map(({ id }) => id))).toEqual([["1", "3"], ["2"], ["4"]]);
});

test("addresses, quoted values, ids and numbers do not count", () => {
  expect(shapeOf("'call me' of ada@example.com is no phone number (row 12, id a1b2c3d4)")).toBe(
    shapeOf("'later' of bob@example.org is no phone number (row 7, id ffee0011)"),
  );
});
