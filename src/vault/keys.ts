import { exec, type ExecException } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { MillraceError } from "#kernel/errors.ts";

const keyBytes = 32;

export interface KeyRing {
  /** Newest first. */
  keys: Uint8Array[];
  /** What the operator should know, in a sentence. */
  warning?: string;
}

/**
 * The sealing keys: from MILLRACE_ENCRYPTION_KEY (32 bytes in base64; several separated by commas, newest first), or else from
 * a file beside the data, made on the first start.
 */
export function readKeys({ value, file, mayMake = true }: KeySource): KeyRing {
  if (value !== undefined && value.trim() !== "") return { keys: parseKeys(value, "MILLRACE_ENCRYPTION_KEY") };
  if (!mayMake && !exists(file)) throw keyLost(`${file} is not there, and MILLRACE_ENCRYPTION_KEY is not set`);
  const made = makeKeyFile(file);
  const keys = keysOf(readFileSync(file, "utf8"));
  if (!keys) throw keyLost(`${file} is cut off or is not a key`);
  const beside = `The key that seals logins is kept in ${file}, beside the data it protects. Set MILLRACE_ENCRYPTION_KEY to keep it elsewhere, and keep a copy: without it every login has to be made anew.`;
  if (made) return { keys, warning: beside };
  return isPrivate(file) ? { keys } : { keys, warning: `Others on this machine can read ${file}. Run: chmod 600 ${file}` };
}

const commandTimeoutMs = 30_000;

/**
 * What an operator's command prints: the keys, as MILLRACE_ENCRYPTION_KEY takes them. Neither what it printed nor what it complained of is
 * said, since both may hold a key.
 */
export async function keysByCommand(command: string): Promise<string> {
  const name = "MILLRACE_ENCRYPTION_KEY_COMMAND";
  const invalid = (problem: string) => new MillraceError("SETTINGS_INVALID", { details: { problem: `  ${name}: ${problem}` } });
  const { failure, printed } = await new Promise<{ failure: ExecException | null; printed: string }>((resolve) => {
    exec(command, { timeout: commandTimeoutMs, maxBuffer: 64 * 1024, windowsHide: true }, (failure, printed) =>
      resolve({ failure, printed }),
    );
  });
  if (failure?.killed) throw invalid(`the command did not end within ${commandTimeoutMs / 1000} s, or printed too much`);
  if (failure) throw invalid(`the command failed with exit code ${failure.code ?? "unknown"}; run it by hand to see why`);
  const keys = printed.trim().split(/\s+/).join(",");
  if (!keysOf(keys)) throw invalid("the command must print 32 bytes in base64, or several such keys, newest first");
  return keys;
}

export interface KeySource {
  /** MILLRACE_ENCRYPTION_KEY. */
  value: string | undefined;
  file: string;
  /** False where secrets were sealed already: a new key would open none of them. */
  mayMake?: boolean;
}

/** The logins of this store are sealed, and what opens them is not here. */
export function keyLost(problem: string): MillraceError {
  const todo =
    "Put the key back from your copy, as encryption.key in the data folder or in MILLRACE_ENCRYPTION_KEY. If it is lost for good, run 'millrace start --new-key' once: everything else is kept, and each connection must be connected again";
  return new MillraceError("STORE_UNUSABLE", { details: { fault: "key", problem, todo } });
}

function parseKeys(text: string, source: string): Uint8Array[] {
  const keys = keysOf(text);
  if (keys) return keys;
  const problem = `  ${source}: must be 32 bytes in base64, or several such keys separated by commas; make one with: openssl rand -base64 32`;
  throw new MillraceError("SETTINGS_INVALID", { details: { problem } });
}

/** Null where the text is not whole keys. */
function keysOf(text: string): Uint8Array[] | null {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const keys = parts.map((part) => Buffer.from(part, "base64")); // takes the URL-safe alphabet too
  return keys.length > 0 && keys.every((key) => key.length === keyBytes) ? keys : null;
}

/**
 * Makes the file unless it is there. It is written whole under another name and then linked, which fails if somebody was
 * faster: no process ever reads half a key, and none overwrites another's.
 */
function makeKeyFile(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true });
  if (exists(file)) return false;
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeDurably(draft, `${randomBytes(keyBytes).toString("base64")}\n`);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
    syncFolder(dirname(file));
  }
}

function writeDurably(file: string, text: string): void {
  const fd = openSync(file, "wx", 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A new name is only durable once its folder is. Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  fsyncSync(fd);
  closeSync(fd);
}

const exists = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
const isPrivate = (file: string): boolean => process.platform === "win32" || (statSync(file).mode & 0o077) === 0;
