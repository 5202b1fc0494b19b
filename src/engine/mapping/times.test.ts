import { Settings } from "luxon";
import { afterEach, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { readMoment } from "#catalog/moments.ts";
import { checkWait, resolveWait } from "../flow/kinds/wait/until.ts";
import { dateFilters } from "./filters/dates.ts";
import { compileCondition, compileExpression, compileValue } from "./mapping.ts";
import type { MappingSettings } from "./mapping.ts";

/** Every date filter, condition and wait with every spelling of a time, the wrong ones too, and on both nights on which the clocks change. */
const zone = "Europe/Berlin";
const settings: MappingSettings = { zone, now: () => Date.UTC(2026, 0, 16, 12) };

type Outcome = { value: unknown } | { problem: string };
function outcome(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (thrown) {
    if (thrown instanceof MillraceError) return { problem: String(thrown.details.problem) };
    throw thrown;
  }
}
const run = (expression: string, v?: unknown, by = settings) =>
  outcome(() => compileExpression(expression, by, "field").evaluate({ v, trigger: { v } }));
/** Each date filter with its arguments, and what it makes of 15 January 2026, 9:30 UTC, a day and a half before `now`. */
const filters: [call: string, of: string | number][] = [
  ["date", "2026-01-15"],
  ["date: '%d.%m.%Y %H:%M:%S'", "15.01.2026 10:30:00"],
  ["date: 'HH:mm', 'America/New_York'", "04:30"],
  ["date_in_zone: 'Asia/Tokyo'", "2026-01-15T18:30:00+09:00"],
  ["date_in_zone: 'Asia/Tokyo', '%H:%M'", "18:30"],
  ["to_iso", "2026-01-15T09:30:00Z"],
  ["to_epoch", 1_768_469_400],
  ["to_epoch_ms", 1_768_469_400_000],
  ["start_of: 'hour'", "2026-01-15T10:00:00+01:00"],
  ["start_of: 'day'", "2026-01-15T00:00:00+01:00"],
  ["start_of: 'month'", "2026-01-01T00:00:00+01:00"],
  ["end_of: 'hour'", "2026-01-15T10:59:59.999+01:00"],
  ["end_of: 'day'", "2026-01-15T23:59:59.999+01:00"],
  ["age", 0],
  ["days_since", 1],
  ["date_to_xmlschema", "2026-01-15T10:30:00+01:00"],
  ["date_to_rfc822", "Thu, 15 Jan 2026 10:30:00 +0100"],
  ["date_to_string", "15 Jan 2026"],
  ["date_to_string: 'ordinal', 'US'", "Jan 15th, 2026"],
  ["date_to_long_string", "15 January 2026"],
  ["date_to_long_string: 'ordinal'", "15th January 2026"],
  ["plus_minutes: 30", "2026-01-15T10:00:00Z"],
  ["minus_minutes: 30", "2026-01-15T09:00:00Z"],
  ["plus_hours: 24", "2026-01-16T09:30:00Z"],
  ["minus_hours: 1", "2026-01-15T08:30:00Z"],
  ["plus_days: 1", "2026-01-16T10:30:00+01:00"],
  ["minus_days: 1", "2026-01-14T10:30:00+01:00"],
  ["plus_weeks: 1", "2026-01-22T10:30:00+01:00"],
  ["minus_weeks: 1", "2026-01-08T10:30:00+01:00"],
  ["plus_months: 6", "2026-07-15T10:30:00+02:00"],
  ["minus_months: 1", "2025-12-15T10:30:00+01:00"],
  ["plus_years: 1", "2027-01-15T10:30:00+01:00"],
  ["minus_years: 1", "2025-01-15T10:30:00+01:00"],
  ["plus_business_days: 2", "2026-01-19T10:30:00+01:00"],
  ["minus_business_days: 4", "2026-01-09T10:30:00+01:00"],
];
const calls = filters.map(([call]) => call);
const nameOf = (call: string) => call.split(":")[0]!;

const missing = [undefined, null, "", "   ", "\n\t", []];
const half9 = "2026-01-15T09:30:00Z";
/** Spellings of times, and the moments they are for a flow in Berlin. */
const spellings: [written: unknown, utc: string][] = [
  [1_768_469_400, half9],
  ["1768469400", half9],
  [1_768_469_400_000, half9],
  ["1768469400000", half9],
  [1_768_469_400_000_000, half9],
  ["1768469400000000", half9],
  ["2026-01-15T10:30:00+01:00", half9],
  ["2026-01-15T04:30:00.000-05:00", half9],
  ["2026-01-15 09:30:00Z", half9],
  ["2026-01-15T10:30:00", half9],
  [" 2026-01-15 10:30 ", half9],
  ["Thu, 15 Jan 2026 09:30:00 GMT", half9],
  ["2026-01-15", "2026-01-14T23:00:00Z"],
  ["20260115", "2026-01-14T23:00:00Z"],
  ["2026-10-25T02:30:00", "2026-10-25T00:30:00Z"],
  ["2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"],
  ["2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"],
  ["2026-03-29T02:30:00", "2026-03-29T01:30:00Z"],
  ["2026-03-29 02:30", "2026-03-29T01:30:00Z"],
];
const wrong: [written: unknown, problem: string][] = [
  ["soon", "'soon' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'"],
  ["31.12.2026", "'31.12.2026' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'"],
  ["10:30", "'10:30' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'"],
  [true, "'true' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'"],
  ["2026-02-30", "'2026-02-30' is not a date: there is no such day or time"],
  ["2026-02-30T10:30:00Z", "'2026-02-30T10:30:00Z' is not a date: there is no such day or time"],
  ["2026-13-01 10:30", "'2026-13-01 10:30' is not a date: there is no such day or time"],
  ["2026-01-15T25:00:00Z", "'2026-01-15T25:00:00Z' is not a date: there is no such day or time"],
  [20_260_115, "'20260115' is not a date: as seconds, milliseconds or microseconds it is not between 1973 and 2100"],
  [-5, "'-5' is not a date: as seconds, milliseconds or microseconds it is not between 1973 and 2100"],
  ["1768469400000000000", "'1768469400000000000' is not a date: as seconds, milliseconds or microseconds it is not between 1973 and 2100"],
];

/** What a filter gives, with times as moments: they keep the offset they came with. */
function asMoment(actual: Outcome): unknown {
  if ("problem" in actual) return actual.problem;
  if (typeof actual.value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(actual.value)) return actual.value;
  return readMoment(actual.value, { zone, now: 0 })?.at.toMillis() ?? actual.value;
}

describe("a date filter", () => {
  const usual = Settings.now;
  afterEach(() => {
    Settings.now = usual;
  });

  test("is in the table, each", () => {
    const covered = new Set([...calls.map(nameOf), "parse_date"]);
    expect(Object.keys(dateFilters(settings)).filter((name) => !covered.has(name))).toEqual([]);
  });

  test.each(filters)("%s has its right value", (call, of) => {
    expect(run(`v | ${call}`, half9)).toEqual({ value: of });
  });

  test.each([...calls, "parse_date: '%d.%m.%Y'"])("%s leaves missing what is missing", (call) => {
    for (const nothing of missing) expect(run(`v | ${call}`, nothing), JSON.stringify(nothing)).toEqual({ value: undefined });
  });

  test.each(spellings)("reads %j as %s, in summer and in winter (F6b)", (written, utc) => {
    for (const today of [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)]) {
      Settings.now = () => today;
      Settings.resetCaches();
      expect(run("v | to_iso", written)).toEqual({ value: utc });
      for (const call of calls) expect(asMoment(run(`v | ${call}`, written)), call).toEqual(asMoment(run(`v | ${call}`, utc)));
    }
  });

  test.each(wrong)("reports %j", (written, problem) => {
    for (const call of calls) expect(run(`v | ${call}`, written), call).toEqual({ problem });
  });

  test.each([
    ["'25.10.2026 02:30' | parse_date: '%d.%m.%Y %H:%M'", "2026-10-25T02:30:00+02:00"],
    ["'29.03.2026 02:30' | parse_date: '%d.%m.%Y %H:%M'", "2026-03-29T03:30:00+02:00"],
    ["'1.11.2026 01:30' | parse_date: '%-d.%-m.%Y %H:%M', 'America/New_York'", "2026-11-01T01:30:00-04:00"],
    ["'20260115' | parse_date: '%Y%m%d'", "2026-01-15"],
  ])("%s gives %s", (expression, of) => {
    expect(run(expression)).toEqual({ value: of });
  });

  test.each([
    ["'30.02.2026' | parse_date: '%d.%m.%Y'", "'30.02.2026' is not a date of the format '%d.%m.%Y'"],
    ["'1768469400000000' | parse_date: '%s'", "'1768469400000000' is not a date of the format '%s'"],
  ])("%s is a problem", (expression, problem) => {
    expect(run(expression)).toEqual({ problem });
  });

  test.each([
    ["'2026-10-24T02:30' | plus_days: 1", "2026-10-25T02:30:00+02:00"],
    ["'2026-10-26T02:30' | minus_days: 1", "2026-10-25T02:30:00+02:00"],
    ["'2026-09-25T02:30' | plus_months: 1", "2026-10-25T02:30:00+02:00"],
    ["'2026-10-25T02:30:00+01:00' | plus_days: 0", "2026-10-25T02:30:00+01:00"],
    ["'2026-10-25T02:30:00' | plus_hours: 1", "2026-10-25T02:30:00+01:00"],
    ["'2026-10-24' | plus_days: 1", "2026-10-25"],
    ["'2026-03-28T02:30' | plus_days: 1", "2026-03-29T03:30:00+02:00"],
    ["'2026-03-27T02:30' | plus_business_days: 1", "2026-03-30T02:30:00+02:00"],
    ["'2026-03-28T09:00:00+01:00' | plus_days: 1", "2026-03-29T09:00:00+02:00"],
    ["'2026-03-28T08:00:00Z' | plus_days: 1", "2026-03-29T09:00:00+02:00"],
    ["'2026-03-27T23:30:00Z' | plus_business_days: 1", "2026-03-30T00:30:00+02:00"],
    ["'2026-03-29T00:30:00' | plus_hours: 2", "2026-03-29T03:30:00+02:00"],
    ["'2026-10-25T02:30:00+01:00' | start_of: 'hour'", "2026-10-25T02:00:00+01:00"],
    ["'2026-10-25T02:30:00' | end_of: 'hour'", "2026-10-25T02:59:59.999+02:00"],
    ["'2026-10-25T12:00' | start_of: 'day'", "2026-10-25T00:00:00+02:00"],
    ["'2026-10-25T12:00' | end_of: 'day'", "2026-10-25T23:59:59.999+01:00"],
    ["'2026-03-29T12:00' | start_of: 'day'", "2026-03-29T00:00:00+01:00"],
  ])("%s gives %s, by the flow's calendar", (expression, of) => {
    expect(run(expression)).toEqual({ value: of });
  });

  test("counts whole days and years by the flow's calendar", () => {
    const after = (iso: string): MappingSettings => ({ zone, now: () => Date.parse(iso) });
    expect(run("'2026-03-28T12:00' | days_since", null, after("2026-03-29T10:00:00Z"))).toEqual({ value: 1 });
    expect(run("'2026-10-24T12:00' | days_since", null, after("2026-10-25T10:30:00Z"))).toEqual({ value: 0 });
    expect(run("'2026-10-24T12:00' | days_since", null, after("2026-10-25T11:00:00Z"))).toEqual({ value: 1 });
  });

  test("begins a day that has two midnights with the first, and one without a midnight where it begins", () => {
    const havana = { ...settings, zone: "America/Havana" };
    expect(run("'2026-11-01T12:00' | start_of: 'day'", null, havana)).toEqual({ value: "2026-11-01T00:00:00-04:00" });
    expect(run("'2026-11-01' | to_iso", null, havana)).toEqual({ value: "2026-11-01T04:00:00Z" });
    expect(run("'2026-04-24' | start_of: 'day'", null, { ...settings, zone: "Africa/Cairo" })).toEqual({
      value: "2026-04-24T01:00:00+03:00",
    });
  });

  test("age counts from the day that a birthday at midnight names, wherever the flow is", () => {
    const newYork: MappingSettings = { zone: "America/New_York", now: () => Date.parse("2026-05-17T03:00:00Z") };
    expect(run("'1990-05-17T00:00:00.000Z' | age", null, newYork)).toEqual({ value: 35 });
    expect(run("'1990-05-17T00:00:00.000Z' | age", null, { ...newYork, now: () => Date.parse("2026-05-17T04:00:00Z") })).toEqual({
      value: 36,
    });
  });
});

