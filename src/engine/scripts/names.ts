/** What a script reads, as far as its text says. Comments and texts count too: that it may read too much does no harm. */

/** The names that a script may read; null where it may read all, because it looks them up by other means. */
export function namesIn(code: string): ReadonlySet<string> | null {
  const names = new Set(wordsIn(code));
  return ["steps", "globalThis", "eval", "Function"].some((name) => names.has(name)) ? null : names;
}

/** The names of earlier steps, among others, that it reads: `contact`, `steps.contact`, `steps["the-contact"]`. */
export function readsIn(code: string): string[] {
  const looked = [...code.matchAll(/\bsteps\s*(?:\?\.)?\s*\[\s*(["'`])([\w-]+)\1\s*\]/g)].map(([, , name]) => name!);
  return [...new Set([...wordsIn(code), ...looked])];
}

/** Names of which members are read although nothing in the script seems to declare them: `contact.email`, `contact[0]`. */
export function undeclaredIn(code: string): Set<string> {
  const bare = code.replace(textsAndComments, (part) =>
    part.startsWith("`") ? [...part.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner).join(" ") : " ",
  );
  const read = new Set<string>();
  const declared = new Set<string>();
  for (const { 1: name, index } of bare.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)/g)) {
    const before = bare.slice(Math.max(0, index - 20), index);
    const after = bare.slice(index + name!.length, index + name!.length + 20);
    if (/^\s*(?:\?\.|\.|\[)/.test(after)) read.add(name!);
    if (
      /\b(?:const|let|var|function|class)\s+$/.test(before) ||
      /^\s*=>/.test(after) ||
      (/[([{,]\s*$/.test(before) && /^\s*[,)}\]=:]/.test(after))
    )
      declared.add(name!);
  }
  return new Set([...read].filter((name) => !declared.has(name)));
}

const textsAndComments = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const wordsIn = (code: string): string[] => code.match(/[A-Za-z_$][\w$]*/g) ?? [];
