import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { allSteps, isSame, type Place, placeOfId, stepAt } from "../document/place.ts";
import { begin, edited, type History, redone, undone } from "../document/history.ts";
import { looksSame } from "../document/looks-same.ts";
import { DraftSaver, type SaveFailure, type SaveState } from "./saver.ts";
import type { EditsKeeper, KeptEdits } from "./kept-edits.ts";
import type { KnownRevisions } from "./known-revisions.ts";

/** A draft as the server has it. */
export type ServerDraft = Pick<FlowDetail, "definition" | "revision">;

interface DraftParts {
  save: (definition: FlowDefinition, revision: number | null) => Promise<FlowDetail>;
  judge: (error: unknown) => SaveFailure;
  messageOf: (error: unknown) => string;
  later: (ms: number, act: () => void) => () => void;
  now: () => number;
  keeper: EditsKeeper;
  /** The revisions that somebody at this browser wrote or tried. */
  known: KnownRevisions;
  /** What follows from a change, such as the name of a flow that nobody named. */
  follow?: (before: FlowDefinition, after: FlowDefinition) => FlowDefinition;
}

/** A definition, and what was open when it was changed into it. */
interface State {
  readonly definition: FlowDefinition;
  readonly at: Place | null;
}

/** What the page shows of a draft. Each change makes a new one. */
export interface DraftView {
  readonly definition: FlowDefinition;
  readonly save: SaveState;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly selected: Place | null;
  /** Edits of an earlier visit that never reached the server. */
  readonly offered: KeptEdits | null;
  /** The draft's revision on the server, as far as this page knows. */
  readonly revision: number;
  /** Nobody at this browser wrote or tried what the draft was made from: nothing of it is tried without a click. */
  readonly isForeign: boolean;
}

export interface Edit {
  /** Edits of one thing that follow each other closely are undone together. */
  key?: string;
  /** What is selected afterwards. */
  select?: Place | null;
}

/** The draft of one flow while it is edited: its definition, what can be undone, what is selected, and how far it is saved. */
export class FlowDraft {
  readonly #parts: DraftParts;
  readonly #saver: DraftSaver<FlowDefinition>;
  readonly #listeners = new Set<() => void>();
  #history: History<State>;
  #selected: Place | null = null;
  #offered: KeptEdits | null;
  #isForeign: boolean;
  #view: DraftView;
  #keepSoon: (() => void) | null = null;

  constructor({ definition, revision }: ServerDraft, parts: DraftParts) {
    this.#parts = parts;
    this.#history = begin<State>({ definition, at: null });
    this.#saver = new DraftSaver(revision, {
      ...parts,
      save: async (value, of) => {
        const saved = await parts.save(value, of);
        if (!this.#isForeign) parts.known.add(saved.revision);
        return saved.revision;
      },
      onState: () => this.#tell(),
      onSaved: () => this.#forget(),
    });
    this.#offered = this.#nextOffer();
    this.#isForeign = !isEmpty(definition) && !parts.known.has(revision);
    this.#view = this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): DraftView => this.#view;

  /** Changes the definition. It is kept in this browser at once and saved soon. */
  readonly edit = (change: (definition: FlowDefinition) => FlowDefinition, { key, select }: Edit = {}): void => {
    const { definition } = this.#history.present;
    const changed = change(definition);
    if (changed === definition) return;
    const next = this.#parts.follow?.(definition, changed) ?? changed;
    if (select !== undefined) this.#selected = select;
    this.#edited(next, key);
    this.#changed();
  };

