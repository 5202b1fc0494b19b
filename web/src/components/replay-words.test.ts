import { expect, test } from "vitest";
import { replayWords } from "./replay-words.ts";

test("a replay says what happens next, and leads to the run that does it", () => {
  expect(replayWords([])).toBe(null);
  expect(replayWords([{ run: "run_1", as: "run_1" }])).toMatchObject({ title: "The run goes on", runId: "run_1", open: "Open the run" });
  expect(replayWords([{ run: "run_1", as: "run_2" }])).toMatchObject({
    title: "A new run has started",
    runId: "run_2",
    open: "Open the new run",
  });
  expect(
    replayWords([
      { run: "run_1", as: "run_1" },
      { run: "run_2", as: "run_3" },
    ]),
  ).toMatchObject({
    title: "Replaying 2 runs",
    runId: null,
  });
});
