import type { Pace } from "#kernel/pace.ts";
import { MappingProblem, ScriptNeeded, NeedsPieces, type ScriptCall } from "./problem.ts";
import type { Scope } from "./types.ts";

/** What one mapping may give altogether: a field of a megabyte is large, twenty of them are a mistake or an attack. */
const mostOutput = 4 * 1024 * 1024;
/** Characters and items that all its filters together may go through. */
const mostCharged = 16 * 1024 * 1024;
/** How long one mapping may be worked on in pieces, pauses not counted, and how long where it has to be done at once. */
const longestMs = 2000;
const longestAtOnceMs = 300;
/** A mapping that takes longer restarts in pieces. */
const pieceMs = 8;
/** The clock is looked at each time so much was charged, and after so many calls: looking costs as much as a small filter. */
const lookEvery = 8 * 1024;
const callCharge = 256;

/** Calls of scripts that one mapping may make. Each restarts it. */
const mostScripts = 100;

/** What a rule gives for a value, or why a run would stop. */
export type RuleResult = { value: unknown } | { problem: string };

/** What a mapping needs while it is evaluated: a pace, and where scripts can be executed what does it. */
export interface EvaluationHost extends Pace {
  runScript?: (call: ScriptCall) => Promise<RuleResult>;
}

const noAnswers: ReadonlyMap<string, RuleResult> = new Map();

/** What evaluating one mapping has cost so far. */
export class Work {
  #charged = 0;
  #output = 0;
  #nextLook = lookEvery;
  /** When it began, or went on after a pause; null until the clock is first looked at. */
  #since: number | null = null;
  #spentMs = 0;
  #limitMs = longestMs;
  /** What scripts gave, by their calls. */
  #answers = noAnswers;
  /** How many values were written into texts so far, and how many of them were not there. */
  parts = { filled: 0, missing: 0 };

  /** `try`: broken off with NeedsPieces when it takes longer than a piece may. */
  begin(how: "try" | "at once" | "in pieces", answers = noAnswers): this {
    this.#answers = answers;
    this.#charged = this.#output = this.#spentMs = 0;
    this.#nextLook = lookEvery;
    this.#since = null;
    this.parts.filled = this.parts.missing = 0;
    this.#limitMs = how === "try" ? pieceMs : how === "at once" ? longestAtOnceMs : longestMs;
    return this;
  }

  /** A filter is called. */
  call(filter: string): void {
    this.#charge(callCharge, filter);
  }

  /** Characters are gone through, or made. */
  charge(count: number): void {
    this.#charge(count, null);
  }

  /** The result of a script. If it is not there yet, the evaluation stops, the script runs in a worker, and the evaluation restarts with the result. */
  script(call: ScriptCall): unknown {
    const answer = this.#answers.get(call.key);
    if (answer && "problem" in answer) throw new MappingProblem(answer.problem);
    if (answer) return answer.value;
    if (this.#limitMs === longestAtOnceMs) throw new MappingProblem(noScriptHere(call));
    throw new ScriptNeeded(call);
  }

  /** A value is written into a text. */
  part(isThere: boolean): void {
    if (isThere) this.parts.filled++;
    else this.parts.missing++;
  }

  #charge(count: number, filter: string | null): void {
    this.#charged += count;
    if (this.#charged < this.#nextLook) return;
    this.#nextLook = this.#charged + lookEvery;
    if (this.#charged > mostCharged)
      throw new MappingProblem(
        `its filters would go through more than ${mostCharged / 1024 / 1024} MiB of text${filter === null ? "" : `, at '${filter}'`}`,
      );
    this.look(filter);
  }

  /** A field has its value. */
  give(value: unknown, size: (value: unknown, limit: number) => number): void {
    if (typeof value === "string") this.#output += value.length;
    else if (typeof value === "object" && value !== null) this.#output += size(value, mostOutput);
    if (this.#output > mostOutput) throw new MappingProblem(`with it the step's input is larger than ${mostOutput / 1024 / 1024} MiB`);
  }

  /** Looks at the clock. */
  look(filter: string | null = null): void {
    const now = performance.now();
    this.#since ??= now;
    const spent = this.#spentMs + now - this.#since;
    if (spent <= this.#limitMs) return;
    if (this.#limitMs === pieceMs) throw new NeedsPieces();
    throw new MappingProblem(
      `it took too long to work out${filter === null ? "" : `: at the filter '${filter}', more than ${this.#limitMs} ms`}`,
    );
  }

  /** The event loop is given to others. */
  pause(): void {
    if (this.#since !== null) this.#spentMs += performance.now() - this.#since;
    this.#since = null;
  }
  resume(): void {
    this.#since = performance.now();
  }
}

const shared = new Work();
let current = shared;

/** The mapping that is being evaluated: between two pieces nothing else is. */
export const currentWork = (): Work => current;

/** Evaluates at once. */
export function atOnce<T>(evaluate: (scope: Scope) => T, scope: Scope): T {
  current = shared.begin("at once");
  return evaluate(scope);
}

/**
 * Evaluates at once if that takes no longer than a piece of work may, and otherwise restarts in pieces, with the event loop given to others
 * in between. Nearly every mapping is done in microseconds, and pays for none of this.
 */
export function unhurried<T>(
  evaluate: (scope: Scope) => T,
  pieces: (scope: Scope) => Generator<void, T>,
  scope: Scope,
  pace: EvaluationHost,
): T | Promise<T> {
  current = shared.begin("try");
  try {
    return evaluate(scope);
  } catch (thrown) {
    if (thrown instanceof ScriptNeeded) return withScripts(() => pieces(scope), thrown, pace);
    if (!(thrown instanceof NeedsPieces)) throw thrown;
  }
  return inPieces(pieces(scope), pace).catch((thrown: unknown) => {
    if (thrown instanceof ScriptNeeded) return withScripts(() => pieces(scope), thrown, pace);
    throw thrown;
  });
}

/** Restarts the evaluation each time a script has given what was needed, until nothing more is. */
async function withScripts<T>(pieces: () => Generator<void, T>, first: ScriptNeeded, pace: EvaluationHost): Promise<T> {
  const answers = new Map<string, RuleResult>();
  for (let { call } = first; ;) {
    answers.set(
      call.key,
      answers.size >= mostScripts ? { problem: tooManyScripts } : ((await pace.runScript?.(call)) ?? { problem: noScriptHere(call) }),
    );
    try {
      return await inPieces(pieces(), pace, answers);
    } catch (thrown) {
      if (!(thrown instanceof ScriptNeeded)) throw thrown;
      ({ call } = thrown);
    }
  }
}

const tooManyScripts = `its rules would run more than ${mostScripts} scripts; use a code step`;
const noScriptHere = ({ rule }: ScriptCall): string => `the rule '${rule.title}' is a script, which is executed in the steps of a run only`;

async function inPieces<T>(pieces: Generator<void, T>, pace: Pace, answers = noAnswers): Promise<T> {
  const work = new Work().begin("in pieces", answers);
  for (;;) {
    if (pace.due()) {
      work.pause();
      await pace.rest();
      work.resume();
    }
    current = work;
    const { done, value } = pieces.next();
    if (done) return value;
  }
}
