import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { EditorWindows } from "./editor-windows.ts";

test("a window knows how many others have the same flow open, until they leave or are silent", async () => {
  const clock = new TestClock();
  const windows = new EditorWindows(clock);
  const note = (window: string, { flow = "f", workspace = "w", leaving = false } = {}) => windows.note(workspace, flow, window, leaving);
  expect([note("a"), note("b"), note("a")]).toEqual([0, 1, 1]);
  expect([note("c", { flow: "other" }), note("c", { workspace: "other" })]).toEqual([0, 0]);
  expect([note("b", { leaving: true }), note("a")]).toEqual([1, 0]);
  note("b");
  await clock.advance(30_000);
  expect(note("a")).toBe(1);
  await clock.advance(20_000);
  expect(note("a")).toBe(0);
});
