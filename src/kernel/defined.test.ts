import { describe, expect, test } from "vitest";
import { defined } from "./defined.ts";

describe("optional members", () => {
  const title: string | undefined = undefined;

  test("that are undefined are left out, so that no key stands in the JSON or is seen by `in`", () => {
    const made = { id: "a", ...defined({ title, rows: 3 as number | undefined }) };
    expect(Object.keys(made)).toEqual(["id", "rows"]);
    expect("title" in made).toBe(false);
  });

  test("keep every other value, also those that count as false", () => {
    expect(defined({ none: null, zero: 0, empty: "", no: false })).toEqual({ none: null, zero: 0, empty: "", no: false });
  });

  test("are typed as optional where they may be undefined, and as there where they may not", () => {
    const made: { sure: number; perhaps?: string } = defined({ sure: 1, perhaps: title as string | undefined });
    expect(made).toEqual({ sure: 1 });
  });
});
