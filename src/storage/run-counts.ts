import type { Run } from "#engine/types/runs.ts";
import { hourMs } from "#kernel/durations.ts";
import type { Statement } from "./database.ts";
import { quarterMs } from "./run-quarters.ts";
import type { Work } from "./work.ts";

type Entry = {
  workspace_id: string;
  flow_id: string;
  hour: number;
  state: string;
  n: number;
  second: number;
  third: number;
  fourth: number;
};

const laterQuarters = ["second", "third", "fourth"] as const;
const changesSomething = ({ n, second, third, fourth }: Entry): boolean => n !== 0 || second !== 0 || third !== 0 || fourth !== 0;

/** How a transaction changes the hourly counts of ended runs. */
export class RunCounts {
  readonly #addCount: Statement;
  readonly #entries = new Map<string, Entry>();

  constructor(addCount: Statement) {
    this.#addCount = addCount;
  }

  /** Counts a run, in a state in which it has ended. */
  add({ workspaceId, flowId, createdAt }: Run, state: string, n: number): void {
    const hour = Math.floor(createdAt / hourMs);
    const key = `${flowId} ${hour} ${state}`;
    const none = { n: 0, second: 0, third: 0, fourth: 0 };
    const entry = this.#entries.get(key) ?? { workspace_id: workspaceId, flow_id: flowId, hour, state, ...none };
    entry.n += n;
    const later = laterQuarters[Math.floor((createdAt - hour * hourMs) / quarterMs) - 1];
    if (later !== undefined) entry[later] += n;
    this.#entries.set(key, entry);
  }

  /** In one order everywhere, or two processes would lock each other out. */
  *write(): Work<void> {
    const keys = [...this.#entries.keys()].toSorted();
    for (const entry of keys.map((key) => this.#entries.get(key)!)) if (changesSomething(entry)) yield* this.#addCount.run(entry);
  }

  forget(): void {
    this.#entries.clear();
  }
}
