import { expect, test } from "vitest";
import { connectionSentence, summaryOf, weekWords } from "./client-words.ts";

test("a broken connection says why, that nothing is lost, and that the agency reconnects it", () => {
  const says = (reason: string | null) => connectionSentence({ status: "broken", reason }, null);
  const rest = "Your agency has to reconnect it. Nothing is lost in the meantime.";
  expect(says("HighLevel no longer accepts this login. Reconnect it.")).toBe(
    `Not working. HighLevel no longer accepts this login. ${rest}`,
  );
  expect(says("The app was uninstalled in HighLevel; install it again, then reconnect it.")).toBe(
    `Not working. The app was uninstalled in HighLevel. ${rest}`,
  );
  expect(says(null)).toBe(`Not working. ${rest}`);
  expect(connectionSentence({ status: "broken", reason: null }, "Riverside Agency")).toBe(
    "Not working. Riverside Agency has to reconnect it. Nothing is lost in the meantime.",
  );
});

test("a week is told by what happened in it, and by nothing else", () => {
  expect(weekWords({ succeeded: 12, failed: 1, filtered: 0, waiting: 0, attention: 1 })).toBe(
    "Last seven days: 12 events handled, 1 not finished",
  );
  expect(weekWords({ succeeded: 0, failed: 0, filtered: 0, waiting: 0, attention: 0 })).toBe("No events in the last seven days");
});

test("the page begins with whether all is well", () => {
  const week = { succeeded: 12, failed: 0, filtered: 0, waiting: 0, attention: 0 };
  const flow = { id: "f", name: "Welcome", sentence: "", status: "on" as const, lastRunAt: 1, lastState: null, week };
  const login = (status: "connected" | "broken" | "paused") => [{ title: "Acme", app: "highlevel", status, reason: null }];
  const says = (of: Omit<Parameters<typeof summaryOf>[0], "agency">) => summaryOf({ ...of, agency: null }).words;
  expect(summaryOf({ agency: null, connections: login("connected"), flows: [flow] })).toEqual({
    tone: "good",
    words: "Everything works",
    more: "12 events handled in the last seven days. Nothing for you to do.",
  });
  expect(says({ connections: login("broken"), flows: [flow] })).toBe("Your connection does not work");
  expect(says({ connections: login("paused"), flows: [] })).toBe("Your connection is paused");
  expect(says({ connections: [], flows: [] })).toBe("Your sub-account is not connected");
  expect(says({ connections: login("connected"), flows: [{ ...flow, week: { ...week, attention: 2 } }] })).toBe(
    "2 events could not be finished",
  );
  expect(says({ connections: login("connected"), flows: [{ ...flow, status: "off" }] })).toBe("Your flows are paused");
});
