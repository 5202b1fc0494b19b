import type { DryRunReply, FlowDefinition } from "#api/schemas.ts";
import { keyOfSample } from "../data/samples.ts";
import type { Sample } from "../data/types.ts";

/** What is to be tried: the flow as it is on the page, with a sample. */
export interface Tried {
  definition: FlowDefinition;
  sample: Sample;
}

/** How far the dry run behind the cards is. The last answer stays until the next one is there, unless it is of another sample. */
export interface DryView {
  readonly reply: DryRunReply | null;
  /** The answer is of the draft as it was before the last changes. */
  readonly isOld: boolean;
  readonly busy: boolean;
  /** Why there is no answer, in words. */
  readonly failure: string | null;
}

interface Parts {
  run: (tried: Tried) => Promise<DryRunReply>;
  messageOf: (error: unknown) => string;
  later: (ms: number, act: () => void) => () => void;
}

const settledMs = 600;
const nothing: DryView = { reply: null, isOld: false, busy: false, failure: null };

/** Tries the flow a moment after each change: one request at a time, and none while nobody looks. */
export class DryRunner {
  readonly #parts: Parts;
  readonly #listeners = new Set<() => void>();
  #view: DryView = nothing;
  #wanted: Tried | null = null;
  #tried: Tried | null = null;
  #seen = true;
  #running = false;
  /** What the answer that is shown is of. */
  #answered: Tried | null = null;
  #cancel: (() => void) | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): DryView => this.#view;

  /** Null stops trying and drops the last result. */
  readonly want = (tried: Tried | null): void => {
    this.#wanted = tried;
    const { reply, failure } = this.#view;
    if (tried === null) {
      this.#tried = null;
      this.#show(nothing);
    } else if (reply !== null || failure !== null) this.#show(this.#fitting(this.#view, this.#answered));
    this.#soon();
  };

  readonly seen = (isSeen: boolean): void => {
    this.#seen = isSeen;
    this.#soon();
  };

  #soon(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#isDue()) this.#cancel = this.#parts.later(settledMs, () => void this.#run());
  }

  #isDue(): boolean {
    const [wanted, tried] = [this.#wanted, this.#tried];
    if (wanted === null || !this.#seen || this.#running) return false;
    return wanted.definition !== tried?.definition || wanted.sample !== tried.sample;
  }

  async #run(): Promise<void> {
    const tried = this.#wanted!;
    this.#tried = tried;
    this.#running = true;
    this.#show({ ...this.#view, busy: true });
    const answer = await this.#parts.run(tried).then(
      (reply) => ({ ...nothing, reply }),
      (error: unknown) => ({ ...nothing, failure: this.#parts.messageOf(error) }),
    );
    this.#running = false;
    if (this.#wanted !== null) {
      this.#answered = tried;
      this.#show(this.#fitting(answer, tried));
    }
    this.#soon();
  }

  /** Judges an answer: one for another sample is dropped, one for an older draft is marked as outdated. */
  #fitting(view: DryView, tried: Tried | null): DryView {
    const wanted = this.#wanted;
    if (wanted === null || tried === null || keyOfSample(wanted.sample) !== keyOfSample(tried.sample))
      return { ...nothing, busy: view.busy };
    return { ...view, isOld: wanted.definition !== tried.definition };
  }

  #show(view: DryView): void {
    this.#view = view;
    for (const tell of this.#listeners) tell();
  }
}
