import { transform, type Transform } from "sucrase";
import type { ScriptFault, ScriptLanguage } from "../ports/scripts.ts";

/** The code is the body of a function, so that it may `return`; without `await` a plain one, whose errors say their line always. Its first line is the second of what is executed. */
export const linesBefore = 1;
const asFunction = (code: string): string => `(${/\bawait\b/.test(code) ? "async " : ""}function () {\n${code}\n})`;

/** How much sucrase may look at: some brackets are read again and again, twice as often with each one more. A script that people write needs two looks a character, the worst at most five. */
const looksAtLeast = 20_000;
const looksPerCharacter = 20;

class TooManyLooks extends Error {}

/** A text that counts how often a character of it is looked at, and puts an end to it. */
class BoundedText extends String {
  #left: number;

  constructor(text: string) {
    super(text);
    this.#left = looksAtLeast + looksPerCharacter * text.length;
  }

  override charCodeAt(at: number): number {
    if (--this.#left < 0) throw new TooManyLooks();
    return super.charCodeAt(at);
  }
}

/** Sucrase's answer, in a time that grows with the length of the text and no faster. */
const boundedTransform = (text: string, transforms: Transform[]): string =>
  transform(new BoundedText(text) as unknown as string, { transforms, disableESTransforms: true }).code;

/** What is executed for a script: JavaScript, with each line where it was written. Throws what sucrase throws. */
export function executable(code: string, language: ScriptLanguage): string {
  const source = asFunction(code);
  return language === "javascript" ? source : boundedTransform(source, ["typescript"]);
}

const remembered = new Map<string, ScriptFault | null>();
const mostRemembered = 200;

/** What is wrong with the syntax of a script; null where nothing is. The same code is read once. */
export function syntaxFault(code: string, language: ScriptLanguage): ScriptFault | null {
  const key = `${language} ${code}`;
  const before = remembered.get(key);
  if (before !== undefined) return before;
  if (remembered.size >= mostRemembered) remembered.clear();
  const fault = readFault(code, language);
  remembered.set(key, fault);
  return fault;
}

function readFault(code: string, language: ScriptLanguage): ScriptFault | null {
  try {
    boundedTransform(asFunction(code), language === "typescript" ? ["typescript"] : []);
  } catch (thrown) {
    return faultOf(thrown, code.split("\n"));
  }
  return language === "typescript" ? namespaceFault(code) : null;
}

/** Sucrase says where: "Error: Unexpected token (3:5)". */
function faultOf(thrown: unknown, lines: readonly string[]): ScriptFault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof RangeError || thrown instanceof TooManyLooks) return { problem: "it is nested too deep to be read" };
  const [, problem = message, line, column] =
    /^(?:Error transforming [^:]*: )?(?:SyntaxError: )?(.*?) \((\d+):(\d+)\)$/s.exec(message) ?? [];
  if (line === undefined) return { problem };
  const at = Number(line) - linesBefore;
  // What is missing at the end is noticed behind it.
  if (at > lines.length) return { problem: "something is missing at the end", line: lines.length, column: lines.at(-1)!.length + 1 };
  return { problem, line: at, column: Number(column) };
}

/** A namespace is code, which would be dropped in silence as if it were a type. */
function namespaceFault(code: string): ScriptFault | null {
  const found = /^[ \t]*(?:export\s+)?(?:declare\s+)?(namespace|module)\s+[\w$.]+\s*\{/m.exec(code);
  if (!found) return null;
  const line = code.slice(0, found.index).split("\n").length;
  return { problem: `'${found[1]}' is not supported in scripts; use an object`, line, column: found[0].indexOf(found[1]!) + 1 };
}
