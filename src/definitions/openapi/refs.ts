import { cutText } from "#kernel/characters.ts";
import { isObject } from "#kernel/json.ts";
import { Notes } from "./notes.ts";

export type Node = Record<string, unknown>;

/** Where a reference leads: the object there, and its place in the document. */
export interface Target {
  node: Node;
  at: string;
  /** The references that were followed, by which one that leads to itself is found. */
  refs: readonly string[];
}

const longestChain = 20;

/** The references of a document, followed one at a time and only within it: no file and no address is ever opened. */
export class Refs {
  readonly #root: Node;
  readonly #notes: Notes;
  #quiet: Refs | undefined;
  /** Where references led, because the same few are followed by every operation. */
  readonly #found = new Map<string, { value: unknown; at: string }>();

  constructor(root: Node, notes: Notes) {
    this.#root = root;
    this.#notes = notes;
  }

  /** The object itself, or the one its `$ref` leads to; undefined where there is none, with a note of why. Members beside a `$ref` count too. */
  follow(value: unknown, at: string): Target | undefined {
    const refs: string[] = [];
    let beside: Node = {};
    let target: unknown = value;
    let place = at;
    while (isObject(target) && typeof target["$ref"] === "string") {
      const { $ref: ref, ...rest } = target as Node & { $ref: string };
      const problem = refs.includes(ref) || refs.length >= longestChain ? `The reference '${shown(ref)}' leads to itself.` : undefined;
      if (problem !== undefined) return this.#lost(at, problem);
      refs.push(ref);
      beside = { ...rest, ...beside };
      const found = this.#at(ref, place);
      if (!found) return undefined;
      target = found.value;
      place = found.at;
    }
    if (!isObject(target)) return target === undefined ? undefined : this.#lost(at, "This is no object.");
    return { node: Object.keys(beside).length === 0 ? target : { ...target, ...beside }, at: place, refs };
  }

  #silent(): Refs {
    return (this.#quiet ??= new Refs(this.#root, new Notes()));
  }

  /** The same without a note: undefined where there is nothing. */
  peek(value: unknown): Node | undefined {
    return this.#silent().follow(value, "")?.node;
  }

  #at(ref: string, at: string): { value: unknown; at: string } | undefined {
    const known = this.#found.get(ref);
    if (known) return known;
    if (!ref.startsWith("#")) return this.#lost(at, `The reference '${shown(ref)}' leads out of the document; put what it means into it.`);
    if (ref !== "#" && !ref.startsWith("#/")) return this.#lost(at, `The reference '${shown(ref)}' is to a name, which is not supported.`);
    let target: unknown = this.#root;
    for (const part of partsOf(ref)) {
      if (typeof target !== "object" || target === null || !Object.hasOwn(target, part)) {
        return this.#lost(at, `The reference '${shown(ref)}' leads nowhere.`);
      }
      target = (target as Node)[part];
    }
    if (target === undefined || target === null) return this.#lost(at, `The reference '${shown(ref)}' leads to nothing.`);
    const found = { value: target, at: placeOf(ref) };
    this.#found.set(ref, found);
    return found;
  }

  #lost(at: string, says: string): undefined {
    this.#notes.add(at, says);
    return undefined;
  }
}

/** A JSON pointer's parts; percent signs that are no encoding stay. */
function partsOf(ref: string): string[] {
  return ref
    .slice(2)
    .split("/")
    .filter((part, i) => part !== "" || i > 0)
    .map((part) => decoded(part).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const placeOf = (ref: string): string => partsOf(ref).join(".");
const shown = (ref: string): string => (ref.length > 120 ? `${cutText(ref, 119)}…` : ref);
