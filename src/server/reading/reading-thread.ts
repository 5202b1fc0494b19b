import type { Worker } from "node:worker_threads";
import { readText, type ReadTask, type WhatIsRead } from "#definitions/read-text.ts";
import type { ReadAnswer } from "#definitions/worker.ts";
import type { Imported } from "#flow-import/result.ts";
import type { ExportTask } from "#flow-import/worker.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { startThread } from "#kernel/start-thread.ts";

/**
 * Bounds of reading one text, how many threads there are, how many texts may be read or wait, how many of one workspace (one is read, one
 * waits), and up to which length a thread would take longer than the reading.
 */
const usualBounds = { timeoutMs: 20_000, memoryMb: 512, threads: 2, waiting: 10, ofWorkspace: 2, short: 10_000 };
export type ReadingBounds = typeof usualBounds;

/** A thread's file, in the build and as source, and what it may take at most where that is less than usual. */
interface WorkerFile {
  bundle: string;
  source: string;
  timeoutMs?: number;
  memoryMb?: number;
}
const documents: WorkerFile = { bundle: "reading-worker.js", source: "../../definitions/worker.ts" };
/** The largest file is read in two seconds or so: the reader has bounds of its own. */
const exports: WorkerFile = { bundle: "export-worker.js", source: "../../flow-import/worker.ts", timeoutMs: 8000, memoryMb: 384 };

/** What a thread answers: what was read, what is wrong with the text, or the error of a bug in the reader. */
type ThreadAnswer<T> = { read: T } | Exclude<ReadAnswer, { read: unknown }>;

/** A text that is read or waits for it. */
interface Turn {
  workspaceId: string;
  isRead: boolean;
  start(): void;
}

/**
 * Reads what people give to be read: short texts at once, all others in a thread of their own, which is ended when it takes too long or too
 * much. One text of a workspace is read at a time, and those of others pass it. A thread that used up its memory cannot be used again; scripts,
 * which have short turns, share a pool (engine/scripts/pool.ts).
 */
export class ReadingThread {
  readonly #log: Log;
  readonly #bounds: ReadingBounds;
  /** The oldest first. */
  readonly #turns: Turn[] = [];

  constructor(log: Log, bounds: ReadingBounds = usualBounds) {
    this.#log = log;
    this.#bounds = bounds;
  }

  /** Throws BAD_INPUT for a text that is nothing of its kind or more than can be read, TOO_MANY_REQUESTS when others, or others of the workspace, wait already. */
  async read<K extends keyof WhatIsRead>(workspaceId: string, task: ReadTask<K>): Promise<WhatIsRead[K]> {
    if (task.kind !== "document" && task.text.length <= this.#bounds.short) return readText(task);
    return this.#queued<WhatIsRead[K]>(workspaceId, documents, task);
  }

  /** Reads an export of another tool, with the same bounds and errors. */
  readExport(workspaceId: string, task: ExportTask): Promise<Imported> {
    return this.#queued<Imported>(workspaceId, exports, task);
  }

  async #queued<T>(workspaceId: string, file: WorkerFile, task: ReadTask | ExportTask): Promise<T> {
    if (this.#isFullFor(workspaceId)) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 20 } });
    const turn = await this.#turn(workspaceId);
    try {
      return await this.#inThread<T>(file, task);
    } finally {
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      this.#startNext();
    }
  }

  /** Resolves when there is a thread for a text of the workspace. */
  #turn(workspaceId: string): Promise<Turn> {
    return new Promise((resolve) => {
      const turn: Turn = { workspaceId, isRead: false, start: () => resolve(turn) };
      this.#turns.push(turn);
      this.#startNext();
    });
  }

  #startNext(): void {
    const read = this.#turns.filter(({ isRead }) => isRead);
    if (read.length >= this.#bounds.threads) return;
    const next = this.#turns.find((turn) => !turn.isRead && read.every(({ workspaceId }) => workspaceId !== turn.workspaceId));
    if (!next) return;
    next.isRead = true;
    next.start();
  }

  /** No workspace takes all places. */
  #isFullFor(workspaceId: string): boolean {
    const { waiting, ofWorkspace } = this.#bounds;
    return this.#turns.length >= waiting || this.#turns.filter((turn) => turn.workspaceId === workspaceId).length >= ofWorkspace;
  }

  async #inThread<T>(file: WorkerFile, task: ReadTask | ExportTask): Promise<T> {
    const timeoutMs = Math.min(this.#bounds.timeoutMs, file.timeoutMs ?? Infinity);
    const memoryMb = Math.min(this.#bounds.memoryMb, file.memoryMb ?? Infinity);
    const worker = startThread(new URL(file.source, import.meta.url), file.bundle, {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const answer = await answerOf<T>(worker, timeoutMs);
    await worker.terminate();
    if (answer === "late") throw badInput("text", `takes more than ${timeoutMs / 1000} s to read; import a part of it`);
    if (answer === "large") throw badInput("text", "takes more memory to read than there is for it; import a part of it");
    if ("refused" in answer) throw badInput("text", answer.refused);
    if ("read" in answer) return answer.read;
    this.#log.error({ problem: answer.broke, kind: task.kind }, "A text that was given to be read could not be read");
    throw badInput("text", "is not understood by Millrace");
  }
}

/** What happens first: an answer, an error, the thread running out of memory, or the time limit. */
function answerOf<T>(worker: Worker, timeoutMs: number): Promise<ThreadAnswer<T> | "late" | "large"> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve("late"), timeoutMs);
    const settle = (answer: ThreadAnswer<T> | "large") => {
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
