/** JSON as documentation writes it: with comments, commas at the ends, dots for what is left out, and quotes that are missing. */
import { deeperThan, type Json } from "#kernel/json.ts";

/** What was read, and what had to be mended, in words. */
export interface LenientJson {
  value: Json;
  mended: string[];
}

const deepest = 100;

/** Null where even so no value can be read. */
export function readLenient(text: string): LenientJson | null {
  const strict = parsed(text);
  if (strict !== undefined) return { value: strict, mended: [] };
  if (!/[[{]/.test(text)) return null;
  const mender = new Mender(text);
  const value = parsed(mender.mend());
  return value === undefined ? null : { value, mended: mender.mended };
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return deeperThan(value, deepest) ? undefined : value;
  } catch {
    return undefined;
  }
}

const kinds = {
  comment: "comments",
  comma: "commas at the end",
  dots: "dots for what is left out",
  quote: "quotes of another kind or missing ones",
  word: "words without quotes",
  prefix: "text around it",
} as const;
type Kind = keyof typeof kinds;

/** Writes a text again token by token; what is no JSON is left out or put into quotes. */
class Mender {
  readonly #text: string;
  readonly #kinds = new Set<Kind>();
  readonly #unclosed = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get mended(): string[] {
    return [...this.#kinds].map((kind) => kinds[kind]);
  }

  mend(): string {
    this.#at = this.#start();
    const tokens: string[] = [];
    let depth = 0;
    for (let token = this.#next(); token !== null; token = this.#next()) {
      if (token === "") continue;
      this.#add(tokens, token);
      if (token === "{" || token === "[") depth++;
      if ((token === "}" || token === "]") && --depth === 0) break;
    }
    if (this.#text.slice(this.#at).trim() !== "") this.#kinds.add("prefix");
    return tokens.join("");
  }

  /** Where the value begins: at the first bracket, after whatever was copied with it. */
  #start(): number {
    const at = this.#text.search(/[[{]/);
    if (at > 0 && this.#text.slice(0, at).trim() !== "") this.#kinds.add("prefix");
    return Math.max(0, at);
  }

  /** A token, with the commas put right around it. */
  #add(tokens: string[], token: string): void {
    const last = tokens.at(-1);
    if (token === ",") {
      if (last === undefined || /^[{[,]$/.test(last)) return void this.#kinds.add("comma");
    } else if (/^[}\]]$/.test(token) && last === ",") {
      tokens.pop();
      this.#kinds.add("comma");
    } else if (last !== undefined && !/^[{[,:]$/.test(last) && !/^[}\]:]$/.test(token)) {
      tokens.push(",");
      this.#kinds.add("comma");
    }
    tokens.push(token);
  }

  /** The next token; empty where something was left out, null at the end. */
  #next(): string | null {
    const rest = /\s*/y;
    rest.lastIndex = this.#at;
    this.#at += rest.exec(this.#text)![0].length;
    if (this.#at >= this.#text.length) return null;
    const c = this.#text[this.#at]!;
    if (/[{}[\],:]/.test(c)) return this.#take(c);
    return this.#comment() ?? this.#dots() ?? this.#string(c) ?? this.#word();
  }

  #take(token: string, written = token): string {
    this.#at += token.length;
    return written;
  }

  #matches(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #leaveOut(pattern: RegExp, kind: Kind): string | null {
    const found = this.#matches(pattern);
    if (found === undefined) return null;
    this.#kinds.add(kind);
    return this.#take(found, "");
  }

  #comment(): string | null {
    return this.#leaveOut(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*/y, "comment");
  }

  #dots(): string | null {
    return this.#leaveOut(/\.{2,}|…/y, "dots");
  }

  /** Once a quote has no end, no later one of its kind has: the text is not searched for it again. */
  #string(c: string): string | null {
    if (this.#unclosed.has(c)) return null;
    const string = this.#quoted(c);
    if (string === null) this.#unclosed.add(c);
    return string;
  }

  #quoted(c: string): string | null {
    if (c === '"') {
      const whole = this.#matches(/"(?:\\[\s\S]|[^"\\])*"/y);
      if (whole === undefined) return null;
      return this.#take(
        whole,
        whole.replace(/[\n\r\t]/g, (white) => ({ "\n": "\\n", "\r": "\\r", "\t": "\\t" })[white]!),
      );
    }
    const other = { "'": /'(?:\\[\s\S]|[^'\\])*'/y, "“": /“[^”]*”/y, "‘": /‘[^’]*’/y, "`": /`[^`]*`/y }[c];
    const whole = other && this.#matches(other);
    if (whole === undefined) return null;
    this.#kinds.add("quote");
    return this.#take(whole, JSON.stringify(whole.slice(1, -1).replace(/\\(['"\\])/g, "$1")));
  }

  /** A number or a word; what is neither goes into quotes. */
  #word(): string {
    const word = this.#matches(/(?:[^\s{}[\],:"/]|\/(?![/*]))+/y) ?? this.#text[this.#at]!;
    if (/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(word)) return this.#take(word);
    this.#kinds.add("word");
    const plain = { True: "true", False: "false", None: "null", undefined: "null", NaN: "null" }[word];
    return this.#take(word, plain ?? JSON.stringify(word));
  }
}
