import { describe, expect, test } from "vitest";
import { processorMs } from "../../test/support/cost.ts";
import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { nextOfAddress } from "./address-paging.ts";
import { countryCode } from "./countries.ts";
import { beginsLikeDate, epochMs, momentMs, readMoment, sameMoment } from "./moments.ts";
import { nearest } from "./nearest.ts";
import { readNumber } from "./numbers.ts";
import { internationalPhone, namesCountry, plainEmail, readPhone } from "./people.ts";
import { fold, isBlankText } from "./text.ts";
import { fitTime, timeProblem } from "./times.ts";

/** What reads a text that comes with an event, an answer or a list, whoever wrote it. */
const at = { zone: "UTC", now: 0 };
const asked = { rows: [], asked: { url: "https://api.example.com/items" } };
const readers: Record<string, (text: string) => unknown> = {
  momentMs,
  readMoment: (text) => readMoment(text, at),
  sameMoment: (text) => sameMoment(text, `${text}0`),
  epochMs,
  beginsLikeDate,
  fitTime: (text) => fitTime("date-time", "string", text, at),
  timeProblem: (text) => timeProblem("date-time", text),
  parseDuration,
  yesOrNo,
  countryCode,
  readNumber,
  plainEmail,
  internationalPhone: (text) => internationalPhone(text, { country: "FR" }),
  readPhone: (text) => readPhone(text, "FR"),
  namesCountry,
  nearest: (text) => nearest(text, ["pipelineStageId", "email"]),
  fold,
  isBlankText,
  "the next page by a cursor": (text) => nextOfAddress({ cursor: "next", query: "cursor" }, {}, { raw: { next: text }, ...asked }),
  "the next page by a link": (text) => nextOfAddress({ link: "next" }, {}, { raw: { next: text }, ...asked }),
  "the next page by a header": (text) =>
    nextOfAddress({ link: null }, {}, { raw: {}, headers: { link: text.slice(0, 64 * 1024) }, ...asked }),
};

const length = 1024 * 1024;
const filled = (pattern: string) => pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
const between = (start: string, pattern: string, end: string) => start + filled(pattern) + end;
const hostile: [name: string, text: string][] = [
  ...["a", " ", "\n", "1", "1,", "-", "+49 ", "(", "<", "a <", "a@b.c ", "&", "%25", "ß", "İ", "\u200b", "e\u0301", "\ud83d", "; "].map(
    (pattern): [string, string] => [JSON.stringify(pattern), filled(pattern)],
  ),
  ["now+ and spaces", between("now+", " ", "a\nb")],
  ["now+ and figures", between("now+", "1", "")],
  ["now+ and days", between("now+", "1d", "")],
  ["a time with many figures", between("2026-01-01T10:00:00.", "1", "")],
  ["a time and spaces", between("2026-01-01", " ", "x")],
  ["the date of an e-mail with remarks", between("Mon, 01 Jan 2026 10:00:00 ", "(", "")],
  ["an address in marks", between("Ada <", " ", "x")],
  ["a telephone address", between("tel:", " ", "1")],
  ["a link and spaces", between("<https://api.example.com/items?p=2>", " ;", 'rel="')],
];

/** About 20 ms on a usual machine. This one may be slower, and shared. */
const mostMs = 100;

/** A reader that takes quadratic time would need minutes for the whole text, so the beginning with the end comes first. */
const part = (text: string): string => text.slice(0, 16_384) + text.slice(-8);

function attempt(read: (text: string) => unknown, text: string): void {
  try {
    read(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MillraceError);
    expect((thrown as MillraceError).message.length).toBeLessThan(1_000);
  }
}

function costOf(read: (text: string) => unknown, text: string): number {
  const ms = processorMs(() => attempt(read, text));
  return ms < mostMs
    ? ms
    : Math.min(
        ms,
        processorMs(() => attempt(read, text)),
      );
}

describe("a megabyte of hostile text", () => {
  test.each(Object.entries(readers))("is read or refused within a few milliseconds by %s", (_, read) => {
    for (const [name, text] of hostile) {
      expect(costOf(read, part(text)), `the beginning of ${name}`).toBeLessThan(mostMs);
      expect(costOf(read, text), name).toBeLessThan(mostMs);
    }
  });
});
