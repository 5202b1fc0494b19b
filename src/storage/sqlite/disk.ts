import { close, fdatasync, open } from "node:fs";
import { promisify } from "node:util";
import { storeUnusable } from "../faults.ts";

/** Waits for the disk. */
export interface Disk {
  /** Resolves when everything committed before the call has reached the disk. */
  reached(): Promise<void>;
  /** Throws once the disk failed to confirm a commit: nobody knows what it holds then. */
  check(): void;
  close(): Promise<void>;
}

export type SyncFile = (file: string) => { sync(): Promise<void>; close(): Promise<void> };

const opened = promisify(open);
const synced = promisify(fdatasync);
const closed = promisify(close);

/** The file is there from the first commit until the store is closed. */
export const syncFile: SyncFile = (file) => {
  let descriptor: Promise<number> | null = null;
  return {
    sync: async () => synced(await (descriptor ??= opened(file, "r+"))),
    close: async () => void (descriptor && (await closed(await descriptor))),
  };
};

/**
 * Brings the write-ahead log of a store to the disk, beside the event loop: other work goes on meanwhile. SQLite itself is set not to wait
 * (`synchronous = NORMAL`); it still syncs around each checkpoint.
 */
export function walDisk(file: string, syncing: SyncFile = syncFile): Disk {
  const wal = syncing(`${file}-wal`);
  const running = new Set<Promise<void>>();
  let failure: unknown = null;

  const check = () => {
    if (failure !== null) throw unconfirmed(file, failure);
  };
  const sync = async () => {
    await wal.sync().catch((error: unknown) => (failure ??= error));
    check(); // a later sync may succeed without the pages that a failed one lost, so no later answer can be trusted
  };
  return {
    reached() {
      const mine = sync().finally(() => running.delete(mine));
      running.add(mine);
      return mine;
    },
    check,
    async close() {
      await Promise.allSettled(running);
      await wal.close();
    },
  };
}

/** A store in memory has no disk. */
export const noDisk: Disk = { reached: () => Promise.resolve(), check() {}, close: () => Promise.resolve() };

const unconfirmed = (file: string, cause: unknown) =>
  storeUnusable(
    "unconfirmed",
    `the disk of ${file} did not confirm a write (${cause instanceof Error ? cause.message : String(cause)}), so what it holds is uncertain`,
    "Check the disk (its space, its cable, the system's log), then start Millrace again: it reads what the disk holds and goes on from there. Nothing that was acknowledged is lost",
    cause,
  );
