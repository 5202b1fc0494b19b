import { expect, test } from "vitest";
import { arrivalWords } from "./arrival-words.ts";

const arrival = { flows: 1, runId: null, joined: false, repeat: false, outcome: null };

test("an event that started nothing says why, and never that it joined a run", () => {
  expect(arrivalWords({ ...arrival, outcome: "other" })).toBe(
    "Looked at by 1 flow, started nothing: changed, but not in the way this trigger watches for",
  );
  expect(arrivalWords(arrival)).toBe("Looked at by 1 flow, started nothing");
  expect(arrivalWords({ ...arrival, flows: 0 })).toContain("No flow waits for it");
});

test("an event joined a run only where the run was there before", () => {
  expect(arrivalWords({ ...arrival, runId: "run_1" })).toBe("For 1 flow");
  expect(arrivalWords({ ...arrival, runId: "run_1", joined: true })).toBe("Joined a run whose record was still changing");
});