  readonly undo = (): void => this.#go(undone(this.#history), this.#history.present);
  readonly redo = (): void => {
    const history = redone(this.#history);
    this.#go(history, history.present);
  };

  readonly select = (place: Place | null): void => {
    if (place === this.#selected || (place !== null && this.#selected !== null && isSame(place, this.#selected))) return;
    this.#selected = place;
    this.#tell();
  };

  /** Of the draft on the server. */
  get revision(): number {
    return this.#saver.revision;
  }

  /** A person looked at the draft and had it tried. */
  readonly accept = (): void => {
    this.#isForeign = false;
    this.#parts.known.add(this.#saver.revision);
    this.#tell();
  };

  /** Saves at once what is not saved, for what is to happen to the draft as it is on the page. */
  readonly flush = (): Promise<SaveState> => this.#saver.flush();

  /** The page is there. */
  readonly open = (): void => this.#saver.open();

  /** The page is left. */
  readonly close = (): void => {
    this.keepNow();
    this.#saver.close();
  };

  /** The server has another draft: it is loaded unless something here is unsaved. */
  readonly adopt = (draft: ServerDraft): void => {
    if (draft.revision <= this.#saver.revision || !this.#saver.isClean) return; // an answer may come late
    this.#take(draft);
  };

  /** Replaces the draft on the page with somebody else's. It can still be undone. */
  readonly takeTheirs = (draft: ServerDraft): void => {
    this.#take(draft);
    this.#forget();
  };

  /** Overwrites somebody else's draft with the one on the page. */
  readonly keepMine = (): void => this.#saver.overwrite(this.#history.present.definition);

  /** Restores edits of an earlier visit. */
  readonly takeUp = (): void => {
    const kept = this.#offered;
    if (kept === null) return;
    this.edit(() => kept.definition);
    this.keepNow();
    this.discardOffered();
  };

  readonly discardOffered = (): void => {
    if (this.#offered !== null) this.#parts.keeper.drop(this.#offered);
    this.#offered = this.#nextOffer();
    this.#tell();
  };

  /** The newest edits of an earlier visit, unless the draft has them already. */
  #nextOffer(): KeptEdits | null {
    const { keeper } = this.#parts;
    for (let kept = keeper.left(); kept !== null; kept = keeper.left()) {
      if (!isEqual(kept.definition, this.#history.present.definition)) return kept;
      keeper.drop(kept);
      if (keeper.left()?.page === kept.page) return null; // it cannot be removed
    }
    return null;
  }

  /** Keeps unsaved edits in the browser at once: the page may be gone in a moment. */
  readonly keepNow = (): void => {
    this.#keepSoon?.();
    this.#keepSoon = null;
    if (!this.#saver.isClean)
      this.#parts.keeper.keep({ definition: this.#history.present.definition, revision: this.#saver.revision, at: this.#parts.now() });
  };

  #take({ definition, revision }: ServerDraft): void {
    this.#edited(definition);
    this.#isForeign = !this.#parts.known.has(revision);
    this.#selected = this.#kept(this.#selected);
    if (isEqual(this.#offered?.definition, definition)) this.#offered = null;
    this.#saver.adopt(revision);
  }

  #edited(definition: FlowDefinition, key?: string): void {
    const { present } = this.#history;
    const next = { definition, at: looksSame(definition, present.definition) ? present.at : this.#selected };
    this.#history = edited(this.#history, next, { at: this.#parts.now(), looksSame: looksTheSame, ...(key !== undefined && { key }) });
  }

  /** Goes to another state of the history, and opens what was open when the change was made, so that its effect is in sight. */
  #go(history: History<State>, { at, definition }: State): void {
    if (history.present === this.#history.present) return;
    this.#history = history;
    this.#selected = at === null ? this.#kept(this.#selected) : samePlace(at, definition, history.present.definition);
    this.#changed();
  }

  /** The selection, unless its step has been removed. */
  #kept(place: Place | null): Place | null {
    const isGone = place !== null && place[0] === "steps" && stepAt(this.#history.present.definition, place) === undefined;
    return isGone ? null : place;
  }

  #changed(): void {
    this.#saver.change(this.#history.present.definition);
    this.#keepSoon ??= this.#parts.later(keepMs, () => this.keepNow());
    this.#tell();
  }

  #forget(): void {
    this.#keepSoon?.();
    this.#keepSoon = null;
    this.#parts.keeper.forget();
  }

  #tell(): void {
    this.#view = this.#look();
    for (const listener of this.#listeners) listener();
  }

  #look(): DraftView {
    return {
      definition: this.#history.present.definition,
      save: this.#saver.state,
      canUndo: this.#history.past.length > 0,
      canRedo: this.#history.future.length > 0,
      selected: this.#selected,
      offered: this.#offered,
      revision: this.#saver.revision,
      isForeign: this.#isForeign,
    };
  }
}

/** A flow that was only just begun: nothing in it could be tried. */
const isEmpty = ({ trigger, steps }: FlowDefinition): boolean => trigger.operation === "" && steps.length === 0;

/** Where a step of one definition is in another; null where it is not there. One whose id was changed is where it was. */
function samePlace(place: Place, from: FlowDefinition, to: FlowDefinition): Place | null {
  const step = stepAt(from, place);
  if (step === undefined) return place;
  const isRenamed = allSteps(from).length === allSteps(to).length && stepAt(to, place) !== undefined;
  return placeOfId(to, step.id) ?? (isRenamed ? place : null);
}

const looksTheSame = (a: State, b: State): boolean => looksSame(a.definition, b.definition);
const keepMs = 250;
const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
