/** Whether two values say the same: the server adds what has a default. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));

/** Members in the order of their names, without those that say what holds anyhow. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, one]) => one !== undefined && !isDefault(name, one))
      .map(([name, one]) => [name, ordered(one)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const defaults: Readonly<Record<string, string>> = {
  scopes: "[]",
  input: "[]",
  result: '""',
  schema: '{"type":"string"}',
  key: "[]",
  refusals: "[]",
  operations: "[]",
  triggers: "[]",
  auth: '[{"kind":"none"}]',
  header: '"Authorization"',
  prefix: '"Bearer "',
};
const isDefault = (name: string, value: unknown): boolean => defaults[name] === JSON.stringify(value);
