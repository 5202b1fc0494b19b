import fc from "fast-check";
import { expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { cronWords, readCron, writeCron, type UsualTimes } from "./cron-words.ts";

test.each([
  ["0 7 * * *", "every day at 07:00"],
  ["30 9 * * 1-5", "every workday at 09:30"],
  ["0 7 * * 1", "every Monday at 07:00"],
  ["5 23 * * 7", "every Sunday at 23:05"],
  ["0 6 1 * *", "on day 1 of every month at 06:00"],
])("%s is %s", (cron, words) => expect(cronWords(cron)).toBe(words));

test.each(["*/5 * * * *", "0 7 1 * 1", "0 7 31 * *", "0 0 7 * * *", "60 7 * * *", "0 24 * * *", "", "at noon"])(
  "'%s' is left as it is",
  (cron) => {
    expect(cronWords(cron)).toBeNull();
  },
);

test("what is written is read again", () => {
  const times = fc.record<UsualTimes>({
    on: fc.constantFrom("day", "workday", "weekday", "month"),
    weekday: fc.integer({ min: 0, max: 6 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
  });
  fc.assert(
    fc.property(times, (one) => {
      const { weekday, day, ...read } = readCron(writeCron(one))!;
      expect(read).toEqual({ on: one.on, hour: one.hour, minute: one.minute });
      if (one.on === "weekday") expect(weekday).toBe(one.weekday);
      if (one.on === "month") expect(day).toBe(one.day);
    }),
    { numRuns: trials(60) },
  );
});
