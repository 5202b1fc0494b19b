import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { engineFor } from "./liquid.ts";
import { compileExpression, compileValue } from "./mapping.ts";
import type { MappingSettings } from "./mapping.ts";
import { toText } from "./text.ts";

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
  test("epochs in seconds and milliseconds are distinguished by their size", () => {
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
  ])("%s", (expression, expected) => {
    expect(problem(expression)).toBe(expected);
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
    expect(problem("'030 123456' | phone_or_blank: 'Germany'")).toBe("'Germany' is not a two-letter country code like 'US' or 'DE'");
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
  test.each(["1.2.3,4,5", "1.2.3", "12.5.2026", "1,2,3", "12 apples", "--5", "NaN", "Infinity"])("not a number: %s", (text) => {
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
    expect(problem("5 | clamp: 1")).toBe("clamp takes two numbers after its colon");
  });
});

describe("arithmetic", () => {
  const arithmetic = ["plus: 1", "minus: 1", "times: 2", "divided_by: 2", "modulo: 2", "at_least: 1", "at_most: 1", "clamp: 1, 5"];
  const rounding = ["round", "round_to: 1", "floor", "ceil", "abs", "to_integer", "to_number", "to_cents", "from_cents", "money: 'EUR'"];
  const all = [...arithmetic, ...rounding].map((call) => `v | ${call}`);

  test.each([...all, "v | sum"])("%s leaves missing what is not there (F2)", (call) => {
    for (const nothing of [undefined, null, "", "   ", "\u200b", [], ["", null]]) expect(run(call, nothing)).toBeUndefined();
  });
  test.each(arithmetic)("is missing as well where the other number is: %s (F2)", (call) => {
    const other = call.replace(/: \d/, ": w");
    for (const nothing of ["w", "''", "'  '"]) expect(run(`5 | ${other.replace("w", nothing)}`)).toBeUndefined();
  });
  test.each(all)("%s says of a text that is no number what to_number says (F2)", (call) => {
    for (const text of ["abc", "1.2.3", "0x1F", "12 apples"]) expect(problem(call, text)).toBe(`'${text}' is not a number`);
    for (const value of [{ a: 1 }, true, ["x"]]) expect(problem(call, value)).toContain("is not a number");
  });
  test("says which filter got no number after its colon", () => {
    expect([problem("5 | plus: 'abc'"), problem("5 | times"), problem("5 | clamp: 1")]).toEqual([
      "plus takes a number, not 'abc'",
      "times takes a number after its colon",
      "clamp takes two numbers after its colon",
    ]);
  });
  test("does not divide by zero (F2)", () => {
    for (const call of ["5 | divided_by: 0", "5 | divided_by: '0.00'", "5 | modulo: 0"])
      expect(problem(call)).toBe("it is a division by zero");
  });
  test.each([
    ["0.1 | plus: 0.2", 0.3],
    ["10.1 | minus: 2.2", 7.9],
    ["1.1 | times: 1.1", 1.21],
    ["0.3 | divided_by: 0.1", 3],
    ["1 | divided_by: 3", 1 / 3],
    ["2 | divided_by: 3", 2 / 3],
    ["1 | divided_by: 7000000", 1 / 7e6],
    ["10.1 | modulo: 7", 3.1],
    ["-10 | modulo: 3", 2],
    ["1.005 | round: 2", 1.01],
    ["-2.5 | round", -3],
    ["2.5 | round", 3],
    ["1234.5 | round: -2", 1200],
    ["-1.1 | floor", -2],
    ["-1.1 | ceil", -1],
    ["12.37 | round_to: 0.05", 12.35],
    ["'1.234,50 €' | plus: '0,50'", 1235],
    ["0.0000001 | times: 3", 3e-7],
  ])("reckons in decimals: %s is %d (F2)", (call, result) => {
    expect(run(call)).toBe(result);
  });
  test("keeps the digits of whole numbers beyond 2^53 (F2)", () => {
    expect([
      run("'9007199254740993' | plus: 0"),
      run("'8202522731445525542' | minus: 1"),
      run("94906267 | times: 94906267"),
      run("'9007199254740993' | at_least: 1"),
      run("'9007199254740993' | to_number"),
      run("'9007199254740993' | round"),
      run("9007199254740991 | plus: 0"),
    ]).toEqual([
      "9007199254740993",
      "8202522731445525541",
      "9007199515875289",
      "9007199254740993",
      "9007199254740993",
      "9007199254740993",
      9007199254740991,
    ]);
    expect(run("'9007199254740993.25' | money: 'EUR'")).toBe("€9,007,199,254,740,993.25");
  });
  test("agrees with whole numbers, and with numbers of a few decimals", () => {
    const few = fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1000);
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(run(`v | plus: ${b}`, a)).toBe(Number((a + b).toFixed(3)) + 0);
        expect(run(`v | minus: ${b}`, a)).toBe(Number((a - b).toFixed(3)) + 0);
        expect(run(`v | times: ${b}`, a)).toBe(Number((a * b).toFixed(6)) + 0);
        if (b !== 0) expect(run(`v | divided_by: ${b}`, a)).toBeCloseTo(a / b, 9);
        expect(run("v | floor", a)).toBe(Math.floor(a) + 0);
        expect(run("v | ceil", a)).toBe(Math.ceil(a) + 0);
      }),
    );
  });
  test("adds up what is there (F2)", () => {
    expect([
      run("v | sum", [0.1, "0.2", null, ""]),
      run("v | sum: 'n'", [{ n: "1,5" }, { n: null }, {}]),
      run("v | sum", [["9007199254740993"], 1]),
    ]).toEqual([0.3, 1.5, "9007199254740994"]);
    expect([run("v | sum: 'n'", [{}, { n: "" }]), problem("v | sum", [1, "x"]), problem("v | sum: 'n'", [1])]).toEqual([
      undefined,
      "'x' is not a number",
      "sum: 'n' takes a list of objects; '1' is not an object",
    ]);
  });
  test("is quick with the longest numbers there can be", () => {
    expect(run("v | times: v", 1.7e308)).toHaveLength(617);
    expect(run("v | divided_by: 10", 1e21)).toBe("100000000000000000000");
    expect(run("'1e-999999999' | plus: 1")).toBe(1);
    expect([run("5 | round: 999999999"), run("5 | round: -999999999")]).toEqual([5, 0]);
    expect(problem("'1e999' | plus: 1")).toBe("'1e999' is not a number");
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
  const family = "👩‍👩‍👧";
  test.each([
    ["v | first", "👍 ok", "👍"],
    ["v | last", `ok ${family}`, family],
    ["v | size", `👍${family}e\u0301`, 3],
    ["v.size", `👍${family}e\u0301`, 3],
    ["v | mask: 1", `ab${family}`, `••${family}`],
    ["v | mask: 3", "👍 ok", "• ok"],
    ["v | split: ''", `a${family}🇩🇪`, ["a", family, "🇩🇪"]],
    ["v | split: '' | reverse | join: ''", `a${family}🇩🇪`, `🇩🇪${family}a`],
    ["v | slice: -1", `ab${family}`, family],
    ["v | slice: 0, 2", `👍${family}b`, `👍${family}`],
    ["v | truncate: 2", `👍${family}b`, "👍…"],
    ["v | replace: '', '-'", "👍b", "-👍-b-"],
    ["v | capitalize", "𐐨𐐨", "𐐀𐐨"],
    ["v | initials", "e\u0301lodie Zoe\u0308", "E\u0301Z"],
    ["v | titlecase", "E\u0301LODIE", "E\u0301lodie"],
  ])("whole characters: %s of '%s' (F27)", (call, text, result) => {
    expect(run(call, text)).toEqual(result);
  });
  test("no filter of texts halves a character, wherever it cuts (F27)", () => {
    const wide = `${"👍".repeat(60)}${family.repeat(9)}`;
    const isWhole = (value: unknown): boolean => Buffer.from(toText(value)).toString() === toText(value);
    for (const name of Object.keys(engineFor(berlin).liquid.filters)) {
      for (const args of ["", ": 1", ": 3", ": 0, 1", ": -3, 2", ": '', '.'", ": '👍'", ": '', ''"]) {
        let result: unknown;
        try {
          result = run(`v | ${name}${args}`, wide);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MillraceError);
          result = (thrown as MillraceError).message;
        }
        for (const part of Array.isArray(result) ? result : [result]) expect([name + args, isWhole(part)]).toEqual([name + args, true]);
      }
    }
  });
  test("only lists and texts have a size, unless a field is called so (F20)", () => {
    const objects = [{ n: 1, a: {} }, { size: 7 }, {}, { size: null }];
    expect(objects.map((value) => run("v.size", value))).toEqual([undefined, 7, undefined, null]);
    expect(objects.map((value) => [run("v.first", value), run("v.last", value), run("v | size", value), run("v | first", value)])).toEqual(
      objects.map(() => [undefined, undefined, undefined, undefined]),
    );
    expect([run("v.size", [1, 2]), run("v.size", "abc"), run("v.size", 5), run("v.first", "abc"), run("v.first", [1])]).toEqual([
      2,
      3,
      undefined,
      undefined,
      1,
    ]);
    expect(run("v.first", { first: "Ada" })).toBe("Ada");
    const written = compileValue("{% assign x = 1 %}[{{ v.size }}|{{ v.a.size }}|{{ w.size }}]", berlin, "f");
    expect(written.evaluate({ v: { a: [1, 2] }, w: { size: 9 } })).toBe("[|2|9]");
  });
  test("parse_json keeps the digits of long numbers", () => {
    expect(run("v | parse_json", '{"id":8202522731445525542,"n":1.5,"huge":1e999}')).toEqual({
      id: "8202522731445525542",
      n: 1.5,
      huge: "1e999",
    });
    expect(run("v | parse_json | json", '{"id":8202522731445525542}')).toBe('{"id":"8202522731445525542"}');
  });
  test("texts joined of nothing are nothing, and what is there is joined without gaps (F1)", () => {
    expect([
      run("v | join: '-'", ["", null]),
      run("v | join_list", ["a", "", null, "b"]),
      run("v | split: ','", ","),
      run("v | split_list", " , "),
    ]).toEqual([undefined, "a and b", undefined, undefined]);
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

describe("an object where a text is meant", () => {
  const { liquid } = engineFor(berlin);
  const values: unknown[] = [{ a: 1 }, [{ a: 1 }], [[{ a: 1 }]], { toString: "x" }, [{ toString: 1, valueOf: 2 }]];
  const calls = ["", ": 'a'", ": 'x', 'a'"];

  // `sample` picks one item of a list by chance, and makes no text.
  test.each(Object.keys(liquid.filters).filter((name) => name !== "sample"))(
    "is never '[object Object]' and never a fault of ours to %s",
    (filter) => {
      for (const call of calls)
        for (const v of values) {
          const expression = `v | ${filter}${call}`;
          let result: unknown;
          try {
            result = run(expression, v);
          } catch (thrown) {
            expect(thrown, expression).toBeInstanceOf(MillraceError);
            expect((thrown as MillraceError).message, expression).not.toContain("primitive");
          }
          expect(JSON.stringify(result) ?? "", expression).not.toMatch(/object\W*object|W29iamVjd/i);
        }
    },
  );
});
