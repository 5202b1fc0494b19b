/**
 * n8n computes every value of a node that begins with `=`, with its environment and its credentials at hand. Nothing that a catalog says is a
 * formula, so such texts have an apostrophe in front, as in a spreadsheet; the node takes it off a choice before it is sent.
 */

/** Pure: what n8n is given, with no text in it that n8n would compute. Names of members are the generator's own. */
export function withoutFormulas<T>(value: T): T {
  if (typeof value === "string") return asText(value) as T;
  if (Array.isArray(value)) return value.map(withoutFormulas) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutFormulas<unknown>(member)])) as T;
}

const asText = (text: string): string => (/^'*=/.test(text) ? `'${text}` : text);
