/** The undo history. Generic: it never looks into the states it keeps. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** The key and time of the last edit: further typing in one field is the same edit. */
  readonly last: { key: string; at: number } | null;
}

const mostKept = 200;
const pauseMs = 1_500;

/** Begins with a state that cannot be undone. */
export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], last: null });

interface Edited<T> {
  key?: string;
  at: number;
  /** Whether two states look the same to whoever undoes. */
  looksSame?: (a: T, b: T) => boolean;
}

/**
 * An edit. With the `key` of the edit just before it, soon after it, the two are undone together. One that shows nowhere is no step of its own: to
 * undo it would seem to do nothing.
 */
export function edited<T>(history: History<T>, next: T, { looksSame = Object.is, ...edit }: Edited<T>): History<T> {
  const { past, present, last } = history;
  if (next === present) return history;
  if (looksSame(next, present)) return { ...history, present: next };
  const goesOn = edit.key !== undefined && last !== null && last.key === edit.key && edit.at - last.at < pauseMs && past.length > 0;
  if (goesOn && looksSame(next, past.at(-1) as T)) return { past: past.slice(0, -1), present: next, future: [], last: null };
  return {
    past: goesOn ? past : [...past, present].slice(-mostKept),
    present: next,
    future: [],
    last: edit.key === undefined ? null : { key: edit.key, at: edit.at },
  };
}

/** What was before the last edit; the same where nothing was edited. */
export function undone<T>({ past, present, future, ...rest }: History<T>): History<T> {
  const before = past.at(-1);
  if (past.length === 0) return { past, present, future, ...rest };
  return { past: past.slice(0, -1), present: before as T, future: [present, ...future], last: null };
}

/** What was undone last. */
export function redone<T>({ past, present, future, ...rest }: History<T>): History<T> {
  if (future.length === 0) return { past, present, future, ...rest };
  return { past: [...past, present], present: future[0] as T, future: future.slice(1), last: null };
}
