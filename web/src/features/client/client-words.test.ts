import { expect, test } from "vitest";
import { connectionSentence, weekWords } from "./client-words.ts";

test("a broken connection says why, that nothing is lost, and that the agency mends it", () => {
  const says = (reason: string | null) => connectionSentence({ status: "broken", reason });
  const rest = "Your agency has to connect it again; nothing is lost meanwhile.";
  expect(says("HighLevel no longer accepts this login. Connect it again.")).toBe(
    `Not working. HighLevel no longer accepts this login. ${rest}`,
  );
  expect(says("The app was uninstalled in HighLevel; install it again, then connect it again.")).toBe(
    `Not working. The app was uninstalled in HighLevel. ${rest}`,
  );
  expect(says(null)).toBe(`Not working. ${rest}`);
});

test("a week is told by what happened in it, and by nothing else", () => {
  expect(weekWords({ succeeded: 12, failed: 1, filtered: 0, waiting: 0, attention: 1 })).toBe(
    "Last seven days: 12 runs succeeded, 1 run failed",
  );
  expect(weekWords({ succeeded: 0, failed: 0, filtered: 0, waiting: 0, attention: 0 })).toBe("No runs in the last seven days");
});
