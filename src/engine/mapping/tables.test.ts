import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { compileExpression } from "./mapping.ts";

/** The filters of tables and XML (M11). What they are for is shown in docs/mapping.md. */
const settings = { zone: "UTC", now: () => 0 };
const run = (expression: string, v?: unknown) => compileExpression(expression, settings, "field").evaluate({ v });
function problem(expression: string, v: unknown): string {
  try {
    run(expression, v);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return String(thrown.details.problem);
  }
  throw new Error(`${expression} was accepted`);
}

describe("parse_csv", () => {
  test.each([
    ["commas", "a,b\n1,2\n", [{ a: "1", b: "2" }]],
    ["semicolons", "a;b\n1,5;2\n", [{ a: "1,5", b: "2" }]],
    ["tabs", "a\tb\r\n1\t2", [{ a: "1", b: "2" }]],
    ["the separator of its first line, not the one in its quotes", '"a,x,y";b\n1;2', [{ "a,x,y": "1", b: "2" }]],
    ["the separator that its first line announces", "sep=|\r\na|b\r\n1|2", [{ a: "1", b: "2" }]],
    ["one column", "mail\nada@example.com\n", [{ mail: "ada@example.com" }]],
    ["separators, line breaks and quotes in quotes", 'a,b\n"1,""x""\r\n2",3', [{ a: '1,"x"\r\n2', b: "3" }]],
    ["spaces around quotes, but not those of a cell", 'a , b\n "1" , 2 ', [{ a: "1", b: " 2 " }]],
    ["a quote in the middle of a cell", 'a,b\n5" pipe,x', [{ a: '5" pipe', b: "x" }]],
    [
      "a byte order mark and old line breaks",
      "\ufeffa,b\r1,2\r\r3,4",
      [
        { a: "1", b: "2" },
        { a: "3", b: "4" },
      ],
    ],
    ["leading zeros, which may be those of an id", "id\n007", [{ id: "007" }]],
    ["empty cells, and rows that are too short", "a,b,c\n1,,\n2", [{ a: "1", b: "", c: "" }, { a: "2" }]],
    ["columns without a name or with one twice", "a,,a\n1,2,3,", [{ a: "1", column_2: "2", a_2: "3" }]],
    ["a first row alone", "a,b", []],
    ["no row in lines of nothing", " \n\r\n \t\na,b\n\n  \n1,2\n \n", [{ a: "1", b: "2" }]],
  ])("reads %s", (_, text, records) => {
    expect(run("v | parse_csv", text)).toEqual(records);
  });

  test("takes the separator that is set, and rows without names", () => {
    expect(run("v | parse_csv: '|'", "a|b\n1|2")).toEqual([{ a: "1", b: "2" }]);
    expect(run("v | parse_csv: 'tab', header: false", "a\t1,5\n")).toEqual([["a", "1,5"]]);
    expect(run("v | parse_csv: header: false, separator: ';'", "a;b")).toEqual([["a", "b"]]);
    expect(run("v | parse_csv: header: false, separator: 'tab'", "a\n\t\n")).toEqual([["a"], ["", ""]]);
  });

  test.each([
    ["a quote that is not closed", 'a,b\n1,"2', "row 2 of the table cannot be read: a quote is opened and not closed"],
    [
      "text after a quote",
      'a\n"1"2',
      "row 2 of the table cannot be read: there is text after a closing quote; a quote within quotes is written twice",
    ],
    ["a row with a cell too many", "a,b\n1,2\n1,2,3", "row 3 of the table has 3 cells, but its header row has 2"],
    ["a name that reaches a prototype", "__proto__\n1", "a column of the table is called '__proto__', which is not allowed"],
    ["too many rows", "a\n".repeat(10_001), "a table has at most 10,000 rows, and this one has more"],
    ["too many columns", "a,".repeat(1_001), "a table has at most 1,000 columns, and this one has more"],
    ["too many cells", `${"a,".repeat(99)}a\n`.repeat(501), "a table has at most 50,000 cells, and this one has more"],
    ["too many quotes", `"${'""'.repeat(50_001)}"`, "a table has at most 50,000 quotes, and this one has more"],
  ])("reports %s", (_, text, expected) => {
    expect(problem("v | parse_csv", text)).toBe(expected);
  });
  test("reports a separator of more than one character", () => {
    expect(problem("v | parse_csv: ', '", "a")).toBe("the separator of parse_csv is one character, like ';', or 'tab'; it cannot be ', '");
  });
});

