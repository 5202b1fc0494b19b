interface Parts {
  /** Requests the check; resolves once its answer is shown. */
  check: () => Promise<unknown>;
  /** Calls back later; returns a function that cancels. */
  later: (ms: number, act: () => void) => () => void;
}

/** A check asks the app for names, so one follows a pause, not every letter. */
const pauseMs = 400;

/** Has the flow checked soon after its draft was saved, and says whether the findings shown are still of an earlier draft. */
export class CheckSoon {
  readonly #parts: Parts;
  readonly #listeners = new Set<() => void>();
  #callOff: (() => void) | null = null;
  /** Stands for the newest save: checks that were begun for an earlier one no longer count. */
  #wanted: symbol | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether a save has not been checked yet. */
  readonly isDue = (): boolean => this.#wanted !== null;

  /** The draft was saved. */
  readonly saved = (): void => {
    const wanted = Symbol("the newest save");
    this.#to(wanted);
    this.#callOff?.();
    this.#callOff = this.#parts.later(pauseMs, () => {
      const done = () => void (this.#wanted === wanted && this.#to(null));
      this.#parts.check().then(done, done);
    });
  };

  #to(wanted: symbol | null): void {
    this.#wanted = wanted;
    for (const tell of this.#listeners) tell();
  }
}
