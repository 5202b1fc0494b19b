import { expect, test } from "vitest";
import { readRelative, type RelativeUnit, relativeUnits, writeRelative } from "./relative-date.ts";

test.each(Object.keys(relativeUnits) as RelativeUnit[])("a date in some %s is read as it was written", (unit) => {
  expect(readRelative(writeRelative({ unit, count: 3, isPast: false }))).toEqual({ unit, count: 3, isPast: false });
  expect(readRelative(writeRelative({ unit, count: 3, isPast: true }))).toEqual({ unit, count: 3, isPast: true });
});

test.each([
  "{{ 'now' | plus_days: trigger.days }}",
  "{{ 'now' | plus_days: 1.5 }}",
  "{{ 'now' | plus_days: 1 | start_of: 'day' }}",
  "{{ trigger.at | plus_days: 1 }}",
  "due {{ 'now' | plus_days: 1 }}",
  "2026-01-31T09:00",
  7,
  undefined,
])("%s is no date that a number and a unit could show", (written) => {
  expect(readRelative(written)).toBeNull();
});
