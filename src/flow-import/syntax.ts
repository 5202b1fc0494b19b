import { cutText } from "#kernel/characters.ts";
import { NotConvertible } from "./expr.ts";

/** What an expression of another tool says, before anybody has looked up what its names mean. */
export type Syntax =
  | { is: "literal"; value: string | number | boolean | null }
  | { is: "name"; name: string }
  | { is: "member"; of: Syntax; key: Syntax }
  | { is: "call"; of: Syntax; args: Syntax[] }
  | { is: "binary"; op: string; left: Syntax; right: Syntax }
  | { is: "unary"; op: string; of: Syntax }
  | { is: "ternary"; if: Syntax; yes: Syntax; no: Syntax }
  | { is: "list"; items: Syntax[] }
  | { is: "object"; members: [string, Syntax][] }
  | { is: "text"; parts: Syntax[] }
  /** A function of one value: `x => x.name`. */
  | { is: "arrow"; name: string; gives: Syntax };

export interface Token {
  kind: "number" | "text" | "name" | "sign" | "template" | "end";
  text: string;
  /** Of a template: its texts and the sources between them. */
  parts?: { text: string; source?: string }[];
}

export const longestExpression = 10_000;
const deepestExpression = 40;

/** Walks over the tokens of an expression. How deep it goes is bounded, so that brackets by the thousand cost no stack. */
export class Tokens {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  /** How many texts with values the expression lies in. */
  readonly within: number;

  constructor(tokens: readonly Token[], within = 0) {
    this.#tokens = tokens;
    this.within = within;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  peek(ahead: number): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: "end", text: "" };
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Takes the sign if it comes next. */
  accept(sign: string): boolean {
    const found = this.next.kind === "sign" && this.next.text === sign;
    if (found) this.#at++;
    return found;
  }

  expect(sign: string): void {
    if (!this.accept(sign)) throw new NotConvertible(`cannot be read at '${this.next.text.slice(0, 30) || "its end"}'`);
  }

  expectEnd(): void {
    if (this.next.kind !== "end") throw new NotConvertible(`cannot be read at '${cutText(this.next.text, 30)}'`);
  }

  /** Reads something that lies a level deeper. */
  deeper<T>(read: () => T): T {
    if (++this.#depth > deepestExpression) throw new NotConvertible(`is nested deeper than ${deepestExpression} levels`);
    const found = read();
    this.#depth--;
    return found;
  }
}

/** Reads operators by how closely they bind, those of the first level least. */
export function readOperators(tokens: Tokens, levels: readonly (readonly string[])[], unary: () => Syntax, level = 0): Syntax {
  const signs = levels[level];
  if (!signs) return unary();
  let left = readOperators(tokens, levels, unary, level + 1);
  while (["sign", "name"].includes(tokens.next.kind) && signs.includes(tokens.next.text)) {
    const op = tokens.take().text;
    left = { is: "binary", op, left, right: readOperators(tokens, levels, unary, level + 1) };
  }
  return left;
}
