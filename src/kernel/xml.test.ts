import { describe, expect, test } from "vitest";
import { processorMs } from "../../test/support/cost.ts";
import { readXml, XmlProblem } from "./xml.ts";

const read = (text: string) => readXml(text, 64);
function problem(text: string): string {
  try {
    read(text);
  } catch (thrown) {
    if (thrown instanceof XmlProblem) return thrown.message;
    throw thrown;
  }
  throw new Error(`${text.slice(0, 40)} was read`);
}

describe("XML", () => {
  test.each<[string, unknown]>([
    ["\ufeff<?xml version='1.0'?>\n<!-- a --><r/>\n<!-- b -->", { r: "" }],
    ["<s:Body xmlns:s='urn:a'> <s:id>007</s:id> </s:Body>", { "s:Body": { "@xmlns:s": "urn:a", "s:id": ["007"] } }],
    ["<r> a <b/> c </r>", { r: { b: [""], "#text": "ac" } }],
    ["<r>a<!-- x --><![CDATA[ <b> &amp; ]]>c</r>", { r: "a <b> &amp; c" }],
    ["<r a='x &gt; \"y\"' >1 > 0</r >", { r: { "@a": 'x > "y"', "#text": "1 > 0" } }],
    ["<r><constructor>1</constructor><toString/></r>", { r: { constructor: ["1"], toString: [""] } }],
  ])("%s is read", (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test("keeps a '&' that begins no reference, as addresses of pages have them", () => {
    expect(read('<a href="?x=1&y=2&amp;z">R&D &copy; &#0; &#x110000; &</a>')).toEqual({
      a: { "@href": "?x=1&y=2&z", "#text": "R&D &copy; &#0; &#x110000; &" },
    });
  });

  test.each([
    ["<r>\n<a></b></r>", "(line 2: '</a>' is expected, not '</b')"],
    ["<r a=1/>", "the attribute 'a' has no quotes around its value"],
    ["<r a/>", "the attribute 'a' has no value"],
    ["<r a='1'b='2'/>", "in the tag 'r' a space is missing"],
    ["<r a='1' a='2'/>", "the attribute 'a' is there twice"],
    ["<r a='<'/>", "the value of the attribute 'a' has a '<' in it"],
    ["<r a='1", "''' is missing"],
    ["<r ", "the tag 'r' does not end"],
    ["<r>", "'</r>' is missing"],
    ["<r><![CDATA[x</r>", "']]>' is missing"],
    ["<r><1/></r>", "a name is missing or begins with a character that no name begins with"],
    [`<${"n".repeat(1_001)}/>`, "a name is longer than 1000 characters"],
    ["<r/>x", "needs one element around all others"],
    ["<r a='1' __proto__='2'/>", "one of its names is not allowed"],
    ["<r><!ELEMENT x></r>", "has a DOCTYPE or another declaration"],
  ])("%.60s is refused, with its place", (text, words) => {
    expect(problem(text)).toContain(words);
  });
});

const kib = 1024;
const filled = (pattern: string, length: number) => pattern.repeat(Math.floor(length / pattern.length));
const most = 512 * kib - 100;

/** A read takes 10 ms at most on a usual machine. This one may be slower, and shared. */
const mostMs = 50;

test.each([
  ["text", `<r>${filled("x ", most)}</r>`],
  ["references", `<r>${filled("&amp;", most)}</r>`],
  ["ampersands", `<r>${filled("&", most)}</r>`],
  ["one attribute", `<r a='${filled("y ", most)}'/>`],
  ["spaces in a tag", `<r${filled(" ", most)}/>`],
  ["line breaks", `<r>${filled("\n", most)}</r>`],
  ["marks that end nothing", `<r>${filled(">", most)}</r>`],
  ["a long name", `<${filled("n", most)}/>`],
  ["elements", `<r>${"<a>x</a>".repeat(9_990)}</r>`],
  ["elements with long texts", `<r>${`<a>${"x".repeat(40)}</a>`.repeat(9_990)}</r>`],
  ["attributes", `<r ${Array.from({ length: 9_990 }, (_, i) => `a${i}='v'`).join(" ")}/>`],
  ["sections", `<r>${filled("<![CDATA[<&>]]>", most)}</r>`],
  ["comments that do not end", `<r>${filled("<!-- ", most)}</r>`],
  ["tags that do not end", `<r>${filled("<a ", most)}</r>`],
])("half a megabyte of %s is read or refused within a few milliseconds", (_, text) => {
  const attempt = () => {
    try {
      read(text);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(XmlProblem);
    }
  };
  attempt();
  expect(Math.min(...[1, 2, 3].map(() => processorMs(attempt)))).toBeLessThan(mostMs);
});
