import { createPace, type Pace } from "#kernel/pace.ts";
import { evaluate } from "./evaluate.ts";
import type { EvaluatorAnswer, EvaluatorMessage } from "./outcome.ts";

/** Thrown to stop an evaluation whose answer is no longer wanted. */
class Dropped extends Error {}

/** The evaluator: takes messages, and answers each question once it is worked out. A slow one does not hold up the others. */
export function createAnswering(answer: (reply: EvaluatorAnswer) => void): (message: EvaluatorMessage) => void {
  const pace = createPace((work) => setTimeout(work, 0));
  const samples = new Map<number, Readonly<Record<string, unknown>>>();
  const dropped = new Set<number>();
  const open = new Set<number>();

  const paceOf = (id: number): Pace => ({
    due: () => pace.due(),
    async rest() {
      await pace.rest();
      if (dropped.has(id)) throw new Dropped();
    },
  });

  async function work({ id, ask, sample, home }: EvaluatorMessage & { kind: "ask" }): Promise<void> {
    open.add(id);
    try {
      const outcome = await evaluate(ask, samples.get(sample) ?? {}, home, paceOf(id));
      if (!dropped.has(id)) answer({ id, outcome });
    } catch (thrown) {
      if (!(thrown instanceof Dropped)) throw thrown;
    } finally {
      open.delete(id);
      dropped.delete(id);
    }
  }

  return (message) => {
    if (message.kind === "sample") samples.set(message.sample, message.values);
    else if (message.kind === "forget") samples.delete(message.sample);
    else if (message.kind === "drop") {
      if (open.has(message.id)) dropped.add(message.id);
    } else void work(message);
  };
}
