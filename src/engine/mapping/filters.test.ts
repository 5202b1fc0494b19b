import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { createFilters } from "./filters.ts";
import { compileExpression } from "./mapping.ts";
import type { MappingSettings } from "./mapping.ts";

/** docs/mapping.md shows what each filter does and its examples run as tests; here is what a page does not dwell on. */
const berlin: MappingSettings = { zone: "Europe/Berlin", country: "DE", now: () => Date.UTC(2026, 2, 28, 22, 30) };
const run = (expression: string, value?: unknown, settings = berlin) =>
  compileExpression(expression, settings, "field").evaluate({ v: value });

function problem(expression: string, value?: unknown): string {
  try {
    run(expression, value);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return String(thrown.details.problem);
  }
  throw new Error(`${expression} was accepted`);
}

test("no filter makes something of what is missing, but those that are there for it", () => {
  const making = [
    "append",
    "prepend",
    "default",
    "if_blank",
    "fallback",
    "size",
    "split",
    "split_list",
    "join",
    "join_list",
    "concat",
    "compact",
    "unique",
    "tags",
    "to_list",
    "json",
    "map_value",
  ];
  const filters = Object.entries(createFilters(berlin)).filter(([name]) => !making.includes(name));
  expect(
    filters.filter(([, filter]) => filter(undefined, "x", "y") !== undefined || filter(null, "x", "y") !== undefined).map(([name]) => name),
  ).toEqual([]);
});

describe("dates", () => {
  test("mean the flow's zone where they name none, and keep their own where they do", () => {
    expect(run("'2026-03-01 10:00' | to_iso")).toBe("2026-03-01T09:00:00Z");
    expect(run("'2026-03-01T10:00:00-05:00' | plus_hours: 1")).toBe("2026-03-01T11:00:00-05:00");
  });
  test("days are days across a change of the clock, hours are hours", () => {
    expect(run("'now' | plus_days: 1")).toBe("2026-03-29T23:30:00+02:00");
    expect(run("'now' | plus_hours: 24")).toBe("2026-03-30T00:30:00+02:00");
  });
  test("a date without a time keeps to be one, until hours are added", () => {
    expect([run("'2026-01-15' | plus_days: 1"), run("'2026-01-15' | plus_hours: 1")]).toEqual(["2026-01-16", "2026-01-15T01:00:00+01:00"]);
  });
  test("today is the flow's day, not UTC's", () => {
    expect(run("'today' | date: '%F'")).toBe("2026-03-28");
    expect(run("'now' | start_of: 'day'")).toBe("2026-03-28T00:00:00+01:00");
  });
  test("epochs are told apart by their size", () => {
    expect(run("1768469400 | to_iso")).toBe(run("1768469400000 | to_iso"));
    expect(run("'1768469400' | to_iso")).toBe("2026-01-15T09:30:00Z");
  });
  test("mail dates are read", () => {
    expect(run("v | to_iso", "Thu, 15 Jan 2026 09:30:00 +0100")).toBe("2026-01-15T08:30:00Z");
  });
  test("age changes on the birthday", () => {
    expect([run("'2000-03-28' | age"), run("'2000-03-29' | age")]).toEqual([26, 25]);
  });
  test("business days step over the weekend both ways", () => {
    expect(run("'2026-01-17' | plus_business_days: 1")).toBe("2026-01-19");
    expect(run("'2026-01-19' | minus_business_days: 1")).toBe("2026-01-16");
  });
  test("formats of both kinds, and letters nobody knows", () => {
    expect(run("'2026-01-15' | date: '%A %-d %B, 100%%'")).toBe("Thursday 15 January, 100%");
    expect(run("'2026-01-15' | date: 'd MMM yy'")).toBe("15 Jan 26");
    expect(problem("'2026-01-15' | date: '%Q'")).toBe("there is no date letter '%Q'");
  });
  test.each([
    ["'soon' | to_iso", "'soon' is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'"],
    ["'31/12/26' | parse_date: '%d/%m/%Y'", "'31/12/26' is not a date of the format '%d/%m/%Y'"],
    ["'now' | plus_days: 'two'", "plus_days takes a number, not 'two'"],
    ["'now' | plus_days", "plus_days takes a number, not ''"],
    ["'now' | date_in_zone: 'Paris'", "'Paris' is not a time zone; write it like 'Europe/Paris'"],
    ["'now' | start_of: 'moon'", "start_of takes one of minute, hour, day, week, month, quarter, year, not 'moon'"],
    ["'now' | plus_business_days: 99999", "business days are counted up to 2000"],
    ["'now' | plus_years: 999999999", "plus_years leads outside the calendar"],
  ])("%s", (expression, told) => {
    expect(problem(expression)).toBe(told);
  });
});

