/** Pure: the ledger of a flow as people read it. */
import { formatDuration } from "#kernel/durations.ts";
import type { LedgerView } from "#api/schemas.ts";
import { observationWords } from "#surfaces/observation-words.ts";
import { facts, table } from "../table.ts";
import { ago, clean, localTime, paint, type Paper } from "../text.ts";

export function ledgerPage(ledger: LedgerView, paper: Paper): string {
  if (ledger.observations !== null) return observationsPage(ledger, ledger.observations, paper);
  const problem = ledger.problem === null ? [] : [paint(paper, "yellow", clean(ledger.problem))];
  if (ledger.everyMs === null) {
    const advice = `This flow does not check for lost webhooks. To turn that on, where the event allows it: "trigger": { …, "reconcile": "15m" }`;
    return [...(problem.length ? problem : [advice])].join("\n");
  }
  const lines = facts(
    [
      ["Looked every", formatDuration(ledger.everyMs)],
      ["Last looked", ledger.lastAt === null ? null : ago(paper, ledger.lastAt)],
      ["Trouble", ledger.lastError?.message],
      ["Watched since", localTime(ledger.since)],
      ["Events", `${ledger.webhookOnly} by webhook, ${ledger.confirmed} seen by both, ${ledger.recovered} found by the poll alone`],
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

/** What a change trigger made of what it saw. */
function observationsPage(
  { everyMs, lastAt, lastError, since }: LedgerView,
  observations: NonNullable<LedgerView["observations"]>,
  paper: Paper,
): string {
  const lines = facts(
    [
      ["Looks every", everyMs === null ? null : formatDuration(everyMs)],
      ["Last looked", lastAt === null ? "not yet" : ago(paper, lastAt)],
      ["Trouble", lastError?.message],
      ["Counted since", lastAt === null ? null : ago(paper, since)],
    ],
    paper,
  );
  const rows = table(
    observations,
    [
      { title: "times", value: ({ count }) => String(count) },
      { title: "what it was", value: (observation) => observationWords(observation) },
      { title: "last", value: ({ lastAt: at }) => ago(paper, at) },
      { title: "record", value: ({ record }) => clean(record) },
      { title: "for example", value: ({ note }) => clean(note), style: () => "dim" },
    ],
    paper,
  );
  return [lines, ...(observations.length > 0 ? ["", rows] : [])].join("\n");
}
