import { expect, test } from "vitest";
import { durationInWords, everyWords, isDuration } from "./durations.ts";

test.each([
  ["1m", "1 minute", "every minute"],
  ["15m", "15 minutes", "every 15 minutes"],
  ["2h", "2 hours", "every 2 hours"],
  ["1d", "1 day", "every day"],
  ["1h 30m", "1 hour 30 minutes", "every 1 hour 30 minutes"],
  ["1.5 H", "1.5 hours", "every 1.5 hours"],
  ["45min", "45 minutes", "every 45 minutes"],
  ["soon", "soon", "every soon"],
  ["2 hours", "2 hours", "every 2 hours"],
])("'%s' reads as '%s'", (text, words, every) => {
  expect(durationInWords(text)).toBe(words);
  expect(everyWords(text)).toBe(every);
});

test.each(["", "soon", "2 hours", "{{ trigger.at }}", "1h and more", "1".repeat(200)])("'%s' is no duration", (text) => {
  expect(isDuration(text)).toBe(false);
});
