import { DraftSaver, type SaveFailure, type SaveState } from "../../flow-editor/draft/saver.ts";
import type { Definition } from "../types.ts";
import { saysTheSame } from "./edits.ts";

/** A definition as the server has it. */
export interface ServerSync {
  definition: Definition;
  revision: number;
}

interface DraftParts {
  save: (definition: Definition, revision: number | null) => Promise<number>;
  judge: (error: unknown) => SaveFailure;
  messageOf: (error: unknown) => string;
  later: (ms: number, act: () => void) => () => void;
}

/** What the page shows of a draft. Each change makes a new one. */
export interface DraftView {
  readonly definition: Definition;
  readonly save: SaveState;
  /** Edits of a sync that works already: they wait for a person's word. */
  readonly isHeld: boolean;
}

/**
 * A sync's definition while it is edited. One that never started is saved as one goes. One that works would act by a half-made edit at once, so
 * its edits are held until somebody saves them.
 */
export class SyncDraft {
  readonly #saver: DraftSaver<Definition>;
  readonly #listeners = new Set<() => void>();
  #saved: Definition;
  #definition: Definition;
  #view: DraftView;
  #holds: boolean;

  constructor({ definition, revision }: ServerSync, parts: DraftParts, holds: boolean) {
    this.#saved = this.#definition = definition;
    this.#holds = holds;
    this.#saver = new DraftSaver(revision, {
      ...parts,
      save: async (value, of) => {
        const saved = await parts.save(value, of);
        this.#saved = value;
        return saved;
      },
      onState: () => this.#tell(),
      onSaved: () => {},
    });
    this.#view = this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): DraftView => this.#view;

  readonly edit = (change: (definition: Definition) => Definition): void => {
    const next = change(this.#definition);
    if (next === this.#definition) return;
    this.#definition = next;
    if (!this.#holds) this.#saver.change(next);
    this.#tell();
  };

  /** Saves what is held, or what waits for its pause. */
  readonly saveNow = (): Promise<SaveState> => {
    if (this.#view.isHeld) this.#saver.change(this.#definition);
    return this.#saver.flush();
  };

  /** Goes back to what the server has. */
  readonly discard = (): void => {
    this.#definition = this.#saved;
    this.#tell();
  };

  /** The server has another definition: it is loaded unless something here is unsaved. */
  readonly adopt = (theirs: ServerSync): void => {
    if (theirs.revision <= this.#saver.revision || !this.#saver.isClean || this.#view.isHeld) return; // an answer may come late
    this.takeTheirs(theirs);
  };

  /** Replaces what is on the page with what somebody else saved. */
  readonly takeTheirs = ({ definition, revision }: ServerSync): void => {
    this.#saved = this.#definition = definition;
    this.#saver.adopt(revision);
    this.#tell();
  };

  /** Replaces what somebody else saved with what is on the page. */
  readonly keepMine = (): void => this.#saver.overwrite(this.#definition);

  /** Whether edits are to wait for a person's word from here on. */
  readonly hold = (on: boolean): void => {
    this.#holds = on;
  };

  /** The page is there, or left. */
  readonly open = (): void => this.#saver.open();
  readonly close = (): void => this.#saver.close();

  #tell(): void {
    this.#view = this.#look();
    for (const listener of this.#listeners) listener();
  }

  #look(): DraftView {
    const isHeld = this.#holds && this.#saver.isClean && !saysTheSame(this.#definition, this.#saved);
    return { definition: this.#definition, save: this.#saver.state, isHeld };
  }
}
