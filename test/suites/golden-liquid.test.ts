import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { compileValue } from "#engine/mapping/mapping.ts";
import type { MappingSettings } from "#engine/mapping/mapping.ts";
import { toText } from "#engine/mapping/text.ts";
import type { Json } from "#kernel/json.ts";
import { suitesFolder } from "./folder.ts";
import { deviations } from "./liquid-deviations.ts";

// Golden Liquid: templates with data and the results that Liquid's reference gives. They are data that others wrote, and are not copied.
const folder = suitesFolder();
if (!folder)
  console.warn("NOT CHECKED: Golden Liquid is not here, so no template was held against Liquid's reference. Set MILLRACE_SUITES to do so.");

interface Case {
  name: string;
  template: string;
  data?: Record<string, unknown> | null;
  /** What it gives, or one of several results that are right. */
  result?: string;
  results?: string[];
  /** It is an error. */
  invalid?: boolean;
  /** Other templates that it reads: Millrace has none. */
  templates?: Json;
}
const settings: MappingSettings = { zone: "UTC", now: () => Date.UTC(2026, 0, 15, 9, 30) };

/** What a template gives within a text: a field that is one expression alone keeps its type, which Liquid knows nothing of. */
function resultOf({ template, data }: Case): string | Error {
  try {
    return toText(compileValue(`a${template}`, settings, "field").evaluate(data ?? {})).slice(1);
  } catch (thrown) {
    if (thrown instanceof MillraceError && thrown.code === "MAPPING_FAILED") return thrown;
    throw thrown;
  }
}

function isRight(one: Case): boolean {
  const result = resultOf(one);
  if (one.invalid || result instanceof Error) return one.invalid === true && result instanceof Error;
  return (one.results ?? [one.result!]).includes(result);
}

describe.skipIf(!folder)("Golden Liquid", () => {
  const all = folder ? (JSON.parse(readFileSync(join(folder, "golden_liquid.json"), "utf8")) as { tests: Case[] }).tests : [];
  const cases = all.filter(({ templates }) => templates === undefined);
  const deviating = new Set(deviations.flatMap((deviation) => deviation.cases));
  const wrong = new Set(cases.filter((one) => !isRight(one)).map(({ name }) => name));

  test("has its thousand templates", () => {
    expect(cases.length).toBeGreaterThanOrEqual(1020);
  });
  test("is met by every template but those that deviate for a reason", () => {
    expect([...wrong].filter((name) => !deviating.has(name))).toEqual([]);
  });
  test("has no deviation that is none any more", () => {
    expect([...deviating].filter((name) => !wrong.has(name))).toEqual([]);
  });
});

test("each deviation from Liquid has a reason and is listed once", () => {
  for (const { reason, cases } of deviations) expect([reason.length > 40, cases.length > 0]).toEqual([true, true]);
  const names = deviations.flatMap(({ cases }) => cases);
  expect(new Set(names).size).toBe(names.length);
});
