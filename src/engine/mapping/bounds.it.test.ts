/** Every filter on hostile texts, in a process of its own: what is measured is its CPU time. A new filter is covered by being registered. */
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { boundOf } from "./bounds.ts";
import { engineFor } from "./liquid.ts";
import { compileExpression } from "./mapping.ts";

const settings = { zone: "Europe/Paris", country: "FR", now: () => Date.UTC(2026, 0, 15) };
const filters = Object.keys(engineFor(settings).liquid.filters);
const mib = 1024 * 1024;

/** What somebody may fill into a text field to do harm. */
const hostile = [
  "a",
  "e\u0301\u0301\u0301",
  "👨‍👩‍👧‍👦\u200d",
  " ",
  "\u00a0a",
  "\n",
  "[",
  "1",
  "1,",
  "\ud83d",
  "<p>&amp;<br>x</p>",
  "<script",
  "\\",
  '"',
  "van mc'o-",
  "2026-01-01T00:00:00Z ",
  "\ufdfa",
  "+33 ",
];
const filled = (pattern: string, length: number) => pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
const calls = ["", ": 'a'", ": '', ''", ": 100, '…'", ": trigger.text", ": 'a', trigger.text", ": 'x', 'x.a > 1'"];

/** A call may take some 20 ms on a usual machine. This one may be slower, and shared. */
const mostCpuMs = 150;

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MillraceError);
    expect((thrown as MillraceError).code).toBe("MAPPING_FAILED");
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The best of three: a pause of the collector is not the filter's. */
function slowest(filter: string, values: readonly [string, unknown][]): { ms: number; what: string } {
  let worst = { ms: 0, what: "" };
  for (const args of calls) {
    const call = compile(filter, args);
    for (const [what, text] of call ? values : []) {
      let ms = cpuMs(() => call!({ trigger: { text } }));
      for (let again = 0; again < 2 && ms > mostCpuMs; again++)
        ms = Math.min(
          ms,
          cpuMs(() => call!({ trigger: { text } })),
        );
      if (ms > worst.ms) worst = { ms, what: `${JSON.stringify(what).slice(0, 40)} | ${filter}${args}` };
    }
  }
  return worst;
}

const compile = (filter: string, args: string) => {
  try {
    return compileExpression(`trigger.text | ${filter}${args}`, settings, "note").evaluate;
  } catch {
    return null; // it takes no such arguments
  }
};

describe("a hostile text", () => {
  test("there are filters to look at", () => expect(filters.length).toBeGreaterThan(130));

  test.each(filters)("of 1 MiB, or as long as it takes, is done or refused at once by %s", (filter) => {
    const { text, items } = boundOf(filter);
    const most = Math.min(text, mib);
    const values: [string, unknown][] = hostile.map((pattern) => [pattern, filled(pattern, most)]);
    if (most < mib) values.push(["a text of 1 MiB", filled("a", mib)]);
    const n = Math.min(items, 100_000);
    values.push(["numbers", Array.from({ length: Math.min(n, most / 6) }, (_, i) => (i * 7919) % 100_003)]);
    values.push(["texts", Array.from({ length: Math.min(n, most / 12) }, (_, i) => `item${(i * 7919) % 100_003}`)]);
    values.push(["objects", Array.from({ length: Math.min(n, most / 40) }, (_, i) => ({ a: (i * 7919) % 1003, b: "x" }))]);
    const { ms, what } = slowest(filter, values);
    expect(`${what}: ${ms > mostCpuMs ? `${ms.toFixed(0)} ms` : "quick"}`).toBe(`${what}: quick`);
  });

  test("that is refused is refused with the field, the filter and its bound", () => {
    const { evaluate } = compileExpression("trigger.text | titlecase", settings, "note");
    expect(() => evaluate({ trigger: { text: filled("a ", mib) } })).toThrow(
      "The mapping of 'note' failed: titlecase takes a text of at most 4,096 characters, not 1,048,576.",
    );
  });
});
