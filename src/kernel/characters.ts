/**
 * Texts by the characters that people see: an emoji, a flag or a letter with its accents is one, however many code units it takes. Apart from
 * the rest of the kernel without any import, since the page cuts texts as well.
 */

const segmenter = new Intl.Segmenter();

/** Code units of which each is a character, unless a mark follows: Latin, Greek, Cyrillic, kana and Chinese signs. */
const plain = "[\\u0000-\\u000c\\u000e-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0482\\u048a-\\u0559\\u3041-\\u3096\\u30a1-\\u30fa\\u3400-\\u9fff]";
const onlyPlain = new RegExp(`^${plain}*$`);
/** A run of them without its last, to which a mark may belong. */
const plainRun = new RegExp(`${plain}+(?=${plain}|$)`, "y");

/** The segmenter takes quadratic time, so it gets a text window by window. A character longer than one counts as several. */
const windowLength = 256;
/** Segmenting a whole book would take seconds, so after this many characters a code point counts as one. */
const closest = { characters: 10_000, units: 40_000 };

/** The characters of a text. */
export function charactersOf(text: string): string[] {
  if (onlyPlain.test(text)) return text.split("");
  const characters: string[] = [];
  let at = 0;
  for (const one of closely(text)) {
    characters.push(one);
    at += one.length;
  }
  return at === text.length ? characters : characters.concat(Array.from(text.slice(at)));
}

/** How many characters a text has. */
export function countCharacters(text: string): number {
  if (onlyPlain.test(text)) return text.length;
  let [count, at] = [0, 0];
  for (const one of closely(text)) {
    count++;
    at += one.length;
  }
  return count + countCodePoints(text, at);
}

/** The index at which so many characters end; the text's length if it has fewer. */
export function endOfCharacters(text: string, count: number): number {
  if (count >= text.length) return text.length;
  let [end, counted] = [0, 0];
  for (const one of closely(text)) {
    if (counted++ >= count) return end;
    end += one.length;
  }
  for (; counted < count && end < text.length; counted++) end += isPair(text, end) ? 2 : 1;
  return end;
}

/** The characters at the beginning of a text, as far as they are told apart. */
function* closely(text: string): Generator<string, void> {
  let count = 0;
  for (let at = 0; at < text.length && at < closest.units && count < closest.characters;) {
    const run = plainEnd(text, at);
    for (const one of run > at ? text.slice(at, run) : window(text, at)) {
      yield one;
      at += one.length;
      count++;
    }
  }
}

function plainEnd(text: string, at: number): number {
  plainRun.lastIndex = at;
  return plainRun.test(text) ? Math.min(plainRun.lastIndex, at + windowLength) : at;
}

/** The characters of the next window, without the last where it may go on in the one after. */
function window(text: string, at: number): string[] {
  const characters = Array.from(segmenter.segment(text.slice(at, at + windowLength)), ({ segment }) => segment);
  if (characters.length > 1 && at + windowLength < text.length) characters.pop();
  return characters;
}

function countCodePoints(text: string, from: number): number {
  let count = 0;
  for (let at = from; at < text.length; count++) at += isPair(text, at) ? 2 : 1;
  return count;
}

const isPair = (text: string, at: number): boolean => text.codePointAt(at)! > 0xffff;

/** The longest beginning of at most so many code units that ends with a whole character. For labels, previews and limits: it looks at the cut alone. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const from = Math.max(0, most - windowLength / 2);
  const around = text.slice(from, most + windowLength / 2);
  const end = from + (segmenter.segment(around).containing(most - from)?.index ?? 0);
  return text.slice(0, from > 0 && end === from ? wholeUnits(text, most) : end);
}

/** Without half of a pair at the end. */
const wholeUnits = (text: string, most: number): number => {
  const before = text.charCodeAt(most - 1);
  return before >= 0xd800 && before <= 0xdbff ? most - 1 : most;
};
