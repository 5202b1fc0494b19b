import { cutText } from "#kernel/characters.ts";

const longest = 120;

/** What people call an account, fit to be a connection's title; null where the app gives no such text. */
export function accountTitle(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const title = cutText(
    value
      .slice(0, longest * 10)
      .replace(/\p{Cc}+/gu, " ")
      .trim(),
    longest,
  );
  return title === "" ? null : title;
}
