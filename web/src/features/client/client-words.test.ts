import { expect, test } from "vitest";
import { connectionSentence, weekWords } from "./client-words.ts";

test("a broken connection says why, that nothing gets lost, and who mends it", () => {
  expect(connectionSentence({ status: "broken", reason: "HighLevel no longer accepts the token" })).toBe(
    "Not working. HighLevel no longer accepts the token. Nothing gets lost: what comes in waits until your agency has connected it again.",
  );
});

test("a week is told by what happened in it, and by nothing else", () => {
  expect(weekWords({ succeeded: 12, failed: 1, filtered: 0, waiting: 0, attention: 1 })).toBe(
    "Last seven days: 12 runs succeeded, 1 run failed",
  );
  expect(weekWords({ succeeded: 0, failed: 0, filtered: 0, waiting: 0, attention: 0 })).toBe("No runs in the last seven days");
});
