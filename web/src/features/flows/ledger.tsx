import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { CatalogEntry, FlowDetail, LedgerView } from "#api/schemas.ts";
import type { Suggest } from "#catalog/types.ts";
import { observationWords } from "#surfaces/observation-words.ts";
import { Time } from "../../components/time.tsx";
import { catalogQuery, ledgerQuery } from "../../lib/queries.ts";
import { durationWords } from "../../lib/time.ts";
import { count } from "../../lib/words.ts";
import { everyWords } from "#kernel/durations.ts";
import { useSuggestions } from "../flow-editor/panel/fields/use-choices.ts";

/** What the webhook told and what the poll had to find. Nothing where the flow does not compare the two. */
export function Ledger({ flow }: { flow: FlowDetail }) {
  const webhook = flow.trigger.kind === "webhook";
  const ledger = useQuery({ ...ledgerQuery(flow.id), enabled: webhook || flow.trigger.watches }).data;
  if (flow.trigger.watches) return ledger === undefined ? null : <Observations ledger={ledger} flow={flow} />;
  if (!webhook || ledger === undefined) return null;
  const asked = reconcileOf(flow.definition);
  if (ledger.everyMs === null && asked !== null) return <NotYet every={asked} flow={flow} />;
  if (ledger.everyMs === null) return ledger.problem === null && flow.trigger.inboxes !== null ? <NotCompared flowId={flow.id} /> : null;
  return (
    <section aria-label="Deliveries">
      <h2 className="mb-2 font-semibold">Deliveries</h2>
      {ledger.problem !== null && <p className="mb-2 rounded-md bg-warning-soft px-3 py-2">{ledger.problem}</p>}
      {ledger.lastError !== null && <p className="mb-2 rounded-md bg-failure-soft px-3 py-2">{ledger.lastError.message}</p>}
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
        <Line title="Delivered by the webhook" value={ledger.webhookOnly + ledger.confirmed} />
        <Line title="Found by the check as well" value={ledger.confirmed} />
        <Line title="Recovered: only the check found it" value={ledger.recovered} />
      </dl>
      <Recent ledger={ledger} flowId={flow.id} />
      <p className="mt-2 text-meta text-ink-3">
        Checked for lost webhooks {ledger.lastAt === null ? "never yet" : <Time at={ledger.lastAt} />}, every{" "}
        {durationWords(ledger.everyMs)}. Counted since <Time at={ledger.since} />.
      </p>
    </section>
  );
}

/** The outcomes of a change trigger's observations: they show why nothing started. */
function Observations({ ledger: { observations, lastAt, since }, flow }: { ledger: LedgerView; flow: FlowDetail }) {
  return (
    <section aria-label="What it saw">
      <h2 className="mb-2 font-semibold">What it saw</h2>
      {observations === null || observations.length === 0 ? (
        <p className="text-ink-2">
          {lastAt === null ? "Nothing yet: it looks for the first time once the flow is on." : "Nothing has changed since the first check."}
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {observations.map((observation) => (
            <li key={`${observation.outcome} ${observation.by}`} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4">
              <span className="text-ink-2">{observationWords(observation)}</span>
              <span className="text-right font-medium tabular">{count(observation.count)}</span>
              <span className="col-span-2 text-meta text-ink-3">
                <Time at={observation.lastAt} />: {observation.note}{" "}
                {observation.record !== "" && <RecordName id={observation.record} trigger={flow.definition.trigger} />}
              </span>
            </li>
          ))}
        </ul>
      )}
      {lastAt !== null && flow.status === "on" && (
        <p className="mt-2 text-meta text-ink-3">
          Changes count since the first check, <Time at={since} />.
        </p>
      )}
    </section>
  );
}

/** Whom or what it was about, by name as soon as that is known. The id alone says nothing: it shows on hover. */
function RecordName({ id, trigger: { app, operation, connection } }: { id: string; trigger: FlowDetail["definition"]["trigger"] }) {
  const catalog = useQuery(catalogQuery()).data;
  const suggest = useMemo(() => suggestOf(catalog ?? [], app, operation), [catalog, app, operation]);
  const [named] = useSuggestions(suggest, app, connection ?? null, "", id).choices;
  return (
    <bdi title={id} className={named === undefined ? "font-mono" : "text-ink-2"}>
      ({named?.label || id})
    </bdi>
  );
}

/** How the records of an operation are looked up by their ids, as the forms of its group do it. */
function suggestOf(catalog: readonly CatalogEntry[], app: string, operation: string): Suggest | undefined {
  const [group] = operation.split(".");
  const inputs = catalog.filter((entry) => entry.app === app && entry.key.split(".")[0] === group).flatMap((entry) => entry.inputs);
  return inputs.find(({ suggest, in: place }) => place === "path" && suggest?.one !== undefined)?.suggest;
}

/** How often the draft has the list looked at; null: it does not ask for it. */
function reconcileOf({ trigger }: FlowDetail["definition"]): string | null {
  return trigger.reconcile || null;
}

function NotYet({ every, flow }: { every: string; flow: FlowDetail }) {
  const when = flow.status === "off" ? "the flow is on again" : "the draft is published";
  return (
    <section aria-label="Deliveries">
      <h2 className="mb-2 font-semibold">Deliveries</h2>
      <p className="text-ink-2">
        Once {when}, lost webhooks are looked for {everyWords(every)}, and what was missed runs all the same.
      </p>
    </section>
  );
}

function NotCompared({ flowId }: { flowId: string }) {
  return (
    <section aria-label="Deliveries">
      <h2 className="mb-2 font-semibold">Deliveries</h2>
      <p className="text-ink-2">
        Lost webhooks are not looked for.{" "}
        <Link
          to="/flows/$flowId"
          params={{ flowId }}
          search={{ at: "trigger" }}
          className="rounded-sm font-medium text-accent-ink hover:underline"
        >
          Open the trigger
        </Link>{" "}
        to have them found.
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
