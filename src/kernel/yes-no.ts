/** The words for yes and no that forms and systems send. */
const yes: ReadonlySet<string> = new Set(["true", "yes", "y", "1", "on", "checked", "t"]);
const no: ReadonlySet<string> = new Set(["false", "no", "n", "0", "off", "unchecked", "f"]);

const longestWord = 20;

/** What a word means; undefined for one that is neither. */
export function yesOrNo(text: string): boolean | undefined {
  const trimmed = text.trim();
  const word = trimmed.length > longestWord ? "" : trimmed.toLowerCase();
  return yes.has(word) ? true : no.has(word) ? false : undefined;
}
