/** Names with `*` in them. Pure. */

/** The text between the stars, in capitals so that case does not count. */
export type NamePattern = readonly string[];

/** `*` stands for any text; nothing else is special. */
export const patternOf = (text: string): NamePattern => text.toUpperCase().split(/\*+/);

/** Whether a name, in capitals, is of the pattern. Each piece is looked for once, after the one before, so that no pattern takes long. */
export function isOfPattern(name: string, pieces: NamePattern): boolean {
  const [first, last] = [pieces[0]!, pieces.at(-1)!];
  if (pieces.length === 1) return name === first;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = name.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return from <= end;
}
