/** Something at an address: a method and a path with `{placeholders}`. */
interface Placed {
  readonly method: string;
  readonly path: string;
}

interface Node<T> {
  readonly named: Map<string, Node<T>>;
  any?: Node<T>;
  /** What ends here, by method. */
  readonly ends: Map<string, T>;
}

/** No id is longer, and nothing shorter than a line of text should be searched for as one. */
const longestPart = 200;

/** Finds what stands at a path: a tree of its parts, where a literal one goes before a placeholder. Laid out when it is first asked. */
export class Paths<T extends Placed> {
  readonly #all: () => Iterable<T>;
  #root: Node<T> | undefined;

  constructor(all: () => Iterable<T>) {
    this.#all = all;
  }

  find(method: string, path: string): { placed: T; params: Record<string, string> } | undefined {
    const parts = partsOf(path);
    if (parts.some((part) => part === "" || part.length > longestPart)) return undefined;
    this.#root ??= grow(this.#all());
    const placed = endOf(this.#root, method, parts, 0);
    return placed && { placed, params: paramsOf(placed.path, parts) };
  }
}

function grow<T extends Placed>(all: Iterable<T>): Node<T> {
  const root: Node<T> = { named: new Map(), ends: new Map() };
  for (const placed of all) {
    let node = root;
    for (const part of partsOf(placed.path)) node = branch(node, part);
    if (!node.ends.has(placed.method)) node.ends.set(placed.method, placed);
  }
  return root;
}

function branch<T>(node: Node<T>, part: string): Node<T> {
  const next = part.startsWith("{") ? node.any : node.named.get(part);
  if (next) return next;
  const made: Node<T> = { named: new Map(), ends: new Map() };
  if (part.startsWith("{")) node.any = made;
  else node.named.set(part, made);
  return made;
}

function endOf<T>(node: Node<T>, method: string, parts: string[], at: number): T | undefined {
  if (at === parts.length) return node.ends.get(method);
  const named = node.named.get(parts[at]!);
  return (named && endOf(named, method, parts, at + 1)) ?? (node.any && endOf(node.any, method, parts, at + 1));
}

const paramsOf = (pattern: string, parts: string[]): Record<string, string> =>
  Object.fromEntries(partsOf(pattern).flatMap((part, i) => (part.startsWith("{") ? [[part.slice(1, -1), readable(parts[i]!)]] : [])));

/** With or without a slash at its end, a path is the same. */
const partsOf = (path: string): string[] => path.replace(/^\/|\/$/g, "").split("/");

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
