import { isObject } from "#kernel/json.ts";

type Store = Pick<Storage, "getItem" | "setItem">;

const key = "millrace.known-drafts";
const mostFlows = 500;

/**
 * Which revision of each flow's draft somebody at this browser wrote or tried last. Another one is of an agent, a program, an import, a
 * template or somebody else: its look-ups would be made with the rights of whoever opens it. Where the browser keeps nothing, each visit asks.
 */
export class KnownRevisions {
  readonly #storage: Store;
  readonly #flowId: string;
  readonly #here = new Set<number>();

  constructor(storage: Store, flowId: string) {
    this.#storage = storage;
    this.#flowId = flowId;
  }

  has(revision: number): boolean {
    return this.#here.has(revision) || this.#kept().some(([id, known]) => id === this.#flowId && known === revision);
  }

  add(revision: number): void {
    this.#here.add(revision);
    const others = this.#kept().filter(([id]) => id !== this.#flowId);
    try {
      this.#storage.setItem(key, JSON.stringify(Object.fromEntries([...others.slice(1 - mostFlows), [this.#flowId, revision]])));
    } catch {
      // It is then asked again on the next visit.
    }
  }

  #kept(): [string, unknown][] {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(key) ?? "{}");
      return isObject(kept) ? Object.entries(kept) : [];
    } catch {
      return [];
    }
  }
}
