/** Pure: the ledger of a flow as people read it. */
import { formatDuration } from "#kernel/durations.ts";
import type { LedgerView } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { ago, clean, paint, type Paper } from "../text.ts";

export function ledgerPage(ledger: LedgerView, paper: Paper): string {
  const problem = ledger.problem === null ? [] : [paint(paper, "yellow", clean(ledger.problem))];
  if (ledger.everyMs === null) {
    const advice = `This flow does not look for what its webhook did not tell. Where it can: "trigger": { …, "reconcile": "15m" }`;
    return [...(problem.length ? problem : [advice])].join("\n");
  }
  const lines = facts(
    [
      ["Looked every", formatDuration(ledger.everyMs)],
      ["Last looked", ledger.lastAt === null ? null : ago(paper, ledger.lastAt)],
      ["Trouble", ledger.lastError?.message],
      ["Watched since", new Date(ledger.since).toISOString()],
      ["Told", `${ledger.heard} by webhook, ${ledger.confirmed} seen by both, ${ledger.recovered} found by the poll alone`],
    ],
    paper,
  );
  const recent = table(
    ledger.recent,
    [
      { title: "found", value: ({ foundAt }) => ago(paper, foundAt) },
      { title: "record", value: ({ record }) => record },
      { title: "run", value: ({ run }) => run ?? "", style: () => "dim" },
    ],
    paper,
  );
  return [...problem, lines, ...(ledger.recent.length ? ["", recent] : [])].join("\n");
}
