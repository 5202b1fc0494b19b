import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { compileCondition, compileExpression, compileKey, compileValue } from "./mapping.ts";
import type { MappingSettings, Scope } from "./mapping.ts";

const settings: MappingSettings = { zone: "UTC", country: "US", now: () => Date.UTC(2026, 0, 15, 9, 30) };
const evaluate = (value: Json, scope: Scope) => compileValue(value, settings, "input").evaluate(scope);
const test1 = (condition: string, scope: Scope) => compileCondition(condition, settings, "if").test(scope);

/** The error somebody reads. */
function failure(work: () => unknown): { code: string; field: unknown; problem: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof MillraceError) return { code: thrown.code, field: thrown.details.field, problem: String(thrown.details.problem) };
    throw thrown;
  }
  throw new Error("nothing was thrown");
}
const problemOf = (template: string, scope: Scope = {}) => failure(() => evaluate(template, scope)).problem;

describe("compileValue", () => {
  test.each(["{{ trigger.a }}", "{% if trigger.a %}{% endif %}", "{{ ", "{%"])(
    "takes a thousand of '%s' in one text and no more",
    (part) => {
      const most = part.split("{%").length > 2 ? 500 : 1000;
      const problemWith = (text: string): string => {
        try {
          compileValue(text, settings, "input");
          return "";
        } catch (thrown) {
          return String((thrown as MillraceError).details["problem"]);
        }
      };
      expect(problemWith(`. ${part.repeat(most)}`)).not.toContain("1,000");
      expect(problemWith(`. ${part.repeat(most + 1)}`)).toBe("one text can have 1,000 templates at most");
    },
  );

  test("takes an expression of ten thousand characters and no longer one, however it is written", () => {
    const longest = "a".repeat(10_000);
    expect(evaluate(`{{${longest}}}`, {})).toBeUndefined();
    for (const text of [`{{${longest}a}}`, `so: {{${longest}a}}!`]) expect(problemOf(text)).toBe("it is longer than 10,000 characters");
    const chain = Array<string>(20_000).fill("a.b == 1").join(" and ");
    expect(failure(() => compileCondition(chain, settings, "filter")).problem).toBe("it is longer than 10,000 characters");
  });

  test("keeps the type of a value that is one expression, and gives text for anything else", () => {
    const scope = { trigger: { n: 7, yes: true, list: [1], none: null } };
    expect(
      evaluate(
        {
          n: "{{ trigger.n }}",
          yes: " {{ trigger.yes }} ",
          list: "{{trigger.list}}",
          none: "{{ trigger.none }}",
          text: "{{ trigger.n }}!",
        },
        scope,
      ),
    ).toEqual({
      n: 7,
      yes: true,
      list: [1],
      none: null,
      text: "7!",
    });
  });

  test("leaves out members whose value is missing, in objects and in lists", () => {
    expect(
      evaluate(
        { email: "{{ trigger.email }}", tags: ["a", "{{ trigger.tag }}"], deep: { x: "{{ trigger.x | upcase }}" } },
        { trigger: {} },
      ),
    ).toStrictEqual({ tags: ["a"] });
  });

  test("leaves out what is made of missing values alone, but never the whole input (F1)", () => {
    const nothing = {
      list: ["{{ trigger.a }}", "{{ trigger.b | upcase }}"],
      object: { x: "{{ trigger.a }}", deep: { y: ["{{ trigger.b }}"] } },
      rows: [{ x: "{{ trigger.a }}" }],
      space: "{{ trigger.a }} {{ trigger.b }}",
      dash: "{{ trigger.a }}-{{ trigger.b }}",
      brackets: "[{{ trigger.a }}]",
      money: "€ {{ trigger.a | plus: 1 }}",
      count: "{{ trigger.a | size }}",
      json: "{{ trigger.a | json }}",
      tags: "{% assign x = trigger.a %}{{ x }}-{{ trigger.b }}",
      loop: "{% for x in (1..2) %}{{ trigger.a }},{% endfor %}",
    };
    for (const trigger of [{}, { a: null, b: null }]) {
      expect(evaluate(nothing, { trigger })).toStrictEqual({});
      expect(evaluate({ nothing, kept: 1 }, { trigger })).toStrictEqual({ kept: 1 });
    }
    for (const blank of ["", "  ", "\u200b", []]) {
      const { space, dash, brackets, tags, loop } = nothing;
      expect(evaluate({ space, dash, brackets, tags, loop }, { trigger: { a: blank, b: blank } })).toStrictEqual({});
    }
  });

  test("keeps what an author wrote and what is there (F1)", () => {
    const value = {
      greeting: "Hello {{ trigger.a }}!",
      half: "{{ trigger.a }}-{{ trigger.n }}",
      dash: "{{ trigger.a }}{{ trigger.dash }}",
      count: "{{ trigger.a | size }} of {{ trigger.none | size }}",
      json: '{"a": {{ trigger.a | json }}}',
      tags: "{% assign x = trigger.n %}{{ trigger.a }}{{ x }}",
      empty: { list: [], object: {}, nothing: null, mark: { $empty: true } },
    };
    expect(evaluate(value, { trigger: { n: 0, dash: "-", none: [] } })).toStrictEqual({
      greeting: "Hello !",
      half: "-0",
      dash: "-",
      count: "0 of 0",
      json: '{"a": null}',
      tags: "0",
      empty: { list: [], object: {}, nothing: null, mark: { $empty: true } },
    });
  });

  test("leaves constants of every type as they are", () => {
    const value = { a: 1, b: null, c: [true, "x { y }"], d: { e: "100%" } };
    expect(evaluate(value, {})).toEqual(value);
  });

  test("tells every path it reads, without the template's own variables", () => {
    const value = {
      a: "{{ trigger.contact.email | default: contact.email }}",
      b: ["{{ item[0].x }} {{ 'now' | plus_days: trigger.days }}"],
      c: "{% for t in contact.tags %}{{ t }}{% endfor %}",
    };
    expect(compileValue(value, settings, "input").uses.sort()).toEqual([
      "contact.email",
      "contact.tags",
      "item[0].x",
      "trigger.contact.email",
      "trigger.days",
    ]);
  });

  test("sees own properties only", () => {
    const scope = JSON.parse('{"trigger": {"__proto__": {"a": 1}}}') as Scope;
    expect(
      evaluate(["{{ trigger.constructor }}", "{{ trigger.toString }}", "{{ constructor }}", "{{ trigger['__proto__'].a }}"], scope),
    ).toEqual([1]);
    expect(evaluate("{% if trigger.constructor %}leak{% endif %}", scope)).toBe("");
  });

  test("writes objects inside a text as JSON", () => {
    expect(evaluate("it is {{ trigger }}", { trigger: { a: [1] } })).toBe('it is {"a":[1]}');
  });

  test("names the field of a failure, however deep it is", () => {
    expect(failure(() => evaluate({ phones: [{ main: "{{ trigger.p | phone }}" }] }, { trigger: { p: "nope" } }))).toEqual({
      code: "MAPPING_FAILED",
      field: "input.phones[0].main",
      problem: "'nope' is not a phone number",
    });
  });

  test("names the field of a template that cannot be read", () => {
    expect(failure(() => compileValue({ email: "{{ trigger.email " }, settings, "input"))).toMatchObject({
      field: "input.email",
      problem: expect.stringContaining("'{{' is not closed"),
    });
  });

  test("refuses a member that would change what its object inherits", () => {
    expect(failure(() => compileValue(JSON.parse('{"__proto__": "x"}') as Json, settings, "input")).problem).toContain("__proto__");
  });

  test("reads the clock it was given", () => {
    expect(
      evaluate(["{{ now }}", "{{ 'now' | date: '%Y' }}", "{% assign t = 'now' | to_epoch %}{{ t }}", "{{ 'today' | to_iso }}"], {}),
    ).toEqual(["2026-01-15T09:30:00.000Z", "2026", "1768469400", "2026-01-15T00:00:00Z"]);
  });
});

