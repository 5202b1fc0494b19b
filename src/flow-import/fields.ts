import { type Expr, literal, NotConvertible } from "./expr.ts";
import { condition, template } from "./liquid.ts";
import type { ExportNode } from "./export-node.ts";
import { isSecretText } from "./secrets.ts";

/** Reads a text of another tool, which may hold expressions. Throws NotConvertible. */
export type ReadText = (text: string) => Expr;

export const secretWhy = {
  why: "it looks like a secret, and secrets are never imported",
  todo: "put it into a connection under Connections, and choose that connection in the step",
};
export const loginLeft = "logins and their ids: connections are chosen here";
export const layoutLeft = "where things stand on the canvas, and other marks of the old editor";
export const sampleLeft = "sample data and what the last runs left behind";
export const byHand = "write it again in the step, with the values that the data panel offers";

/** The value of a field. Undefined where nothing of it could be read: then the report has it. */
export function readField(part: ExportNode, at: string, read: ReadText, name = ""): Expr | undefined {
  if (part.isList) return { is: "list", items: part.items().flatMap((item) => readField(item, at, read, name) ?? []) };
  if (part.isObject) {
    const members = part.entries().flatMap(([key, member]): [string, Expr][] => {
      const value = isPoison(key) ? undefined : readField(member, `${at} › ${key}`, read, String(key));
      return value === undefined ? [] : [[String(key), value]];
    });
    return { is: "object", members };
  }
  if (part.value === null) return undefined;
  if (typeof part.value !== "string") return part.converted() && literal(part.value as number | boolean);
  return readFieldText(part, at, read, name);
}

/** Names that would change what an object is: they are no fields of anybody. */
const isPoison = (key: string | number): boolean => ["__proto__", "constructor", "prototype"].includes(String(key));

function readFieldText(part: ExportNode, at: string, read: ReadText, name: string): Expr | undefined {
  if (isSecretText(part.text, name)) {
    part.check({ at, ...secretWhy, secret: true });
    return undefined;
  }
  return attempt(part, at, () => {
    const expr = read(part.text);
    template(expr); // what has no words here is noticed now, where its place is known
    return expr;
  });
}

/** The condition that several values make together; null where it could not be read. */
export function readCondition(part: ExportNode, at: string, read: () => Expr): Expr | null {
  const todo = "write the condition in the step: until then it lets nothing through";
  return (
    attempt(
      part,
      at,
      () => {
        const expr = read();
        condition(expr);
        return expr;
      },
      todo,
    ) ?? null
  );
}

/** Marks a value as mapped, or lists it with the reason why it could not be read. */
export function attempt<T>(part: ExportNode, at: string, read: () => T, todo = byHand): T | undefined {
  try {
    const found = read();
    part.converted();
    return found;
  } catch (thrown) {
    if (!(thrown instanceof NotConvertible)) throw thrown;
    part.check({ at, why: `it ${thrown.message}`, todo });
    return undefined;
  }
}
