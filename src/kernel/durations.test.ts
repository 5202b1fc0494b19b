import { expect, test } from "vitest";
import { durationInWords, everyWords, isDuration, momentInWords, roughDuration } from "./durations.ts";

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

test.each([
  [400, "1 second"],
  [39_200, "40 seconds"],
  [119_000, "119 seconds"],
  [299_000, "5 minutes"],
  [3 * 3_600_000, "3 hours"],
  [50 * 3_600_000, "3 days"],
])("%s ms are about %s", (ms, words) => expect(roughDuration(ms)).toBe(words));

test("a moment in a sentence has its day, its time and its zone", () => {
  expect(momentInWords(Date.UTC(2026, 11, 1, 9, 5, 30))).toBe("1 Dec 2026, 09:05 UTC");
});
