import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersOf, countCharacters, cutText, endOfCharacters } from "./characters.ts";

const family = "👩‍👩‍👧";
const flag = "🇩🇪";
const accented = "e\u0301";
/** Without half of a pair. */
const isWhole = (text: string) => Buffer.from(text).toString() === text;
const texts = fc.array(fc.constantFrom("a", " ", "é", accented, family, flag, "👍", "漢", "\r\n", "क्षि", "ß", "\u200d", "7"), {
  maxLength: 400,
});

describe("the characters of a text", () => {
  test("are those that the platform tells apart (F27)", () => {
    fc.assert(
      fc.property(
        texts.map((parts) => parts.join("").slice(0, 250)),
        (text) => {
          const expected = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
          expect(charactersOf(text)).toEqual(expected);
          expect(countCharacters(text)).toBe(expected.length);
        },
      ),
    );
  });

  test("lose nothing, and are never half of a pair, however long the text is", () => {
    const long = `${family}${flag}${accented}漢字 ok `.repeat(3_000);
    const all = charactersOf(long);
    expect(all.join("")).toBe(long);
    expect(all.filter((one) => !isWhole(one))).toEqual([]);
    expect(countCharacters(long)).toBe(all.length);
    for (const count of [0, 1, 9_999, 10_000, 10_001, 20_000, all.length])
      expect(endOfCharacters(long, count)).toBe(all.slice(0, count).join("").length);
    expect(all.slice(0, 9)).toEqual([family, flag, accented, "漢", "字", " ", "o", "k", " "]);
  });

  test("end where so many of them end", () => {
    expect([endOfCharacters(`${family}abc`, 1), endOfCharacters("abc", 5), endOfCharacters(`a${flag}`, 1)]).toEqual([family.length, 3, 1]);
  });
});

describe("a text that is cut", () => {
  test("keeps whole characters only, and as many as fit", () => {
    fc.assert(
      fc.property(
        texts.map((parts) => parts.join("")),
        fc.nat(400),
        (text, most) => {
          const cut = cutText(text, most);
          expect(cut.length).toBeLessThanOrEqual(most);
          expect(text.startsWith(cut)).toBe(true);
          if (text.length < 120) {
            let whole = "";
            for (const one of charactersOf(text)) {
              if (whole.length + one.length > most) break;
              whole += one;
            }
            expect(cut).toBe(whole);
          }
        },
      ),
    );
  });

  test("is never cut within a pair, even where one character is longer than all that may be kept", () => {
    expect([cutText(`abc👍`, 4), cutText(`ab${family}`, 5), cutText("👍👍", 1)]).toEqual(["abc", "ab", ""]);
    expect(cutText(`a${"\u0301".repeat(900)}`, 500).length).toBeGreaterThan(0);
    expect(isWhole(cutText("👍\u0301\u200d".repeat(300), 301))).toBe(true);
  });
});