describe("compileKey", () => {
  const keyOf = (template: string, trigger: unknown) => compileKey(template, settings, "trigger.key").evaluate({ trigger });
  const missing: [what: string, value: unknown][] = [
    ["missing", undefined],
    ["null", null],
    ["an empty text", ""],
    ["spaces", "  "],
    ["an unseen mark", "\u200b"],
    ["an empty list", []],
  ];
  const templates = [
    "{{ trigger.id }}-{{ trigger.part }}",
    "{{ trigger.part }}-{{ trigger.id }}",
    "order {{ trigger.part }}",
    "{{ trigger.id }}{{ trigger.part | upcase }}",
    "{{ trigger.id | append: '-' | append: trigger.part }}",
    "{{ trigger.id | prepend: trigger.part }}",
    "{{ trigger.part }}",
    "{% assign p = trigger.part %}{{ trigger.id }}-{{ p }}",
    "{% if trigger.id %}{{ trigger.id }}-{{ trigger.part }}{% endif %}",
    "{% capture both %}{{ trigger.id }}-{{ trigger.part }}{% endcapture %}{{ both }}",
    "{% for p in trigger.part %}{{ p }},{% endfor %}order",
  ];

  test.each(templates)("gives none where a part is missing: %s (F3)", (template) => {
    for (const [what, part] of missing) expect([what, keyOf(template, { id: 7, part })]).toEqual([what, undefined]);
    expect(keyOf(template, { id: 7, part: template.includes("for p") ? ["x"] : "x" })).toEqual(expect.stringMatching(/x/i));
  });

  test("is what an Idempotency-Key header is (F3)", () => {
    const headers = { "Idempotency-Key": "{{ trigger.id }}-{{ trigger.part }}", "X-Ref": "{{ trigger.id }}-{{ trigger.part }}" };
    expect([evaluate({ headers }, { trigger: { id: 7 } }), evaluate({ headers }, { trigger: { id: 7, part: 1 } })]).toEqual([
      { headers: { "X-Ref": "7-" } },
      { headers: { "Idempotency-Key": "7-1", "X-Ref": "7-1" } },
    ]);
  });

  test("does not mind what is missing beside its parts, and gives the value of one part with its type (F3)", () => {
    expect([
      keyOf("{{ trigger.id }}", { id: 7 }),
      keyOf("{{ trigger.uuid | default: trigger.id }}-a", { id: 7 }),
      keyOf("{% if trigger.vip %}vip{% endif %}{{ trigger.id }}", { id: 7 }),
      keyOf("{{ trigger.n }}-{{ trigger.flag }}", { n: 0, flag: false }),
      keyOf("daily", {}),
    ]).toEqual([7, "7-a", "7", "0-false", "daily"]);
  });
});

