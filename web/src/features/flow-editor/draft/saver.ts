/** Whether the newest edit is saved. */
export type SaveState =
  | { kind: "saved" }
  /** It goes out in a moment, or is on its way. */
  | { kind: "saving" }
  /** There was no answer, or a fault of the server's. It is tried again by itself. */
  | { kind: "retrying"; message: string }
  /** The server does not take it as it is. The next edit is tried again. */
  | { kind: "refused"; message: string; error: unknown }
  /** Somebody else changed the draft. A person decides. */
  | { kind: "conflict"; message: string };

/** What a failed save means. */
export type SaveFailure = "retry" | "conflict" | "refused";

interface SaverParts<T> {
  /** Saves over the draft of a revision (null: over whatever is there), and gives the new revision. */
  save: (value: T, revision: number | null) => Promise<number>;
  judge: (error: unknown) => SaveFailure;
  messageOf: (error: unknown) => string;
  /** Calls back later; returns a function that cancels. */
  later: (ms: number, act: () => void) => () => void;
  onState: (state: SaveState) => void;
  /** The newest edit is on the server. */
  onSaved: () => void;
}

const pauseMs = 600;
const retryMs = [1_000, 2_000, 5_000, 10_000, 20_000];

/** Saves a draft as it is edited: after a short pause, one save at a time, always the newest. */
export class DraftSaver<T> {
  readonly #parts: SaverParts<T>;
  #revision: number;
  #state: SaveState = { kind: "saved" };
  #waiting: { value: T } | null = null;
  /** A save that got no answer. The server may have it already, so it is repeated first and unchanged: only then can the server recognise it. */
  #unanswered: { value: T } | null = null;
  #inFlight: Promise<void> | null = null;
  #callOff: (() => void) | null = null;
  #failures = 0;
  #isClosed = false;

  constructor(revision: number, parts: SaverParts<T>) {
    this.#revision = revision;
    this.#parts = parts;
  }

  get state(): SaveState {
    return this.#state;
  }

  /** The revision that the next save is of. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether everything that was edited is on the server. */
  get isClean(): boolean {
    return this.#waiting === null && this.#unanswered === null && this.#inFlight === null;
  }

  /** An edit: saved after a pause, unless a person has to decide first. */
  change(value: T): void {
    this.#waiting = { value };
    if (this.#state.kind === "conflict" || this.#inFlight) return;
    if (this.#state.kind !== "retrying") this.#to({ kind: "saving" });
    this.#schedule(pauseMs);
  }

  /** Saves at once what waits. Resolves when nothing is on its way; the state tells how it went. */
  async flush(): Promise<SaveState> {
    while (!this.isClean && this.#state.kind !== "conflict") {
      const failed = this.#failures;
      await (this.#inFlight ?? this.#send());
      if (this.#failures > failed || this.#state.kind === "refused") break;
    }
    return this.#state;
  }

  /** The page is left: what waits is tried once more, and not again after that. */
  close(): void {
    void this.flush();
    this.#isClosed = true;
    this.#callOff?.();
  }

  /** The page is there again. */
  open(): void {
    this.#isClosed = false;
    if (this.#state.kind === "retrying" && !this.isClean) this.#schedule(pauseMs);
  }

  /** Somebody else's draft was loaded: edits that waited are dropped. */
  adopt(revision: number): void {
    this.#callOff?.();
    this.#waiting = this.#unanswered = null;
    this.#revision = revision;
    this.#to({ kind: "saved" });
  }

  /** Overwrites somebody else's draft. */
  overwrite(value: T): void {
    this.#waiting = { value };
    this.#unanswered = null;
    void this.#send(true);
  }

  #schedule(ms: number): void {
    this.#callOff?.();
    if (this.#isClosed) return;
    this.#callOff = this.#parts.later(ms, () => void this.#send());
  }

  #send(over = false): Promise<void> {
    if (this.#inFlight) return this.#inFlight;
    const sent = this.#unanswered ?? this.#waiting;
    if (sent === null) return Promise.resolve();
    this.#callOff?.();
    if (this.#unanswered) this.#unanswered = null;
    else this.#waiting = null;
    if (this.#state.kind !== "retrying") this.#to({ kind: "saving" });
    this.#inFlight = this.#parts.save(sent.value, over ? null : this.#revision).then(
      (revision) => this.#arrived(revision),
      (error: unknown) => this.#failed(error, sent),
    );
    return this.#inFlight;
  }

  #arrived(revision: number): void {
    this.#inFlight = null;
    this.#failures = 0;
    this.#revision = revision;
    if (this.#waiting) {
      this.#to({ kind: "saving" });
      return this.#schedule(pauseMs);
    }
    this.#parts.onSaved();
    this.#to({ kind: "saved" });
  }

  #failed(error: unknown, sent: { value: T }): void {
    this.#inFlight = null;
    const failure = this.#parts.judge(error);
    const isOld = this.#waiting !== null;
    if (failure === "retry") this.#unanswered = sent;
    else this.#waiting ??= sent;
    const message = this.#parts.messageOf(error);
    if (failure === "conflict") return this.#to({ kind: "conflict", message });
    this.#failures++;
    if (failure === "refused") {
      this.#to({ kind: "refused", message, error });
      if (isOld) this.#schedule(pauseMs);
      return;
    }
    this.#to({ kind: "retrying", message });
    this.#schedule(retryMs[Math.min(this.#failures, retryMs.length) - 1]!);
  }

  #to(state: SaveState): void {
    this.#state = state;
    this.#parts.onState(state);
  }
}
