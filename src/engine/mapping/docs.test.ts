import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { createFilters } from "./filters.ts";
import { compileCondition, compileValue } from "./mapping.ts";
import type { MappingSettings, Scope } from "./mapping.ts";

const page = readFileSync(new URL("../../../docs/mapping.md", import.meta.url), "utf8");
const settings: MappingSettings = { zone: "UTC", now: () => Date.UTC(2026, 0, 15, 9, 30) };
const scope = JSON.parse(blocks("json scope")[0]!) as Scope;

/** The fenced parts of the page that are marked with these words. */
function blocks(mark: string): string[] {
  return [...page.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].filter(([, info]) => info === mark).map(([, , body]) => body!);
}

const examples = (mark: string) =>
  blocks(mark)
    .flatMap((body) => body.trim().split("\n"))
    .map((line) => {
      const at = line.lastIndexOf(" → ");
      return [line.slice(0, at), line.slice(at + 3)] as const;
    });

/** What a template gives, written as the page writes it. */
function outcome(template: string): unknown {
  try {
    const value = compileValue(template, settings, "field").evaluate(scope);
    return value === undefined ? "missing" : JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof MillraceError) return `problem: ${String(thrown.details.problem)}`;
    throw thrown;
  }
}

const normal = (told: string) => (told === "missing" || told.startsWith("problem: ") ? told : JSON.stringify(JSON.parse(told)));

describe("docs/mapping.md", () => {
  test.each(examples("liquid"))("%s", (template, told) => {
    expect(outcome(template)).toBe(normal(told));
  });
  test.each(examples("condition"))("%s", (condition, told) => {
    expect(compileCondition(condition, settings, "if").test(scope)).toBe(told === "true");
  });
  test("shows every filter of ours in an example", () => {
    const shown = examples("liquid")
      .map(([template]) => template)
      .join("\n");
    const unshown = Object.keys(createFilters(settings)).filter((name) => !new RegExp(`\\| ${name}\\b`).test(shown));
    expect(unshown).toEqual([]);
  });
});
