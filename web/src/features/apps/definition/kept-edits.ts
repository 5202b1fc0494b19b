import { isObject } from "#kernel/json.ts";
import { isShowable, type EditedApp, type Guesses } from "./types.ts";

/** A draft that is kept in this browser. */
export interface KeptEdits extends EditedApp {
  /** The revision of the saved app that it was made of; null: the app is not saved yet. */
  revision: number | null;
  at: number;
}

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** What the browser had no room for: this page still has it. */
const inThisPage = new Map<string, KeptEdits>();

const prefix = (workspace: string) => `millrace.unsaved-app.${workspace}.`;

/**
 * Definitions that are being written, kept in this browser until they are saved: a definition with a mistake cannot be saved, and an
 * afternoon's work is not lost with a closed tab.
 */
export class EditsKeeper {
  readonly #storage: Store;
  readonly #prefix: string;

  constructor(storage: Store, workspace: string) {
    this.#storage = storage;
    this.#prefix = prefix(workspace);
  }

  /** False where the browser has no room for it or does not allow it. */
  keep(app: string, draft: KeptEdits): boolean {
    try {
      this.#storage.setItem(this.#prefix + app, JSON.stringify(draft));
      inThisPage.delete(this.#prefix + app);
      return true;
    } catch {
      inThisPage.set(this.#prefix + app, draft);
      return false;
    }
  }

  forget(app: string): void {
    inThisPage.delete(this.#prefix + app);
    try {
      this.#storage.removeItem(this.#prefix + app);
    } catch {
      // not allowed: then nothing was written either
    }
  }

  read(app: string): KeptEdits | null {
    const held = inThisPage.get(this.#prefix + app);
    if (held !== undefined) return held;
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#prefix + app) ?? "null");
      return isKept(kept) ? kept : null;
    } catch {
      return null;
    }
  }

  /** Of every app that has one, by its id. */
  all(): [app: string, draft: KeptEdits][] {
    return this.#ids().flatMap((app): [string, KeptEdits][] => {
      const draft = this.read(app);
      return draft === null ? [] : [[app, draft]];
    });
  }

  #ids(): string[] {
    try {
      return Array.from({ length: this.#storage.length }, (_, i) => this.#storage.key(i) ?? "")
        .filter((key) => key.startsWith(this.#prefix))
        .map((key) => key.slice(this.#prefix.length));
    } catch {
      return [];
    }
  }
}

const isKept = (value: unknown): value is KeptEdits =>
  isObject(value) &&
  isShowable(value["definition"]) &&
  isGuesses(value["guesses"]) &&
  (value["revision"] === null || typeof value["revision"] === "number") &&
  typeof value["at"] === "number";

const isGuesses = (value: unknown): value is Guesses =>
  isObject(value) && Object.values(value).every((each) => Array.isArray(each) && each.every(isObject));
