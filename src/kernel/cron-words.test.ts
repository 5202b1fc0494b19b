import fc from "fast-check";
import { expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { cronWords, readCron, writeCron, type UsualSchedule } from "./cron-words.ts";

test.each([
  ["0 7 * * *", "every day at 07:00"],
  ["30 9 * * 1-5", "every weekday at 09:30"],
  ["0 7 * * 1", "every Monday at 07:00"],
  ["5 23 * * 7", "every Sunday at 23:05"],
  ["0 6 1 * *", "on day 1 of every month at 06:00"],
  ["0 7 31 * *", "on day 31 of every month at 07:00"],
  ["15 * * * *", "every hour, at 15 past"],
])("%s is %s", (cron, words) => expect(cronWords(cron)).toBe(words));

test.each([
  "*/5 * * * *",
  "* * * * *",
  "0 7 1 * 1",
  "0 9 1 1 *",
  "0 9 * * 1,3",
  "0 7 32 * *",
  "0 7 0 * *",
  "0 0 7 * * *",
  "60 7 * * *",
  "0 24 * * *",
  "",
  "at noon",
])("'%s' is left as it is", (cron) => {
  expect(readCron(cron)).toBeNull();
  expect(cronWords(cron)).toBeNull();
});

test("what is written is read again", () => {
  const two = (n: number) => String(n).padStart(2, "0");
  const schedules = fc.record<UsualSchedule>({
    kind: fc.constantFrom("day", "weekdays", "week", "month", "hour"),
    weekday: fc.integer({ min: 0, max: 6 }),
    day: fc.integer({ min: 1, max: 31 }),
    at: fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([hour, minute]) => `${two(hour)}:${two(minute)}`),
  });
  fc.assert(
    fc.property(schedules, (one) => {
      const { weekday, day, ...read } = readCron(writeCron(one))!;
      expect(read).toEqual({ kind: one.kind, at: one.kind === "hour" ? `00:${one.at.slice(3)}` : one.at });
      if (one.kind === "week") expect(weekday).toBe(one.weekday);
      if (one.kind === "month") expect(day).toBe(one.day);
    }),
    { numRuns: trials(60) },
  );
});
