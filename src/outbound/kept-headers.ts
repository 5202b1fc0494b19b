import { mayBeSecret } from "#kernel/secret-names.ts";

const mostHeaders = 100;
const mostCharacters = 16 * 1024;

/** An answer's headers as a flow may read them: without what may be a secret, as many as have room. One is kept whole or not at all. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  let count = 0;
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (name === "__proto__" || mayBeSecret.test(name)) continue;
    const length = name.length + value.length;
    if (count === mostHeaders || size + length > mostCharacters) continue;
    kept[name.toLowerCase()] = value;
    count++;
    size += length;
  }
  return kept;
}