const decide = (condition: string, scope: Record<string, unknown>, by = settings): unknown => {
  const actual = outcome(() => compileCondition(condition, by, "if").test({ trigger: scope }));
  return "problem" in actual ? actual.problem : actual.value;
};
/** Below, equal or above, by all six comparisons and the two ways they are evaluated, which have to agree. */
function comparison(a: unknown, b: unknown, by = settings): unknown {
  const holds = (operator: string) => decide(`trigger.a ${operator} trigger.b`, { a, b }, by);
  const results = ["<", "==", ">", "<=", "!=", ">="].map(holds);
  const rendered = ["<", "==", ">", "<=", "!=", ">="].map((operator) => {
    const actual = outcome(() =>
      compileValue(`{% if trigger.a ${operator} trigger.b %}y{% endif %}`, by, "f").evaluate({ trigger: { a, b } }),
    );
    return "problem" in actual ? actual.problem : actual.value === "y";
  });
  expect(rendered).toEqual(results);
  const [below, equal, above, atMost, unequal, atLeast] = results;
  if (typeof below === "string") return below;
  expect([atMost, unequal, atLeast]).toEqual([below || equal, !equal, above || equal]);
  return below ? "<" : equal ? "==" : above ? ">" : "no order";
}

describe("a condition", () => {
  test.each([
    ["2026-12-01T10:00:00-05:00", ">", "2026-12-01T11:00:00Z"],
    ["2026-12-01T10:00:00-05:00", "==", "2026-12-01T15:00:00.000Z"],
    ["2026-12-01T10:00:00+0100", "==", "2026-12-01 09:00Z"],
    ["2026-12-01T09:00:00", "==", "2026-12-01T08:00:00Z"],
    ["2026-12-01T08:59:59", "<", "2026-12-01T08:00:00Z"],
    ["2026-06-01T09:00:00", "==", "2026-06-01T07:00:00Z"],
    ["2026-12-01 09:00", "==", "2026-12-01T09:00:00"],
    ["2026-12-01T23:00:00", "<", "2026-12-03T00:00:00Z"],
    ["2026-12-01T09:00:00.123456Z", "<", "2026-12-01T09:00:00.123457Z"],
    ["0001-01-01T00:00:00Z", "<", "2026-12-01T09:00:00Z"],
  ])("knows that %s %s %s, as moments (F21)", (a, sign, b) => {
    expect(comparison(a, b)).toBe(sign);
  });

  test.each([
    ["the hour that comes twice is its first", "2026-10-25T02:30:00", "==", "2026-10-25T00:30:00Z"],
    ["and comes before the second", "2026-10-25T02:45:00", "<", "2026-10-25T02:15:00+01:00"],
    ["an hour that is skipped moves on by one", "2026-03-29T02:30:00", "==", "2026-03-29T01:30:00Z"],
    ["two times without a zone keep the order of the clock", "2026-03-29T02:30:00", "<", "2026-03-29T03:00:00"],
  ])("on the nights on which the clocks change: %s", (_, a, sign, b) => {
    expect(comparison(a, b)).toBe(sign);
  });

  test.each([
    ["2026-12-01", "==", "2026-12-01T22:59:59Z"],
    ["2026-12-01", "<", "2026-12-01T23:00:00Z"],
    ["2026-12-01", ">", "2026-11-30T22:59:59Z"],
    ["2026-12-01", "==", "2026-12-01T09:00:00"],
    ["2026-12-01", "<", "2026-12-02T00:00:00"],
    ["1990-05-17", "==", "1990-05-17T00:00:00.000Z"],
    ["2026-12-01", "<", "2027-01-01T00:00:00Z"],
    ["2026-12-01", "<", "2026-12-02"],
    ["2026-02-30", "<", "2026-03-01"],
  ])("takes %s beside a time for the whole day: it is %s %s", (a, sign, b) => {
    expect(comparison(a, b)).toBe(sign);
  });

  test("a day is that of the flow's zone, of a birthday at midnight the one it names", () => {
    const newYork = { ...settings, zone: "America/New_York" };
    expect(comparison("2026-12-01", "2026-12-02T04:59:59Z", newYork)).toBe("==");
    expect(comparison("1990-05-17", "1990-05-17T00:00:00.000Z", newYork)).toBe("==");
  });

  test.each([1_768_469_400, "1768469400", 1_768_469_400_000, "1768469400000", "1768469400000000"])(
    "beside a time reads %j as seconds, milliseconds or microseconds",
    (figure) => {
      expect(comparison(figure, half9)).toBe("==");
      expect(comparison(figure, "2026-01-15T09:30:01Z")).toBe("<");
      expect(decide("trigger.a > '2026-01-14'", { a: figure })).toBe(true);
      expect(decide("trigger.a == '2026-01-15'", { a: figure })).toBe(false);
    },
  );

  test("knows whether a time is past or to come", () => {
    expect(decide("trigger.start > now", { start: "2026-01-16T08:00:00-05:00" })).toBe(true);
    expect(decide("trigger.start > now", { start: "2026-01-16T12:30:00" })).toBe(false);
    expect(decide("trigger.due < now", { due: "2026-01-16" })).toBe(false);
    expect(decide("trigger.due < now", { due: "2026-01-15" })).toBe(true);
    expect(decide("trigger.start == (now | date)", { start: "2026-01-16T23:30:00Z" })).toBe(false);
    expect(decide("trigger.start == (now | date)", { start: "2026-01-15T23:30:00Z" })).toBe(true);
  });

  test.each([
    ["007", "7", "=="],
    ["1768469400", "1768469400000", "=="],
    ["2026-01-15-3", "2026-01-15T09:30:00Z", "=="],
    ["v2026.1", "2026-01-15T09:30:00Z", "=="],
    ["+491701234567", "2026-01-15T09:30:00Z", "=="],
    ["12026-01-15T09:30:00Z", "2026-01-15T09:30:00Z", "=="],
    ["2026-01-15", "2026-01-15 ", "=="],
    ["2026-01-15T09:30:00Z ref", "2026-01-15T09:30:00Z", "=="],
    [20_260_115, "2026-01-15", "=="],
    [20_260_115, "2026-01-15T00:00:00", "=="],
    ["2026-45-12", "2026-45-13", "=="],
  ])("never takes %j and %j for the same moment", (a, b, operator) => {
    expect(decide(`trigger.a ${operator} trigger.b`, { a, b })).toBe(false);
  });

  test("compares versions, numbers of orders and telephone numbers as before", () => {
    expect([decide("'2026-45-12' < '2026-46-01'", {}), decide("'1.10' < '1.9'", {}), decide("'1768469400' < '1768469400000'", {})]).toEqual(
      [true, true, true],
    );
  });

  test("reports a time that does not exist, and holds it equal to none", () => {
    const problem = "'2026-02-30T10:00:00Z' cannot be compared with a time: there is no such day or time";
    expect(decide("trigger.a < now", { a: "2026-02-30T10:00:00Z" })).toBe(problem);
    expect(decide("trigger.a < now", { a: "2026-02-30" })).toBe(problem.replace("T10:00:00Z", ""));
    expect(decide("trigger.a == trigger.b", { a: "2026-02-30T10:00:00Z", b: "2026-03-02T10:00:00Z" })).toBe(false);
    expect(decide("trigger.a == trigger.a", { a: "2026-02-30T10:00:00Z" })).toBe(true);
  });

  test("finds a moment in a list", () => {
    const slots = ["2026-12-01T10:00:00-05:00", "2026-12-01T18:00:00+01:00"];
    expect(decide("trigger.slots contains '2026-12-01T15:00:00Z'", { slots })).toBe(true);
    expect(decide("trigger.slots contains '2026-12-01T16:00:00Z'", { slots })).toBe(false);
    expect(decide("trigger.slots == trigger.same", { slots, same: ["2026-12-01T15:00:00Z", "2026-12-01T17:00:00Z"] })).toBe(true);
  });
});

