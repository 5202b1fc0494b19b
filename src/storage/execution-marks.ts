import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ExecutionMarks } from "#engine/ports/execution-marks.ts";
import { newId } from "#kernel/ids.ts";

/** One id in each slot; the first holds the name of the process. */
const slotBytes = 40;

/**
 * The runs that this process is executing, in a file that outlives it: after a crash the next process reads there which they were. What
 * begins and ends in one turn of the event loop is written by one small write, before any of those that begin executes. It needs no flush,
 * since what was written survives the process, and a power failure is nobody's fault.
 */
export function openExecutionMarks(file: string): ExecutionMarks {
  return new MarksFile(file);
}

class MarksFile implements ExecutionMarks {
  readonly interrupted: ExecutionMarks["interrupted"];
  readonly #fd: number;
  /** What the file holds, or is about to. */
  #slots = Buffer.alloc(64 * slotBytes, " ");
  #slotCount = 1;
  readonly #free: number[] = [];
  /** The slots that differ from the file, from the first to the last. */
  #changed: { from: number; to: number } | null = null;
  #written: Promise<void> | null = null;
  #isOpen = true;
  /** What was left is only overwritten once it has been dealt with. */
  #isClear = false;

  constructor(file: string) {
    const [process, ...runIds] = read(file);
    this.interrupted = process === undefined ? null : { process, runIds };
    this.#fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  clear(): void {
    this.#isClear = true;
    ftruncateSync(this.#fd, 0);
    this.#put(0, newId("proc"));
    this.#write();
  }

  begin(runId: string): number {
    const at = this.#free.pop() ?? this.#slotCount++;
    this.#put(at, runId);
    return at;
  }

  /** In the next turn of the event loop, with what begins and ends until then. */
  written(): Promise<void> {
    return (this.#written ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#written = null;
        this.#write();
        resolve();
      });
    }));
  }

  end(at: number): void {
    this.#put(at, "");
    this.#free.push(at);
    void this.written();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#isClear) ftruncateSync(this.#fd, 0);
    closeSync(this.#fd);
  }

  #put(at: number, text: string): void {
    if ((at + 1) * slotBytes > this.#slots.length) this.#slots = Buffer.concat([this.#slots, Buffer.alloc(this.#slots.length, " ")]);
    this.#slots.fill(" ", at * slotBytes, (at + 1) * slotBytes);
    this.#slots.write(text, at * slotBytes, slotBytes, "latin1");
    this.#changed = this.#changed ? { from: Math.min(this.#changed.from, at), to: Math.max(this.#changed.to, at) } : { from: at, to: at };
  }

  /** A full disk takes no new mark, and must not stop the run for it. */
  #write(): void {
    if (!this.#isOpen || !this.#changed) return;
    const { from, to } = this.#changed;
    this.#changed = null;
    try {
      writeSync(this.#fd, this.#slots, from * slotBytes, (to - from + 1) * slotBytes, from * slotBytes);
    } catch {}
  }
}

function read(file: string): string[] {
  try {
    return (
      readFileSync(file, "latin1")
        .match(/.{1,40}/gs)
        ?.map((text) => text.replaceAll("\0", "").trim())
        .filter((text, i) => i === 0 || text !== "") ?? []
    );
  } catch {
    return [];
  }
}
