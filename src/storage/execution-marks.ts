import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ExecutionMarks } from "#engine/types.ts";
import { newId } from "#kernel/ids.ts";

/** One id in each slot; the first holds the name of the process. */
const slotBytes = 40;

/**
 * The runs that this process is executing, in a file that outlives it: after a crash the next process reads there which they were. A mark
 * costs one small write and no flush, since what was written survives the process, and a power failure is nobody's fault.
 */
export function openExecutionMarks(file: string): ExecutionMarks {
  const [process, ...interrupted] = read(file);
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  const slots: string[] = [];
  const free: number[] = [];
  const slot = Buffer.alloc(slotBytes);
  let isOpen = true;
  /** What was left is only overwritten once it has been dealt with. */
  let isClear = false;

  /** A full disk takes no new mark, and must not stop the run for it. */
  const write = (at: number, text: string) => {
    slot.fill(" ");
    slot.write(text, "latin1");
    try {
      writeSync(fd, slot, 0, slotBytes, at * slotBytes);
    } catch {}
  };
  return {
    interrupted: process === undefined ? null : { process, runIds: interrupted },
    clear() {
      isClear = true;
      ftruncateSync(fd, 0);
      write(0, newId("proc"));
    },
    begin(runId) {
      const at = free.pop() ?? slots.push(runId);
      if (isOpen) write(at, runId);
      return at;
    },
    end(at) {
      if (isOpen) write(at, "");
      free.push(at);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      if (isClear) ftruncateSync(fd, 0);
      closeSync(fd);
    },
  };
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