describe("to_csv", () => {
  test("has a column for every name, an empty cell for what is missing, and JSON for what has parts", () => {
    const orders = [
      { id: 7, tags: ["a", "b"], buyer: { name: "Ada" } },
      { id: "007", note: 'says "no", twice\n', sent: false },
    ];
    expect(run("v | to_csv", orders)).toBe(
      'id,tags,buyer,note,sent\r\n7,"a, b","{""name"":""Ada""}",,\r\n007,,,"says ""no"", twice\n",false',
    );
  });
  test("takes the columns asked for, by name or path, and the separator", () => {
    const rows = [{ id: 7, "a.b": 1, buyer: { name: "Ada; Co" } }];
    expect(run("v | to_csv: 'buyer.name, id, a.b'", rows)).toBe("buyer.name,id,a.b\r\nAda; Co,7,1");
    expect(run("v | to_csv: 'buyer.name, id', separator: ';', header: false", rows)).toBe('"Ada; Co";7');
  });
  test("writes lists as they are, and one record as one row", () => {
    expect(run("v | to_csv: separator: 'tab'", [["a", 1, null], [" b"]])).toBe('a\t1\t\r\n" b"');
    expect(run("v | to_csv", { a: 1 })).toBe("a\r\n1");
  });
  test("reports what is no row, and a table that is too large", () => {
    expect(problem("v | to_csv", ["a"])).toBe("to_csv takes a list of objects or of lists; 'a' is neither");
    const sparse = Array.from({ length: 300 }, (_, i) => ({ [`k${i}`]: 1 }));
    expect(problem("v | to_csv", sparse)).toBe("a table has at most 50,000 cells, and this one has more");
  });
  test("is read back as it was written", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", " ", ",", ";", "\t", '"', "\n", "\r", "é", "0"), maxLength: 6 });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(table, fc.constantFrom(",", ";", "tab", "|"), (rows, separator) => {
        fc.pre(rows.flat().some((text) => text.trim() !== "")); // a table of nothing is missing
        expect(run(`v | to_csv: separator: '${separator}' | parse_csv: '${separator}', header: false`, rows)).toEqual(rows);
      }),
    );
  });
});

describe("parse_xml", () => {
  test("reads as a webhook's XML is read: every element below the root is a list, one or several", () => {
    expect(run("v | parse_xml", '<order id="07"><item>a &amp; b</item><to vip="1">Ada<mail>x@y.z</mail></to></order>')).toEqual({
      order: { "@id": "07", item: ["a & b"], to: [{ "@vip": "1", "#text": "Ada", mail: ["x@y.z"] }] },
    });
    expect(run("v | parse_xml", "<o><item>007</item><item><![CDATA[a<b]]></item></o>")).toEqual({ o: { item: ["007", "a<b"] } });
  });
  test.each([
    ["<a><b></a>", "the text is not valid XML (line 1: "],
    ["plain", "the text is not valid XML"],
    ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "the text has a DOCTYPE or another declaration"],
    [`${"<a>".repeat(33)}${"</a>".repeat(33)}`, "the text is nested deeper than 32 levels"],
    [`<a>${"<b/>".repeat(10_001)}</a>`, "the text has more than 10,000 elements and attributes"],
    [`<a>${"x".repeat(524_300)}</a>`, "parse_xml takes a text of at most 524,288 characters"],
    ["<a><__proto__>1</__proto__></a>", "the text is not accepted XML: one of its names is not allowed"],
  ])("reports %.40s", (text, expected) => {
    expect(problem("v | parse_xml", text)).toContain(expected);
  });
});

test.each(["parse_csv", "to_csv", "parse_xml"])("%s leaves missing what is missing, and what is read already as it is", (filter) => {
  for (const nothing of [undefined, null, "", "  "]) expect(run(`v | ${filter}`, nothing)).toBeUndefined();
  if (filter === "to_csv") expect(run("v | to_csv", [])).toBeUndefined();
  else expect(run(`v | ${filter}`, [{ a: 1 }])).toEqual([{ a: 1 }]);
});
