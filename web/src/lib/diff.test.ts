import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minuteOf } from "./time.ts";
import { type Piece, valueWords, wordDiff } from "./diff.ts";

const join = (pieces: Piece[], leaveOut: Piece["kind"]) =>
  pieces
    .filter((piece) => piece.kind !== leaveOut)
    .map((piece) => piece.text)
    .join("");

describe("word by word", () => {
  test("only the words that differ are marked", () => {
    expect(wordDiff("calls in the morning", "calls in the evening")).toEqual([
      { kind: "same", text: "calls in the " },
      { kind: "removed", text: "morning" },
      { kind: "added", text: "evening" },
    ]);
  });

  test("the same text has nothing marked", () => {
    expect(wordDiff("as it was", "as it was")).toEqual([{ kind: "same", text: "as it was" }]);
  });

  test("the pieces always give back both texts", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c", " ", "\n", "äö", "שרה")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(words, words, (before, after) => {
        const pieces = wordDiff(before, after);
        expect(join(pieces, "added")).toBe(before);
        expect(join(pieces, "removed")).toBe(after);
      }),
    );
  });

  test("texts too long to compare are shown as replaced", () => {
    const long = "word ".repeat(2_000);
    expect(wordDiff(long, `${long}more`).map((piece) => piece.kind)).toEqual(["removed", "added"]);
  });
});

describe("values in a table", () => {
  test.each([
    [null, "empty"],
    ["", "empty"],
    [false, "no"],
    [0, "0"],
    ["Ada", "Ada"],
    ["2026-12-07", "7 Dec 2026"],
    ["2026-12-07T20:00:00.000Z", minuteOf(Date.UTC(2026, 11, 7, 20))],
    [["a", 1], "a, 1"],
    [[], "empty"],
    [{ email: "ada@example.com", tags: ["vip", "lead"] }, "email: ada@example.com, tags: (vip, lead)"],
  ])("%j reads as '%s'", (value, words) => {
    expect(valueWords(value)).toBe(words);
  });
});
