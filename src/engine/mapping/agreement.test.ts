import fc from "fast-check";
import { Liquid, toValue } from "liquidjs";
import { describe, expect, test } from "vitest";
import { engineFor } from "./liquid.ts";
import { compileCondition, compileExpression, compileValue } from "./mapping.ts";
import type { MappingSettings, Scope } from "./mapping.ts";
import { isBlank } from "./text.ts";
import { trials } from "#test/support/trials.ts";

/** Compiled closures against Liquid itself: the same engine interpreting, and a stock one for the filters we replaced. */
const settings: MappingSettings = { zone: "UTC", country: "US", now: () => Date.UTC(2026, 0, 15, 9, 30) };
const { liquid, contextOf } = engineFor(settings);

const names = ["a", "b", "items", "size", "first", "last", "constructor", "length"];
const word = fc.constantFrom("", " ", "x", "Dana", "7", "007", "10", "a@b.c", "yes", "  padded  ", "ünï");
const scalar = fc.oneof(
  word,
  fc.integer({ min: -20, max: 20 }),
  fc.double({ noNaN: true, min: -9, max: 9 }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, scalar, tie("list"), tie("object")),
  list: fc.array(tie("tree"), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...names), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
}));
const scopes = fc.dictionary(fc.constantFrom("trigger", "contact", "item"), tree, {
  maxKeys: 3,
  noNullPrototype: true,
}) as fc.Arbitrary<Scope>;

const key = fc.oneof(
  fc.constantFrom(...names).map((name) => `.${name}`),
  fc.integer({ min: -2, max: 3 }).map((i) => `[${i}]`),
  fc.constantFrom(...names).map((name) => `["${name}"]`),
  fc.constant("[item]"),
);
const path = fc
  .tuple(fc.constantFrom("trigger", "contact", "item"), fc.array(key, { maxLength: 3 }))
  .map(([root, keys]) => root + keys.join(""));
const literal = fc.constantFrom("'x'", '"7"', "7", "0", "-1.5", "true", "false", "nil", "blank", "empty", "''", "(1..3)");
const operand = fc.oneof({ weight: 3, arbitrary: path }, literal);
const ours = fc.constantFrom(
  "downcase",
  "upcase",
  "strip",
  "capitalize",
  "squish",
  "size",
  "first",
  "last",
  "to_list",
  "compact",
  "unique",
  "tags",
  "if_blank: 'x'",
  "to_text",
  "join_list",
  "split_list",
  "first_name",
);
const liquids = fc.constantFrom("reverse", "sort_natural: 'a'", "map: 'a'", "where: 'a'", "plus: 2", "times: 1.5", "escape", "url_encode");
const withArgument = fc
  .tuple(fc.constantFrom("append", "prepend", "default", "concat", "join", "split", "remove", "fallback"), operand)
  .map(([name, arg]) => `${name}: ${arg}`);
const filter = fc.oneof(ours, liquids, withArgument);
const filtered = fc.tuple(operand, fc.array(filter, { maxLength: 3 })).map(([value, filters]) => [value, ...filters].join(" | "));
const comparison = fc
  .tuple(operand, fc.constantFrom("==", "!=", "<", ">", "<=", ">=", "contains"), operand)
  .map((parts) => parts.join(" "));
const group = fc.tuple(operand, fc.constantFrom("downcase", "upcase", "strip")).map(([value, name]) => `(${value} | ${name})`);
const term = fc.oneof(
  comparison,
  operand,
  comparison.map((text) => `not ${text}`),
  fc.tuple(group, operand).map(([left, right]) => `${left} == ${right}`),
);
const logic = fc.oneof(
  term,
  ...["and", "or"].map((by) => fc.array(term, { minLength: 2, maxLength: 3 }).map((terms) => terms.join(` ${by} `))),
);

/** A value, or that it threw: both sides have to do the same. */
function outcome(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch {
    return "threw";
  }
}

const runs = { numRuns: trials(2000) };

describe("compiled templates", () => {
  test("give what Liquid gives for one expression, types kept", () => {
    fc.assert(
      fc.property(filtered, scopes, (text, scope) => {
        const compiled = outcome(() => compileExpression(text, settings, "f").evaluate(scope));
        expect(compiled).toEqual(outcome(() => toValue(liquid.evalValueSync(text, contextOf(scope)))));
      }),
      runs,
    );
  });

  test("give what Liquid gives for text with expressions in it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("", " ", "hi ", ", ", "{"), filtered, fc.constantFrom("{{ ", "{{- ")), {
          minLength: 1,
          maxLength: 3,
        }),
        scopes,
        (parts, scope) => {
          const text = `a${parts.map(([before, expression, open]) => `${before}${open}${expression} }}`).join("")}`;
          const compiled = outcome(() => compileValue(text, settings, "f").evaluate(scope));
          expect(compiled).toEqual(outcome(() => liquid.parseAndRenderSync(text, contextOf(scope))));
        },
      ),
      runs,
    );
  });

  test("decide as Liquid decides", () => {
    fc.assert(
      fc.property(logic, scopes, (text, scope) => {
        const rendered = outcome(() => liquid.parseAndRenderSync(`{% if ${text} %}yes{% endif %}`, contextOf(scope)) === "yes");
        expect(outcome(() => compileCondition(text, settings, "f").test(scope))).toEqual(rendered);
      }),
      { ...runs, examples: [["(trigger | downcase) == trigger[item]", { trigger: [[]], item: [[0, null]] }]] },
    );
  });
});

/** What is not there stays so: where Liquid makes an empty list or text of it, ours is missing. */
const orMissing = (value: unknown): unknown => (isBlank(value) ? undefined : value);

describe("the filters that replace Liquid's own", () => {
  const stock = new Liquid({ ownPropertyOnly: true, strictFilters: true });
  const replaced = fc.constantFrom(
    "downcase",
    "upcase",
    "strip",
    "capitalize",
    "append: 'x'",
    "prepend: 'x'",
    "replace: 'a', 'b'",
    "remove: 'a'",
    "split: ','",
    "split: ''",
    "size",
    "sha256",
    "default: 'x'",
    "default: true, allow_false: true",
    "json",
    "squish",
  );
  const ofLists = fc.constantFrom("first", "last", "size", "join: '-'", "join", "concat: trigger.a", "default: 'x'");

  test("give the same for a text", () => {
    fc.assert(
      fc.property(replaced, fc.oneof(word, fc.string({ maxLength: 12 })), (name, value) => {
        const text = `trigger.a | ${name}`;
        const expected: unknown = stock.evalValueSync(text, { trigger: { a: value } });
        expect(compileExpression(text, settings, "f").evaluate({ trigger: { a: value } })).toEqual(
          /^(split|sha256)/.test(name) ? orMissing(value.trim() === "" ? value : expected) : expected,
        );
      }),
      runs,
    );
  });

  test("give the same for a list", () => {
    fc.assert(
      fc.property(ofLists, fc.array(fc.oneof(word, fc.integer()), { maxLength: 4 }), (name, list) => {
        const text = `trigger.a | ${name}`;
        const expected: unknown = stock.evalValueSync(text, { trigger: { a: list } });
        expect(compileExpression(text, settings, "f").evaluate({ trigger: { a: list } })).toEqual(
          /^(join|first|last)/.test(name) && isBlank(list) ? undefined : expected,
        );
      }),
      runs,
    );
  });
});
