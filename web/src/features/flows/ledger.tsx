import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { FlowDetail, LedgerView } from "#server/contract.ts";
import { Time } from "../../components/time.tsx";
import { ledgerQuery } from "../../lib/queries.ts";
import { durationWords } from "../../lib/time.ts";
import { count } from "../../lib/words.ts";

/** What the webhook told and what the poll had to find. Nothing where the flow does not compare the two. */
export function Ledger({ flow }: { flow: FlowDetail }) {
  const webhook = flow.trigger.kind === "webhook";
  const ledger = useQuery({ ...ledgerQuery(flow.id), enabled: webhook }).data;
  if (!webhook || ledger === undefined) return null;
  if (ledger.everyMs === null) return ledger.problem === null && flow.trigger.inboxes !== null ? <NotCompared /> : null;
  return (
    <section aria-label="Deliveries">
      <h2 className="mb-2 font-semibold">Deliveries</h2>
      {ledger.problem !== null && <p className="mb-2 rounded-md bg-warning-soft px-3 py-2">{ledger.problem}</p>}
      {ledger.lastError !== null && <p className="mb-2 rounded-md bg-failure-soft px-3 py-2">{ledger.lastError.message}</p>}
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
        <Line title="Told by the webhook" value={ledger.heard + ledger.confirmed} />
        <Line title="Found by the poll as well" value={ledger.confirmed} />
        <Line title="Recovered: only the poll found it" value={ledger.recovered} />
      </dl>
      <Recent ledger={ledger} flowId={flow.id} />
      <p className="mt-2 text-meta text-ink-3">
        Looked for gaps {ledger.lastAt === null ? "never yet" : <Time at={ledger.lastAt} />}, every {durationWords(ledger.everyMs)}. Counted
        since <Time at={ledger.since} />.
      </p>
    </section>
  );
}

function NotCompared() {
  return (
    <section aria-label="Deliveries">
      <h2 className="mb-2 font-semibold">Deliveries</h2>
      <p className="text-ink-2">
        Lost webhooks are not looked for. Add <code className="font-mono text-meta text-ink">"reconcile": "15m"</code> to the trigger under
        Definition, and what no webhook told is found and runs all the same.
      </p>
    </section>
  );
}

function Line({ title, value }: { title: string; value: number }) {
  return (
    <>
      <dt className="text-ink-2">{title}</dt>
      <dd className="text-right font-medium tabular">{count(value)}</dd>
    </>
  );
}

function Recent({ ledger, flowId }: { ledger: LedgerView; flowId: string }) {
  if (ledger.recovered === 0) return null;
  return (
    <Link
      to="/runs"
      search={{ flow: flowId, recovered: true }}
      className="mt-2 inline-block rounded-sm font-medium text-accent-ink hover:underline"
    >
      Runs that were recovered
    </Link>
  );
}
