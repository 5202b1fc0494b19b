import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { hookFormat, readHookBody } from "#server/hooks/hook-body.ts";
import { suitesFolder } from "./folder.ts";

// JSONTestSuite: texts that are JSON (y_), that are none (n_), and of which a reader may think either way (i_). They are data that others wrote.
const folder = suitesFolder();
if (!folder)
  console.warn("NOT CHECKED: JSONTestSuite is not here, so no JSON text of it was posted to a hook. Set MILLRACE_SUITES to do so.");

/** What a hook makes of a body: the event, or the refusal. */
function posted(name: string, type = "application/json"): unknown {
  try {
    const body = readHookBody(readFileSync(join(folder!, "json", name)), hookFormat(type));
    return body instanceof Promise ? body : body.payload;
  } catch (thrown) {
    if (thrown instanceof MillraceError) return thrown;
    throw thrown;
  }
}
const isRefused = (name: string): boolean => {
  const result = posted(name);
  return result instanceof MillraceError && (result.code === "BAD_INPUT" || result.code === "BODY_TOO_LARGE");
};

/** A value alone is JSON and no event. */
const alone = /^y_structure_lonely_|^y_structure_string_empty|^y_string_space/;
/** No content is an event without fields: such pings are sent to tell whether a hook is there. */
const empty = new Set(["n_single_space.json", "n_structure_no_data.json", "n_structure_UTF8_BOM_no_data.json"]);

describe.skipIf(!folder)("JSONTestSuite, posted to a hook", () => {
  const all = folder ? readdirSync(join(folder, "json")).filter((name) => name.endsWith(".json")) : [];
  const named = (mark: string) => all.filter((name) => name.startsWith(mark));

  test("has its texts of each kind", () => {
    expect([named("y_").length, named("n_").length, named("i_").length]).toEqual([95, 188, 35]);
  });
  test("is taken where it is JSON, but for a value alone, which is no event", () => {
    expect(named("y_").filter((name) => isRefused(name) !== alone.test(name))).toEqual([]);
  });
  test("is refused where it is none, but for a body without content", () => {
    expect(named("n_").filter((name) => isRefused(name) === empty.has(name))).toEqual([]);
  });
  test("is taken as it is or refused where readers may differ", () => {
    for (const name of named("i_")) expect([name, isRefused(name) || typeof posted(name) === "object"]).toEqual([name, true]);
  });
  test("keeps the digits of numbers that a number cannot hold, and makes none of them null (F4)", () => {
    const numbers = named("i_number_").filter((name) => !isRefused(name));
    const written = (name: string) =>
      readFileSync(join(folder!, "json", name), "utf8")
        .trim()
        .slice(1, -1)
        .trim();
    const kept = numbers.filter((name) => {
      const [value] = posted(name) as unknown[];
      const text = written(name);
      return typeof value === "string" ? value === text : typeof value === "number" && Number(text) === value && Number.isFinite(value);
    });
    expect(numbers.length).toBeGreaterThanOrEqual(9);
    expect(kept).toEqual(numbers);
  });
});
