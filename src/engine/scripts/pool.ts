import { createHash } from "node:crypto";
import type { Worker } from "node:worker_threads";
import { MillraceError } from "#kernel/errors.ts";
import { parseJson, type Json } from "#kernel/json.ts";
import { startThread } from "#kernel/start-thread.ts";
import type { ScriptJob, ScriptOutcome, Scripts } from "../ports/scripts.ts";
import type { ScriptTask, TaskOutcome } from "./execute.ts";
import { FairQueue } from "./fair-queue.ts";

/** What a worker needs beyond a script's own time: the script is read before it begins, and stopped at its next chance. */
const graceMs = 500;
/** How many scripts may wait, of one workspace, and of its trials. Each holds its data. */
const mostWaiting = 1000;
const mostOfWorkspace = 250;
const mostTrials = 20;
/** A worker that has had nothing to do for so long is ended. */
const idleMs = 60_000;

interface PoolOptions {
  /** Scripts executed at a time. */
  workers: number;
  log: (message: string, error: unknown) => void;
}

interface Entry {
  workspace: string;
  flow: string;
  isTrial: boolean;
  task: ScriptTask;
  resolve: (outcome: ScriptOutcome) => void;
  reject: (error: MillraceError) => void;
}

/**
 * Executes scripts in threads of their own, which are ended when a script cannot be stopped otherwise. Threads are started when they are needed. One
 * workspace has half of them at most, so that there is one for the others.
 */
export class ScriptPool implements Scripts {
  readonly #options: PoolOptions;
  readonly #queue = new FairQueue<Entry>();
  readonly #threads = new Set<Thread>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  run(job: ScriptJob, signal?: AbortSignal): Promise<ScriptOutcome> {
    if (this.#closed || signal?.aborted) return Promise.reject(stopping());
    if (this.#isFull(job)) return Promise.reject(new MillraceError("SCRIPTS_BUSY", { details: { seconds: 5 } }));
    return new Promise((resolve, reject) => {
      const { workspace, flow, isTrial = false } = job;
      const entry: Entry = { workspace, flow, isTrial, task: taskOf(job), resolve, reject };
      signal?.addEventListener("abort", () => this.#drop(entry), { once: true });
      this.#queue.add(entry);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #isFull({ workspace, isTrial }: ScriptJob): boolean {
    if (this.#queue.size >= mostWaiting || this.#queue.sizeOf(workspace) >= mostOfWorkspace) return true;
    return isTrial === true && this.#queue.sizeOf(workspace, true) >= mostTrials;
  }

  #drop(entry: Entry): void {
    this.#queue.remove(entry);
    entry.reject(stopping());
  }

  /** Gives the free threads what waits. */
  #next(): void {
    const { workers } = this.#options;
    while (!this.#closed && this.#queue.size > 0) {
      const thread = [...this.#threads].find(({ isFree }) => isFree) ?? (this.#threads.size < workers ? this.#start() : null);
      const entry = thread && this.#queue.next(Math.ceil(workers / 2));
      if (!entry) return;
      void this.#execute(thread, entry);
    }
  }

  #start(): Thread {
    const thread = new Thread((error) => {
      this.#threads.delete(thread);
      if (error !== null && !this.#closed) this.#options.log("A script ended its worker", error);
      this.#next(); // its place is free for another
    });
    this.#threads.add(thread);
    return thread;
  }

  async #execute(thread: Thread, entry: Entry): Promise<void> {
    try {
      entry.resolve(await thread.execute(entry.task));
    } catch {
      entry.reject(stopping());
    }
    this.#queue.done(entry);
    this.#next();
  }
}

const stopping = () => new MillraceError("SCRIPTS_BUSY", { details: { seconds: 1 } });

function taskOf({ code, language, data, moment, seed, timeoutMs }: ScriptJob): ScriptTask {
  const digest = createHash("sha256").update(seed).digest();
  const [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at)) as [number, number, number, number];
  return { code, language, data: JSON.stringify(data), moment, seed: [a, b, c, d], timeoutMs };
}

type Answer = TaskOutcome & { durationMs: number };

/** One worker thread. */
class Thread {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #settle: ((outcome: ScriptOutcome | null) => void) | null = null;
  #idle: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(ended: (error: unknown) => void) {
    this.#worker = startThread(new URL("./worker.ts", import.meta.url), "script-worker.js", { resourceLimits });
    this.#worker.unref();
    let problem: unknown = null;
    let isReady = false;
    this.#ready = new Promise((resolve) => {
      this.#worker.on("message", (message: "ready" | Answer) => {
        if (message !== "ready") return this.#settle?.(outcomeOf(message));
        isReady = true;
        resolve();
      });
      this.#worker.once("exit", () => resolve());
    });
    this.#worker.on("error", (error) => void (problem = error));
    this.#worker.once("exit", () => {
      this.#isEnding = true;
      ended(problem);
      this.#settle?.(problem === null || !isReady ? null : crashed);
    });
    this.#rest();
  }

  get isFree(): boolean {
    return this.#settle === null && !this.#isEnding;
  }

  /** Executes a script; a thread that does not come back in time is ended. Rejects where the thread was ended for another reason. */
  async execute(task: ScriptTask): Promise<ScriptOutcome> {
    clearTimeout(this.#idle);
    const outcome = new Promise<ScriptOutcome | null>((resolve) => void (this.#settle = resolve));
    this.#worker.ref();
    await this.#ready;
    this.#worker.postMessage(task);
    const overrun = setTimeout(() => {
      void this.end();
      this.#settle?.(overran(task.timeoutMs));
    }, task.timeoutMs + graceMs);
    const settled = await outcome;
    clearTimeout(overrun);
    this.#settle = null;
    this.#worker.unref();
    if (!this.#isEnding) this.#rest();
    if (settled === null) throw new Error("the thread was ended");
    return settled;
  }

  async end(): Promise<void> {
    this.#isEnding = true; // it takes nothing more, although it is there for a moment yet
    clearTimeout(this.#idle);
    await this.#worker.terminate();
  }

  #rest(): void {
    this.#idle = setTimeout(() => void this.end(), idleMs);
    this.#idle.unref();
  }
}

function outcomeOf(answer: Answer): ScriptOutcome {
  const { log, durationMs } = answer;
  return "output" in answer ? { log, durationMs, output: parseJson(answer.output) as Json } : { log, durationMs, fault: answer.fault };
}

const overran = (ms: number): ScriptOutcome => ({ log: [], durationMs: ms, fault: { problem: `it was stopped after ${ms / 1000} s` } });
const crashed: ScriptOutcome = { log: [], durationMs: 0, fault: { problem: "it used up the memory of its worker" } };

/** Memory of a thread beside QuickJS's own: its code, the data and the results. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };
