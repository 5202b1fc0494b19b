import type { PersonKey } from "#kernel/person-key.ts";

/** Pure: e-mails, phones, names and ids in the one form in which they are compared, whatever way they are written. */

const longestEmail = 254;
const longestName = 100;
const longestId = 100;
const mostWords = 6;
const fewestDigits = 5;
const mostDigits = 15;
const longestPhone = 60;

/** An e-mail that is in its plain form already, as nearly all are. */
const isPlainEmail = /^[\w.+-]+@[\w.-]+$/;

/** In small letters. What was typed wrongly is kept as it is: a person looks for what stands in the event. */
export function emailKey(text: string): PersonKey | null {
  const key = (
    isPlainEmail.test(text)
      ? text
      : text
          .trim()
          .replace(/^mailto:/i, "")
          .normalize("NFC")
  ).toLowerCase();
  return key === "" || key.length > longestEmail ? null : { kind: "email", key };
}

/**
 * The digits from the last to the first, without what differs between national and international spelling at the front. So
 * +1 212 555 0110, 12125550110, (212) 555-0110 and the last digits alone are the beginning of one key.
 */
export function phoneKey(text: string): PersonKey | null {
  const digits = text.length > longestPhone ? "" : subscriberDigits(text);
  if (digits.length < fewestDigits || digits.length > mostDigits) return null;
  return { kind: "phone", key: reversed(digits), text: text.trim() };
}

/** Without extension, trunk zero and the zeros that stand for a plus. */
export function subscriberDigits(text: string): string {
  if (/^\+?[1-9]\d*$/.test(text)) return text.startsWith("+") ? text.slice(1) : text; // written so most of the time
  const plain = text
    .normalize("NFKC")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/^\s*tel:/i, "")
    .replace(/\s*(?:ext\.?|extension|x|#|;ext=)\s*\d*\s*$/i, "")
    .replace(/\(\s*0\s*\)/g, "");
  return plain.replace(/\D/g, "").replace(/^0+/, "");
}

export function reversed(digits: string): string {
  let from = "";
  for (let i = digits.length - 1; i >= 0; i--) from += digits[i]!;
  return from;
}

/** A name once for each of its words, that word first: each is then the beginning of a key. */
export function nameKeys(text: string): PersonKey[] {
  const trimmed = text.trim();
  if (trimmed.length > longestName) return [];
  const words = nameWords(trimmed).slice(0, mostWords);
  if (words.length === 0) return [];
  const whole = words.join(" ");
  const keys: PersonKey[] = [whole === trimmed ? { kind: "name", key: whole } : { kind: "name", key: whole, text: trimmed }];
  for (let at = whole.indexOf(" "); at > 0; at = whole.indexOf(" ", at + 1))
    keys.push({ kind: "name", key: `${whole.slice(at + 1)} ${whole.slice(0, at)}` });
  return keys;
}

const spelled: Record<string, string> = { ß: "ss", ø: "o", æ: "ae", œ: "oe", đ: "d", ð: "d", ł: "l", ı: "i", þ: "th" };

/** The words of a name without case, accents and punctuation. */
export function nameWords(text: string): string[] {
  if (/^[a-z]+(?: [a-z]+)*$/i.test(text)) return text.toLowerCase().split(" ");
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{M}'’ʼ`´]/gu, "")
    .replace(/[ßøæœđðłıþ]/g, (letter) => spelled[letter]!)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** An id is compared as it is. */
export function idKey(text: string): PersonKey | null {
  const key = text.trim();
  return key === "" || key.length > longestId ? null : { kind: "id", key };
}
