/** What is wrong with an XML text, as the rest of a sentence: "is nested deeper than 64 levels". */
export class XmlProblem extends Error {
  override name = "XmlProblem";
}

/** Under which names an element's own text and its attributes are kept. */
const textName = "#text";
const attributePrefix = "@";
/** Nobody else is served while it is read: with these it takes a few milliseconds at most. */
const longestXml = 512 * 1024;
const mostParts = 10_000;
const mostReferences = 20_000;
const longestName = 1_000;

/**
 * XML as an object: the root by its name, every element below it in a list, so that one and several are read alike. An element with
 * nothing but text is that text; beside attributes or elements its text is under `#text`, and attributes are under `@` and their name.
 * Spaces around a text do not count. Nothing is fetched, and there are no entities but those of XML itself.
 */
export function readXml(text: string, deepest: number): Record<string, unknown> {
  if (text.length > longestXml) throw new XmlProblem("is larger than 512 KiB, the limit for XML");
  return new XmlReader(text, deepest).document();
}

type Members = Map<string, unknown>;

/** Goes through the text once, from left to right. */
class XmlReader {
  readonly #text: string;
  readonly #deepest: number;
  #at = 0;
  /** Elements, attributes, comments and the like. */
  #parts = 0;
  #references = 0;

  constructor(text: string, deepest: number) {
    this.#text = text;
    this.#deepest = deepest;
    if (text.startsWith("\ufeff")) this.#at = 1;
  }