describe("a list of times", () => {
  const times = ["2026-12-01T10:00:00-05:00", "2026-12-01T11:00:00Z", null, "2026-12-01T13:00:00", "2026-12-01"];
  const sorted = ["2026-12-01", "2026-12-01T11:00:00Z", "2026-12-01T13:00:00", "2026-12-01T10:00:00-05:00", null];
  test("is sorted by its moments, what is missing last", () => {
    expect(run("v | sort", times)).toEqual({ value: sorted });
    expect(
      run(
        "v | sort: 'slot.at' | map: 'slot' | map: 'at'",
        times.map((at) => ({ slot: { at } })),
      ),
    ).toEqual({ value: sorted });
  });
  test("with something else in it is sorted as text, as ever", () => {
    expect(run("v | sort", ["b", "2026-12-01T11:00:00Z", "2026-12-01T10:00:00-05:00"])).toEqual({
      value: ["2026-12-01T10:00:00-05:00", "2026-12-01T11:00:00Z", "b"],
    });
    expect(run("v | sort", [10, 9, null, 1])).toEqual({ value: [1, 9, 10, null] });
    expect(run("v | sort", ["2026-12-02", "2026-12-01"])).toEqual({ value: ["2026-12-01", "2026-12-02"] });
    expect(run("v | sort")).toEqual({ value: undefined });
  });
  test("with a time that does not exist is reported", () => {
    expect(run("v | sort", ["2026-02-30T10:00:00Z", half9])).toEqual({
      problem: "'2026-02-30T10:00:00Z' cannot be sorted as a time: there is no such day or time",
    });
  });
});

describe("a wait until a time", () => {
  const now = Date.UTC(2026, 0, 15);
  const until = (written: unknown) => outcome(() => new Date(resolveWait(written, now, zone)).toISOString().replace(".000", ""));

  test.each(spellings.filter(([written]) => written !== "20260115"))("reads %j as %s", (written, utc) => {
    expect(until(written)).toEqual({ value: utc });
  });
  test.each(wrong.filter(([written]) => typeof written !== "number"))("reports %j", (written, problem) => {
    expect(until(written)).toEqual({ problem });
    if (typeof written === "string") expect(outcome(() => checkWait(written))).toEqual({ problem });
  });
  test.each(missing.filter((nothing) => !Array.isArray(nothing)))("of which there is nothing (%j) is reported", (nothing) => {
    expect(until(nothing)).toEqual({ problem: "there is nothing to wait for: the duration or time is missing" });
  });
  test("takes a bare number for neither", () => {
    for (const bare of [20_260_115, "20260115"])
      expect(until(bare)).toEqual({ problem: "'20260115' has no unit; write it like 30m, 2h or 1d" });
    expect(until("17684694000000000")).toMatchObject({ problem: expect.stringContaining("not between 1973 and 2100") });
  });
});
