/** Names and texts of a document, as definitions take them. */
import { cutText } from "#kernel/characters.ts";

/** A text of the document as plain words on one line; undefined where there is none. Its marks (Markdown, HTML) are dropped. */
export function plainText(value: unknown, most: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const plain = value
    .slice(0, 4_000)
    .replace(/<[^<>]{0,200}>/g, " ")
    .replace(/!?\[([^\][]{0,200})\]\([^()\s]{0,500}\)/g, "$1")
    .replace(/[`*#]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return plain === "" ? undefined : cutText(plain, most).trim();
}

/** Gives each thing a name of its own: the second `list` is `list_2`. */
export class OwnNames {
  readonly #names = new Set<string>();

  claim(name: string): string {
    let own = name;
    for (let i = 2; this.#names.has(own); i++) own = `${name}_${i}`;
    this.#names.add(own);
    return own;
  }
}

const ofEveryObject = (name: string): boolean => name in Object.prototype;

/** The name on the wire as the key of an input: letters, digits, - and _. */
export function fieldNameOf(wire: string): string {
  if (wire.length <= 72 && /^[A-Za-z_][\w-]*$/.test(wire) && !ofEveryObject(wire)) return wire;
  const name = wire
    .slice(0, 72)
    .replace(/[^\w-]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (name === "") return "field";
  return /^[A-Za-z_]/.test(name) && !ofEveryObject(name) ? name : `field_${name}`;
}
