import { expect, test } from "vitest";
import { runWho, type RunWho } from "./run-who.ts";

test.each<[RunWho, string]>([
  [{ person: "ada@example.com", name: "Ada Lovelace", startedBy: "event" }, "Ada Lovelace"],
  [{ person: "ada@example.com", name: null, startedBy: "event" }, "ada@example.com"],
  [{ person: null, name: null, startedBy: "event" }, "No person"],
  [{ person: null, name: null, startedBy: "schedule" }, "On a schedule"],
  [{ person: null, name: null, startedBy: "hand" }, "Started by hand"],
  [{ person: null, name: null, startedBy: "hand", starter: "Ada" }, "Started by Ada"],
])("%j is about %s", (run, who) => {
  expect(runWho(run)).toBe(who);
});
