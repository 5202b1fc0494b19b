import type { RunView } from "#api/schemas.ts";
import type { StoredError } from "./api.ts";

export interface Group {
  key: string;
  flow: RunView["flow"];
  /** Null: held without an error. */
  error: StoredError | null;
  runs: RunView[];
}

/** Runs that stopped for the same reason in the same flow belong together; the group with the newest run comes first. */
export function groupByCause(runs: readonly RunView[]): Group[] {
  const groups = new Map<string, Group>();
  for (const run of runs) {
    const key = JSON.stringify([run.flow.id, run.error?.code ?? run.state, run.error === null ? "" : shapeOf(run.error.message)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, flow: run.flow, error: run.error, runs: [run] });
    else group.runs.push(run);
  }
  return [...groups.values()];
}

/** The message without what differs from record to record: ids, numbers, addresses, quoted values. */
export function shapeOf(message: string): string {
  return message
    .replace(/\S+@\S+/g, "@")
    .replace(/'[^']*'|"[^"]*"/g, "'…'")
    .replace(/\b(?=\w*\d)\w{4,}\b/g, "#")
    .replace(/\d+/g, "#");
}