  document(): Record<string, unknown> {
    this.#around();
    if (this.#at === this.#text.length) throw this.#needsRoot();
    this.#at++;
    const name = this.#name();
    const root = this.#element(name, 1);
    this.#around();
    if (this.#at < this.#text.length) throw this.#needsRoot();
    return Object.fromEntries([[name, root]]);
  }

  /** What may stand before and after the root, up to the next element. */
  #around(): void {
    for (;;) {
      this.#skipSpaces();
      if (this.#at === this.#text.length) return;
      if (this.#text[this.#at] !== "<") throw this.#needsRoot();
      if (this.#section() === null) return;
    }
  }

  /** An element whose name has been read. */
  #element(name: string, depth: number): unknown {
    if (depth > this.#deepest) throw new XmlProblem(`is nested deeper than ${this.#deepest} levels`);
    this.#count();
    const members: Members = new Map();
    const text = this.#attributes(name, members) ? this.#content(name, depth, members) : "";
    if (members.size === 0) return text;
    if (text !== "") members.set(textName, text);
    return Object.fromEntries(members);
  }

  /** Whether the tag leaves its element open. */
  #attributes(element: string, members: Members): boolean {
    for (;;) {
      const from = this.#at;
      this.#skipSpaces();
      const char = this.#text[this.#at];
      if (char === ">") {
        this.#at++;
        return true;
      }
      if (char === "/" && this.#text[this.#at + 1] === ">") {
        this.#at += 2;
        return false;
      }
      if (char === undefined) throw this.#problem(`the tag '${element}' does not end`);
      if (this.#at === from) throw this.#problem(`in the tag '${element}' a space is missing`);
      this.#attribute(members);
    }
  }

  #attribute(members: Members): void {
    this.#count();
    const name = this.#name();
    this.#skipSpaces();
    if (this.#text[this.#at] !== "=") throw this.#problem(`the attribute '${name}' has no value`);
    this.#at++;
    this.#skipSpaces();
    const mark = this.#text[this.#at];
    if (mark !== '"' && mark !== "'") throw this.#problem(`the attribute '${name}' has no quotes around its value`);
    const value = this.#upTo(mark, this.#at + 1);
    if (value.includes("<")) throw this.#problem(`the value of the attribute '${name}' has a '<' in it`);
    const key = attributePrefix + name;
    if (members.has(key)) throw this.#problem(`the attribute '${name}' is there twice`);
    members.set(key, this.#decoded(value.trim()));
  }

  /** Reads up to the end of an element. Its elements become members; its own text is given back. */
  #content(name: string, depth: number, members: Members): string {
    const texts: string[] = [];
    let run: string[] = [];
    for (;;) {
      run.push(this.#plainText(name));
      const section = this.#section();
      if (section !== null) {
        run.push(section);
        continue;
      }
      texts.push(run.join("").trim());
      run = [];
      this.#at++;
      if (this.#text[this.#at] === "/") {
        this.#end(name);
        return texts.join("");
      }
      this.#child(depth, members);
    }
  }

  #child(depth: number, members: Members): void {
    const name = this.#name();
    const value = this.#element(name, depth + 1);
    const same = members.get(name);
    if (Array.isArray(same)) same.push(value);
    else members.set(name, [value]);
  }

  #end(name: string): void {
    this.#at++;
    const closed = this.#name();
    this.#skipSpaces();
    if (closed !== name || this.#text[this.#at] !== ">") throw this.#problem(`'</${name}>' is expected, not '</${closed}'`);
    this.#at++;
  }

  /** The text before the next mark. */
  #plainText(element: string): string {
    const end = this.#text.indexOf("<", this.#at);
    if (end < 0) throw this.#problem(`'</${element}>' is missing`);
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return this.#decoded(text);
  }

  /** What a CDATA section says; of a comment or an instruction, nothing. Null where an element begins or ends. */
  #section(): string | null {
    const next = this.#text[this.#at + 1];
    if (next !== "!" && next !== "?") return null;
    this.#count();
    const section = sections.find(({ opening }) => this.#text.startsWith(opening, this.#at));
    if (!section) throw new XmlProblem("has a DOCTYPE or another declaration, which is not accepted: leave it out");
    const content = this.#upTo(section.closing, this.#at + section.opening.length);
    return section.isText ? content : "";
  }

  /** The text before a mark, which is left behind. */
  #upTo(mark: string, from: number): string {
    const end = this.#text.indexOf(mark, from);
    if (end < 0) throw this.#problem(`'${mark}' is missing`);
    this.#at = end + mark.length;
    return this.#text.slice(from, end);
  }

  #name(): string {
    const [name] = nameAtStart.exec(this.#text.slice(this.#at, this.#at + longestName + 1)) ?? [];
    if (name === undefined) throw this.#problem("a name is missing or begins with a character that no name begins with");
    if (name.length > longestName) throw this.#problem(`a name is longer than ${longestName} characters`);
    if (name === "__proto__") throw new XmlProblem("is not accepted XML: one of its names is not allowed");
    this.#at += name.length;
    return name;
  }

  #skipSpaces(): void {
    for (let code = this.#text.charCodeAt(this.#at); isSpace(code); code = this.#text.charCodeAt(this.#at)) this.#at++;
  }

  #count(): void {
    if (++this.#parts > mostParts)
      throw new XmlProblem(`has more than ${mostParts.toLocaleString("en-US")} elements and attributes, the most of XML that is read`);
  }

  /** A text with the entities of XML undone. One that XML does not have stays as it is written, and so does a '&' that begins none. */
  #decoded(text: string): string {
    let at = text.indexOf("&");
    if (at < 0) return text;
    const parts: string[] = [];
    let from = 0;
    for (; at >= 0; at = text.indexOf("&", from)) {
      if (++this.#references > mostReferences)
        throw new XmlProblem(
          `has more than ${mostReferences.toLocaleString("en-US")} references such as &amp;, the most of XML that is read`,
        );
      parts.push(text.slice(from, at));
      const length = text.slice(at + 1, at + longestReference).indexOf(";");
      const reference = text.slice(at + 1, at + 1 + length);
      const isReference = length > 0 && referenceBody.test(reference);
      from = at + (isReference ? length + 2 : 1);
      parts.push((isReference ? characterOf(reference) : undefined) ?? text.slice(at, from));
    }
    return parts.join("") + text.slice(from);
  }

  #needsRoot = () => new XmlProblem("is not valid XML: it needs one element around all others");

  #problem(problem: string): XmlProblem {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    return new XmlProblem(`is not valid XML (line ${line}: ${problem})`);
  }
}

const sections = [
  { opening: "<!--", closing: "-->", isText: false },
  { opening: "<![CDATA[", closing: "]]>", isText: true },
  { opening: "<?", closing: "?>", isText: false },
];

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

const nameAtStart = /^[\p{L}_:][\p{L}\p{M}\p{N}_:.\-\u00b7]*/u;

const longestReference = 32;
const referenceBody = /^(?:#[xX][\da-fA-F]+|#\d+|[a-zA-Z][\da-zA-Z]*)$/;
const named = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** The character that a reference stands for; undefined where XML has none for it. */
function characterOf(reference: string): string | undefined {
  if (!reference.startsWith("#")) return named.get(reference);
  const isHex = /^#x/i.test(reference);
  const point = isHex ? parseInt(reference.slice(2), 16) : Number(reference.slice(1));
  return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
}
