import { describe, expect, it } from "vitest";
import { createPace, type Pace } from "#kernel/pace.ts";
import { MillraceError } from "#kernel/errors.ts";
import { compileCondition, compileValue } from "#engine/mapping/mapping.ts";

const settings = { zone: "UTC", now: () => 0 };
/** Every turn is over soon, and every rest is counted. */
function restless(): Pace & { rests: number } {
  const real = createPace();
  let asked = 0;
  const pace = { rests: 0, due: () => ++asked % 100 === 0, rest: () => (pace.rests++, real.rest()) };
  return pace;
}
const items = Array.from({ length: 800 }, (_, i) => ({ name: `item ${i}`, n: i }));
const long = "{% for item in trigger.items %}{{ item.name | upcase }} {{ item.n | times: 2 }};{% endfor %}";

describe("a mapping that takes long", () => {
  it("gives the event loop to others, and comes to the same result", async () => {
    const value = compileValue(
      { text: long, list: [long], count: "{{ trigger.items | where_exp: 'i', 'i.n > 10' | size }}" },
      settings,
      "input",
    );
    const pace = restless();
    const result = (await value.unhurried({ trigger: { items } }, pace)) as { text: string; count: number };
    expect(pace.rests).toBeGreaterThan(10);
    expect(result.text).toContain("ITEM 799 1598;");
    expect(result.count).toBe(789);
  });

  it("and a condition that does is decided the same way", async () => {
    const { test, unhurried } = compileCondition("(trigger.items | where_exp: 'i', 'i.n > 10' | size) == 789", settings, "if");
    expect(await unhurried({ trigger: { items } }, restless())).toBe(true);
    expect(test({ trigger: { items: items.slice(0, 50) } })).toBe(false);
  });

  it("two at a time keep what each has cost apart", async () => {
    const value = compileValue(long, settings, "note");
    const pace = createPace();
    const both = await Promise.all([
      value.unhurried({ trigger: { items } }, pace),
      value.unhurried({ trigger: { items: items.slice(0, 799) } }, pace),
    ]);
    expect(both.map((text) => (text as string).split(";").length)).toEqual([801, 800]);
  });

  it("ends with the field and the reason when it never comes to an end", async () => {
    const endless = "{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}";
    const value = compileValue({ note: endless }, settings, "input");
    const failed = await Promise.resolve(value.unhurried({}, createPace())).catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(MillraceError);
    // Which of the two bounds comes first depends on how fast the machine is.
    const problem = expect.stringMatching(/^it (took too long to work out|would need too much memory)$/) as string;
    expect((failed as MillraceError).details).toMatchObject({ field: "input.note", problem });
  });

  it("is refused when it gives more than 4 MiB in all its fields together", () => {
    const input = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`field${i}`, "{{ trigger.text }}"]));
    const { evaluate } = compileValue(input, settings, "input");
    expect(() => evaluate({ trigger: { text: "x".repeat(500_000) } })).toThrow(
      "The mapping of 'input.field8' failed: with it the step's input is larger than 4 MiB.",
    );
    expect(Object.keys(evaluate({ trigger: { text: "x".repeat(1000) } }) as object).length).toBe(9);
  });
});
