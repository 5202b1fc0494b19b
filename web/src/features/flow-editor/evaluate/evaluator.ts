import type { Sample } from "../data/types.ts";
import type { Ask, EvaluatorAnswer, EvaluatorMessage, Home, Outcome } from "./outcome.ts";

type Send = (message: EvaluatorMessage) => void;

/** How many samples the evaluator keeps. */
const mostSamples = 12;

/** Asks the evaluator and hands out its answers. */
export class Evaluator {
  #send: Send | undefined;
  readonly #connect: (answer: (reply: EvaluatorAnswer) => void) => Send;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  readonly #samples = new Map<Sample["values"], number>();
  #next = 1;

  /** `connect` is called with the first question. */
  constructor(connect: (answer: (reply: EvaluatorAnswer) => void) => Send) {
    this.#connect = connect;
  }

  /** Gives the outcome when it is worked out. The returned function says that it is no longer wanted. */
  ask(ask: Ask, values: Sample["values"], home: Home, give: (outcome: Outcome) => void): () => void {
    this.#send ??= this.#connect(({ id, outcome }) => {
      this.#waiting.get(id)?.(outcome);
      this.#waiting.delete(id);
    });
    const send = this.#send;
    const id = this.#next++;
    this.#waiting.set(id, give);
    send({ kind: "ask", id, ask, sample: this.#sent(values, send), home });
    return () => {
      if (this.#waiting.delete(id)) send({ kind: "drop", id });
    };
  }

  /** The number of a sample, which is sent once and not with each question. */
  #sent(values: Sample["values"], send: Send): number {
    const id = this.#samples.get(values);
    if (id !== undefined) return id;
    const sample = this.#next++;
    this.#samples.set(values, sample);
    send({ kind: "sample", sample, values });
    if (this.#samples.size > mostSamples) this.#forget(send);
    return sample;
  }

  #forget(send: Send): void {
    const [values, sample] = this.#samples.entries().next().value!;
    this.#samples.delete(values);
    send({ kind: "forget", sample });
  }
}