describe("problems of a template are reported in words", () => {
  test.each([
    ["{{ trigger.email | dowcase }}", "there is no filter 'dowcase'; did you mean 'downcase'?"],
    ["{{ (trigger.a | dowcase) == 'x' }}", "there is no filter 'dowcase'; did you mean 'downcase'?"],
    ["{{ trigger.first name }}", "two values stand side by side without an operator between them; quote text like 'this'"],
    ["{{ trigger.a == }}", "'==' has nothing to work on"],
    ["{{ trigger. }}", "'trigger.' ends with a dot; write the name of the field after it"],
    ["{{ a and b or c }}", "'and' followed by 'or' can be read in two ways; put parentheses around one of them, like (a and b) or c"],
    ["{{ a, b }}", "', b' is left over at the end and cannot be read"],
    ["{{ }}", "there is nothing between '{{' and '}}' that gives a value"],
    ["{% include 'secret' %}", "there is no tag '{% include %}' here"],
    ["{% render '/etc/passwd' %}", "there is no tag '{% render %}' here"],
    ["{% if x %}", "'{%' is not closed: {% if x %}"],
  ])("%s", (template, problem) => {
    expect(problemOf(template)).toBe(problem);
  });
});

describe("bounds", () => {
  const big = "x".repeat(600_000);
  test.each([
    ["text put together", "{{ trigger }}{{ trigger }}", "the text is longer than 1 MiB"],
    ["append", "{{ trigger | append: trigger }}", "the text is longer than 1 MiB"],
    ["replace", "{{ trigger | replace: 'x', 'yyyy' }}", "the text is longer than 1 MiB"],
    ["a loop's output", "{% for i in (1..10) %}{{ trigger }}{% endfor %}", "the text is longer than 1 MiB"],
    ["capture", "{% capture a %}{{ trigger }}{{ trigger }}{% endcapture %}", "the text is longer than 1 MiB"],
    ["a long range in a tag", "{% for i in (1..100000000) %}x{% endfor %}", "it would need too much memory"],
    ["a long range in an expression", "{{ (1..100000000) | size }}", "the range from 1 to 100000000 is longer than 10000"],
    ["nested loops", "{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}", "it took too long to work out"],
  ])("%s", (_, template, problem) => {
    expect(problemOf(template, { trigger: big })).toBe(problem);
  });

  test("filters that work on and on inside one expression", () => {
    expect(
      problemOf("{{ l | where_exp: 'a', 'l | where_exp: \"b\", \"b > a\" ' }}", { l: Array.from({ length: 2000 }, (_, i) => i) }),
    ).toMatch(/too long|too much/);
  });

  test("a template longer than 256 KiB", () => {
    expect(problemOf(`{{ a }}${"x".repeat(300_000)}`)).toContain("parse length limit");
  });

  test("JSON inside JSON, however deep", () => {
    expect(problemOf("{{ trigger | parse_json }}", { trigger: "[".repeat(40) + "]".repeat(40) })).toBe(
      "parse_json takes at most 32 levels",
    );
  });
});

