import type { FlowDefinition } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";

/** Edits that the server does not have yet. */
export interface KeptEdits {
  definition: FlowDefinition;
  /** The revision of the draft that was edited. */
  revision: number;
  at: number;
  /** Which page wrote them: another one may be open on the same flow. */
  page: string;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Each page has a place of its own, so that of two pages on one flow none writes over what the other keeps. */
const keyOf = (flowId: string, page: string) => `millrace.unsaved.${flowId}.${page}`;

/** Keeps edits in this browser until the server has them. Where the browser has no room or does not allow it, they are kept in the page alone. */
export class EditsKeeper {
  readonly #storage: Store;
  readonly #flowId: string;
  readonly #page: string;

  constructor(storage: Store, flowId: string, page: string) {
    this.#storage = storage;
    this.#flowId = flowId;
    this.#page = page;
  }

  keep(edits: Omit<KeptEdits, "page">): void {
    try {
      this.#storage.setItem(keyOf(this.#flowId, this.#page), JSON.stringify({ ...edits, page: this.#page }));
    } catch {
      // no room: the page still has them, and says that they are not saved
    }
  }

  /** Forgets those of this page. */
  forget(): void {
    this.drop({ page: this.#page });
  }

  /** Forgets those of a page. */
  drop({ page }: Pick<KeptEdits, "page">): void {
    try {
      this.#storage.removeItem(keyOf(this.#flowId, page));
    } catch {
      // not allowed: then nothing was written either
    }
  }

  /** The newest that another page has left. */
  left(): KeptEdits | null {
    const own = keyOf(this.#flowId, this.#page);
    const keys = this.#keys().filter((key) => key.startsWith(keyOf(this.#flowId, "")) && key !== own);
    const kept = keys.flatMap((key) => this.#read(key) ?? []);
    return kept.reduce<KeptEdits | null>((newest, each) => (newest === null || each.at > newest.at ? each : newest), null);
  }

  #keys(): string[] {
    try {
      return Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i) ?? "");
    } catch {
      return [];
    }
  }

  #read(key: string): KeptEdits | null {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(key) ?? "null");
      const isKept =
        isObject(kept) && isObject(kept["definition"]) && typeof kept["revision"] === "number" && typeof kept["at"] === "number";
      return isKept && key === keyOf(this.#flowId, String(kept["page"])) ? (kept as unknown as KeptEdits) : null;
    } catch {
      return null;
    }
  }
}
