import { XMLParser, XMLValidator } from "fast-xml-parser";
import { cutText } from "./characters.ts";
import { isObject } from "./json.ts";

/** What is wrong with an XML text, as the rest of a sentence: "is nested deeper than 64 levels". */
export class XmlProblem extends Error {
  override name = "XmlProblem";
}

/** Under which names an element's own text and its attributes are kept. */
const textName = "#text";
const attributePrefix = "@";
/** Reading it takes some hundred times as long as JSON, and nobody else is served meanwhile: these keep it well below 100 ms. */
const longestXml = 512 * 1024;
const mostParts = 4000;

/**
 * XML as an object: the root by its name, every element below it in a list, so that one and several are read alike. An element with
 * nothing but text is that text; beside attributes or elements its text is under `#text`, and attributes are under `@` and their name.
 * Nothing is fetched, and there are no entities but those of XML itself.
 */
export function readXml(text: string, deepest: number): Record<string, unknown> {
  if (text.length > longestXml) throw new XmlProblem("is larger than 512 KiB, the limit for XML");
  if (partsOf(text) > mostParts) throw new XmlProblem(`has more than ${mostParts} elements and attributes, the limit for XML`);
  const plain = withoutSections(text, deepest);
  const parsed = parse(plain);
  if (!isObject(parsed) || Object.keys(parsed).length !== 1)
    throw new XmlProblem("is not valid XML: it needs one element around all others");
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, decoded(Array.isArray(value) ? value[0] : value)]));
}

/** Elements and attributes, counted by their marks. */
function partsOf(text: string): number {
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "=" || (char === "<" && text[at + 1] !== "/")) parts++;
  }
  return parts;
}

/** The parser's own words. It quotes the code unit that it does not like, which may be half of a character. */
const quotable = (message: string): string => Buffer.from(cutText(message, 120).replace(/\.$/, "")).toString();

function parse(text: string): unknown {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new XmlProblem(`is not valid XML (line ${valid.err.line}: ${quotable(valid.err.msg)})`);
  try {
    return parser().parse(text);
  } catch {
    throw new XmlProblem("is not accepted XML: one of its names is not allowed");
  }
}

/** One for each body: it keeps what it read. */
const parser = () =>
  new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: attributePrefix,
    textNodeName: textName,
    parseTagValue: false, // a leading zero is part of an id
    parseAttributeValue: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  });

/** Values with the entities of XML undone. */
function decoded(value: unknown): unknown {
  if (typeof value === "string") return withoutEntities(value);
  if (Array.isArray(value)) return value.map(decoded);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decoded(member)])) : value;
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const withoutEntities = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return named[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });

/**
 * The text with its CDATA sections written as escaped text and its comments left out, in one pass and before anything is built of it. Throws
 * for a DOCTYPE, for what does not end, and for what is nested too deep.
 */
function withoutSections(text: string, deepest: number): string {
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", from)) {
    out.push(text.slice(from, at));
    const section = sections.find(([opening]) => text.startsWith(opening, at));
    from = section ? endOf(text, at + section[0].length, section[1]) : endOfTag(text, at);
    if (section) out.push(section[2](text.slice(at + section[0].length, from - section[1].length)));
    else {
      const tag = text.slice(at, from);
      if (tag.startsWith("<!")) throw new XmlProblem("has a DOCTYPE or another declaration, which is not accepted: leave it out");
      if (tag.startsWith("</")) depth--;
      else if (!tag.endsWith("/>") && ++depth > deepest) throw new XmlProblem(`is nested deeper than ${deepest} levels`);
      out.push(tag);
    }
  }
  return out.join("") + text.slice(from);
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const sections: [opening: string, closing: string, instead: (content: string) => string][] = [
  ["<!--", "-->", () => ""],
  ["<![CDATA[", "]]>", (content) => content.replace(/[&<>]/g, (char) => escapes[char]!)],
  ["<?", "?>", () => ""],
];

function endOf(text: string, from: number, closing: string): number {
  const at = text.indexOf(closing, from);
  if (at < 0) throw new XmlProblem(`is not valid XML: '${closing}' is missing`);
  return at + closing.length;
}

/** After the `>` that is not within quotes. */
function endOfTag(text: string, from: number): number {
  let quote = "";
  for (let i = from; i < text.length; i++) {
    const char = text[i]!;
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return i + 1;
  }
  throw new XmlProblem("is not valid XML: a tag does not end");
}