describe("compileCondition", () => {
  test("compares numbers held as text as numbers, and texts as texts", () => {
    expect(test1("trigger.a <= 6", { trigger: { a: "6" } })).toBe(true);
    expect(test1("trigger.a > trigger.b", { trigger: { a: "10", b: "9" } })).toBe(true);
    expect(test1("trigger.a == 6", { trigger: { a: "6.0" } })).toBe(true);
    expect(test1("trigger.a == trigger.b", { trigger: { a: "007", b: "7" } })).toBe(false);
    expect(test1("trigger.a < 'b'", { trigger: { a: "a" } })).toBe(true);
    expect(test1("trigger.a < 5 or trigger.a >= 5", { trigger: { a: "many" } })).toBe(false);
    expect(test1("trigger.a <= 5", { trigger: {} })).toBe(false);
  });

  test("looks into lists and texts", () => {
    const scope = { trigger: { tags: ["vip", 7], email: "a@b.c" } };
    expect(test1("trigger.tags contains 'vip' and trigger.tags contains '7' and trigger.email contains '@'", scope)).toBe(true);
    expect(test1("trigger.tags contains 'v' or trigger.email contains trigger.nothing", scope)).toBe(false);
  });

  test.each([
    ["missing", undefined, true, false],
    ["null", null, true, false],
    ["empty text", "", true, true],
    ["spaces", "  ", true, false],
    ["empty list", [], true, true],
    ["false", false, true, false],
    ["zero", 0, false, false],
    ["text", "x", false, false],
  ])("blank and empty: %s", (_, value, blank, empty) => {
    expect([test1("trigger.a == blank", { trigger: { a: value } }), test1("trigger.a == empty", { trigger: { a: value } })]).toEqual([
      blank,
      empty,
    ]);
  });

  test("does not work out what and/or no longer need", () => {
    expect(test1("trigger.phone == blank or (trigger.phone | phone) != blank", { trigger: {} })).toBe(true);
  });

  test("takes braces as well, but no text around them", () => {
    expect(test1("{{ trigger.a == 1 }}", { trigger: { a: 1 } })).toBe(true);
    expect(failure(() => compileCondition("{{ trigger.a }} == 1", settings, "if"))).toMatchObject({
      field: "if",
      problem: expect.stringContaining("one expression"),
    });
    expect(failure(() => compileCondition("{{ a }} or {{ b }}", settings, "if")).problem).toContain("one expression");
  });
});

test("compileExpression gives the list itself, with or without braces", () => {
  const scope = { trigger: { items: [1, 2] } };
  for (const text of ["trigger.items", "{{ trigger.items }}", "{{- trigger.items -}}"])
    expect(compileExpression(text, settings, "forEach").evaluate(scope)).toBe(scope.trigger.items);
});
