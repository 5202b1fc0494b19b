import { type Expr, ref, NotConvertible } from "./expr.ts";

export type Path = readonly (string | number)[];

/** What can be read of a node of another tool once it was carried out. */
export type Output =
  /** The result of a step here. `read` turns a path there into one here, and throws NotConvertible where it leads nowhere. */
  | { is: "value"; name: string; read?: (path: Path) => Path }
  /** It hands on what came to it. */
  | { is: "passes"; to: string }
  /** It adds fields to what came to it; without `to` it keeps only its own. */
  | { is: "fields"; name: string; fields: ReadonlySet<string>; to: string | null }
  | { is: "gone"; why: string };

/** How many nodes a value may be handed through. */
const longestChain = 2000;

/** Maps each node of the other tool, by its name or number there, to the step that has its output. */
export class Outputs {
  readonly #outputs = new Map<string, Output>();

  set(key: string, output: Output): void {
    this.#outputs.set(key, output);
  }

  has(key: string): boolean {
    return this.#outputs.has(key);
  }

  /** Reads a value. Throws NotConvertible where there is none. */
  read(key: string, path: Path): Expr {
    let at = key;
    for (let n = 0; n < longestChain; n++) {
      const output = this.#outputs.get(at);
      if (!output) throw new NotConvertible(`reads '${at}', which does not come before it`);
      if (output.is === "gone") throw new NotConvertible(output.why);
      if (output.is === "value") return ref(output.name, output.read ? output.read(path) : path);
      if (output.is === "fields" && (output.to === null || output.fields.has(String(path[0])))) return ref(output.name, path);
      at = output.to!;
    }
    throw new NotConvertible("reads a value that goes round in a circle");
  }
}

/** Drops the first of these beginnings that a path has. */
export const without =
  (...beginnings: readonly Path[]) =>
  (path: Path): Path => {
    const found = beginnings.find((beginning) => beginsWith(path, beginning));
    return found ? path.slice(found.length) : path;
  };

export const beginsWith = (path: Path, beginning: Path): boolean => beginning.every((key, i) => String(path[i]) === String(key));
