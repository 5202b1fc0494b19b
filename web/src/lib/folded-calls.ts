import type { CallView } from "#api/schemas.ts";

/** Equal calls one after the other, as one entry: the newest, and how many there were. */
export interface FoldedCall {
  call: CallView;
  times: number;
  /** When the oldest of them was made. */
  since: number;
}

/** Newest first, as they came. */
export function foldedCalls(calls: readonly CallView[]): FoldedCall[] {
  const folded: FoldedCall[] = [];
  for (const call of calls) {
    const last = folded.at(-1);
    if (last === undefined || !isAlike(last.call, call)) {
      folded.push({ call, times: 1, since: call.at });
      continue;
    }
    last.times++;
    last.since = call.at;
  }
  return folded;
}

const alike = ["operation", "method", "address", "status", "error", "purpose", "by", "run", "person"] as const satisfies (keyof CallView)[];

const isAlike = (a: CallView, b: CallView): boolean =>
  a.connection.id === b.connection.id && a.flow?.id === b.flow?.id && alike.every((key) => a[key] === b[key]);
