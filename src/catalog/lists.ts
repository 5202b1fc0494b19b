/** `a, b, , c` as its parts, trimmed, without empty ones. */
export const splitList = (text: string): string[] => trimmed(text.split(","));

/** Web addresses: one may contain a comma, so only what stands before the next `http` ends it. */
export const splitUrls = (text: string): string[] =>
  trimmed(text.split(/[,;\s]\s*(?=https?:\/\/)/i)).map((url) => url.replace(/[,;]+$/, ""));

/** E-mail addresses and phone numbers, with commas or semicolons between them; a comma within quotes belongs to a name. */
export const splitAddresses = (text: string): string[] => trimmed(text.match(/(?:"[^"]*"|[^,;"])+/g) ?? []);

/**
 * A text of several of the known values, which may contain commas themselves: the whole text first, then the longest known value at each place.
 * What is not known comes as its part between two commas.
 */
export function splitKnown(text: string, isKnown: (part: string) => boolean): string[] {
  if (isKnown(text)) return [text.trim()];
  const parts = text.split(",");
  const values: string[] = [];
  for (let at = 0; at < parts.length;) {
    let end = parts.length;
    while (end > at + 1 && !isKnown(parts.slice(at, end).join(","))) end--;
    values.push(parts.slice(at, end).join(","));
    at = end;
  }
  return trimmed(values);
}

const trimmed = (parts: readonly string[]): string[] => parts.map((part) => part.trim()).filter((part) => part !== "");
