import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { AppDraft } from "#api/schemas/app-drafts.ts";
import type { DocumentAnswer, DocumentTask } from "#definitions/openapi/worker.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { packageRoot } from "#kernel/root.ts";

/** Bounds of reading one document, and how many may wait for their turn. */
const usualBounds = { timeoutMs: 20_000, memoryMb: 512, waiting: 10 };
export type DocumentBounds = typeof usualBounds;

/** Reads documents one at a time, each in a thread of its own that is ended when it takes too long or too much. */
export class DocumentThread {
  readonly #log: Log;
  readonly #bounds: DocumentBounds;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(log: Log, bounds: DocumentBounds = usualBounds) {
    this.#log = log;
    this.#bounds = bounds;
  }

  /** Throws BAD_INPUT for a text that is no document or more than can be read, TOO_MANY_REQUESTS when others wait already. */
  async read(task: DocumentTask): Promise<AppDraft> {
    if (this.#waiting >= this.#bounds.waiting) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 20 } });
    this.#waiting++;
    const turn = this.#last.then(() => this.#inThread(task));
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  async #inThread(task: DocumentTask): Promise<AppDraft> {
    const { timeoutMs, memoryMb } = this.#bounds;
    const worker = startWorker(task, memoryMb);
    const answer = await answerOf(worker, timeoutMs);
    await worker.terminate();
    if (answer === "late") throw badInput("text", `takes more than ${timeoutMs / 1000} s to read; import a part of it`);
    if (answer === "large") throw badInput("text", "takes more memory to read than there is for it; import a part of it");
    if ("refused" in answer) throw badInput("text", answer.refused);
    if ("draft" in answer) return answer.draft;
    this.#log.error({ problem: answer.broke }, "An OpenAPI document could not be read");
    throw badInput("text", "is a document that Millrace does not understand");
  }
}

/** The first thing that becomes of a thread: an answer, its end for want of memory or by an error, or the end of its time. */
function answerOf(worker: Worker, timeoutMs: number): Promise<DocumentAnswer | "late" | "large"> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve("late"), timeoutMs);
    const settle = (answer: DocumentAnswer | "large") => {
      clearTimeout(late);
      resolve(answer);
    };
    worker.once("message", settle);
    worker.once("error", (err: NodeJS.ErrnoException) =>
      settle(err.code === "ERR_WORKER_OUT_OF_MEMORY" ? "large" : { broke: err.stack ?? err.message }),
    );
    worker.once("exit", () => settle({ broke: "the thread ended without an answer" }));
  });
}

/** The worker's file: a bundle of its own, or its source, for which the thread first needs what runs TypeScript. */
function startWorker(workerData: DocumentTask, memoryMb: number): Worker {
  const options = { workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } };
  if (!import.meta.url.endsWith(".ts")) return new Worker(join(packageRoot(), "dist", "document-worker.js"), options);
  const source = new URL("../../definitions/openapi/worker.ts", import.meta.url).href;
  const [tsx, file] = [import.meta.resolve("tsx/esm/api"), source].map((url) => JSON.stringify(url));
  return new Worker(`import(${tsx}).then(({ register }) => (register(), import(${file})))`, { ...options, eval: true });
}
