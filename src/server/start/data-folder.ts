import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MillraceError } from "#kernel/errors.ts";
import { holdLock, type Lock } from "#storage/file-lock.ts";

/** Where things are in the data folder. */
export const dataFiles = (folder: string) => ({
  store: join(folder, "millrace.db"),
  lock: join(folder, "lock.db"),
  encryptionKey: join(folder, "encryption.key"),
  /** The API key, for the command line on this machine. */
  apiKey: join(folder, "api-key"),
  /** Where the running server is, for the command line on this machine. */
  server: join(folder, "server.json"),
  /** The runs that are being executed, for the process that comes after a crash. */
  executing: join(folder, "executing"),
  /** Under which name the process that last used the folder owned runs in a database. */
  runOwner: join(folder, "run-owner"),
  sandbox: join(folder, "sandbox.db"),
  firstStart: join(folder, "first-start.json"),
  /** What the folder remembers of its store. */
  storeNote: join(folder, "store.json"),
  /** When the newest backup was made. */
  backupNote: join(folder, "backup.json"),
  /** That a person says the clock is right. */
  clockConfirmed: join(folder, "clock-confirmed"),
});

/** The running server, as the command line reads it. */
export interface ServerNote {
  url: string;
  pid: number;
}

/** Makes the folder, for this user alone, and locks it for this process. */
export function takeDataFolder(folder: string): Lock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = holdLock(dataFiles(folder).lock);
    if (lock) {
      writeServerNote(folder, null); // left behind by one that was killed
      return lock;
    }
  } catch (cause) {
    const problem = `  MILLRACE_DATA: ${folder} cannot be used (${(cause as Error).message})`;
    throw new MillraceError("SETTINGS_INVALID", { cause, details: { problem } });
  }
  const note = readServerNote(folder);
  const who = note ? `at ${note.url}, process ${note.pid}` : "";
  throw new MillraceError("CONFLICT", {
    details: { problem: `Another Millrace ${who ? `(${who}) ` : ""}is using ${folder}. Stop it, or set MILLRACE_DATA to another folder` },
  });
}

/**
 * Keeps the folder to its owner: permissions of others are removed where the folder is ours and holds nothing else. Returns a
 * sentence for the operator where that cannot be done.
 */
export function closeFolderToOthers(folder: string): string | null {
  if (process.platform === "win32") return null;
  const { mode, uid } = statSync(folder);
  if ((mode & 0o077) === 0) return null;
  if (uid === process.getuid?.() && holdsOnlyOurs(folder)) {
    chmodSync(folder, 0o700);
    return null;
  }
  return `Others on this machine can open ${folder}, which holds your customers' data and the keys. Use a folder of Millrace's own, or run: chmod 700 ${folder}`;
}

/** Its own files, what SQLite puts beside them, drafts, and keys that were set aside. */
function holdsOnlyOurs(folder: string): boolean {
  const ours = Object.values(dataFiles(folder)).map((file) => basename(file));
  return readdirSync(folder).every((name) => ours.some((own) => name === own || name.startsWith(`${own}-`) || name.startsWith(`${own}.`)));
}

/** Written whole or not at all, and for this user alone. */
export function writePrivate(file: string, text: string): void {
  const draft = `${file}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** The API key in its file, for this machine's own use; null when it is not there. */
export function readApiKey(folder: string): string | null {
  try {
    return readFileSync(dataFiles(folder).apiKey, "utf8").trim() || null;
  } catch {
    return null;
  }
}

export function readServerNote(folder: string): ServerNote | null {
  return readJson<ServerNote>(dataFiles(folder).server);
}

export function writeServerNote(folder: string, note: ServerNote | null): void {
  const { server } = dataFiles(folder);
  if (note) writePrivate(server, JSON.stringify(note));
  else rmSync(server, { force: true });
}

/** What a file holds; null when it is not there or was cut off. */
export function readJson<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return null;
  }
}