describe("phones", () => {
  test("take the flow's country, the argument before it, and the number's own before both", () => {
    expect([run("'030 123456' | phone"), run("'(415) 555-0123' | phone: 'us'"), run("'+33 1 23 45 67 89' | phone: 'US'")]).toEqual([
      "+4930123456",
      "+14155550123",
      "+33123456789",
    ]);
  });
  test("pretend numbers of tests are numbers", () => {
    expect(run("'+15555550123' | phone")).toBe("+15555550123");
  });
  test("a number without any country says what is missing", () => {
    expect(() => run("'030 123456' | phone", undefined, { zone: "UTC", now: () => 0 })).toThrow(/it has no country/);
  });
  test("a wrong country is nobody's blank", () => {
    expect(problem("'030 123456' | phone_or_blank: 'Germany'")).toBe("'Germany' is not a country of two letters, like 'US' or 'DE'");
  });
});

describe("numbers as people write them", () => {
  test.each([
    ["1.234,56", 1234.56],
    ["1,234.56", 1234.56],
    ["1 234,5", 1234.5],
    ["1'234.50", 1234.5],
    ["1,234", 1234],
    ["1,5", 1.5],
    ["1.234", 1.234],
    ["1.234.567", 1234567],
    ["$ -12.50", -12.5],
    ["(12.50)", -12.5],
    ["€12", 12],
    ["12 EUR", 12],
    ["USD 1,299", 1299],
    ["45%", 45],
    [".5", 0.5],
    ["１２", 12],
    ["+7", 7],
  ])("%s", (text, number) => {
    expect(run("v | to_number", text)).toBe(number);
  });
  test.each(["", " ", null])("nothing: %j", (text) => {
    expect(run("v | to_number", text)).toBeUndefined();
  });
  test.each(["1.2.3,4,5", "12 apples", "--5", "1e5", "NaN", "Infinity"])("not a number: %s", (text) => {
    expect(problem("v | to_number", text)).toBe(`'${text}' is not a number`);
  });
  test("cents do not gather dust", () => {
    expect([run("1.005 | to_cents"), run("'19,99' | to_cents"), run("0.07 | from_cents"), run("1999 | from_cents")]).toEqual([
      101, 1999, 0.0007, 19.99,
    ]);
  });
  test("bad use says how to write it", () => {
    expect(problem("5 | money: 'euros'")).toBe("money does not know the currency 'euros'; write it like 'EUR', 'de-DE'");
    expect(problem("5 | money")).toBe("the currency of money is missing");
    expect(problem("5 | round_to: 0")).toBe("round_to takes a step above zero, like 0.05 or 10");
    expect(problem("5 | clamp: 1")).toBe("clamp takes a number, not ''");
  });
});

describe("names", () => {
  test.each([
    ["mary-jane o'NEILL", "Mary-Jane o'NEILL"],
    ["JOHN MCDONALD", "John McDonald"],
    ["ian macdonald", "Ian MacDonald"],
    ["ernst mach", "Ernst Mach"],
    ["DeVito", "DeVito"],
    ["van der berg", "van der Berg"],
    ["van morrison", "Van Morrison"],
    ["HENRY VIII", "Henry VIII"],
    ["josé d'angelo", "José D'Angelo"],
    ["", ""],
    ["élodie", "Élodie"],
    ["LI WEI", "Li Wei"],
  ])("titlecase: %s", (name, cased) => {
    expect(run("v | titlecase", name)).toBe(cased);
  });
  test("one word is a first name", () => {
    expect([run("'Cher' | first_name"), run("'Cher' | last_name"), run("'Dr. Who' | first_name")]).toEqual(["Cher", "", "Who"]);
  });
});

describe("texts, lists and values", () => {
  test("markup that was never closed takes no time", () => {
    expect(run("v | strip_html | size", "<script".repeat(50_000))).toBeGreaterThan(0);
    expect(run("v | strip_html", "a<script>alert(1)</script><style>x{}</style><!-- no -->b &#128512; &unknown; 1 < 2")).toBe(
      "ab 😀 &unknown; 1 < 2",
    );
  });
  test("people's characters count one", () => {
    expect(run("v | truncate: 3", "👩‍👩‍👧🇩🇪abc")).toBe("👩‍👩‍👧🇩🇪…");
  });
  test("tags of HighLevel's answer and of a form go together", () => {
    expect(run("v | tags: 'b, ,C'", ["A ", "a", null])).toEqual(["a", "b", "c"]);
  });
  test("pick leaves out what is not there", () => {
    expect(run("v | pick: 'a', 'z'", [{ a: 1, b: 2 }, { b: 3 }])).toEqual([{ a: 1 }, {}]);
    expect(problem("v | pick: 'a'", "text")).toBe("pick takes an object or a list of objects, not 'text'");
  });
  test("a table without '=' is no table", () => {
    expect(problem("v | map_value: 'a:1'", "a")).toBe("map_value takes a table like 'a=1;b=2'; 'a:1' has no '='");
  });
  test("to_boolean keeps what is one already", () => {
    expect([run("true | to_boolean"), run("0 | to_boolean"), run("'On' | to_boolean")]).toEqual([true, false, true]);
  });
  test("a value quoted in a sentence stays short", () => {
    expect(problem("v | to_number", "x".repeat(500)).length).toBeLessThan(90);
  });
});
