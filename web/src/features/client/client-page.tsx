import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { CircleCheck, Clock, Unplug } from "lucide-react";
import type { ClientView } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { Page, Section } from "../../components/page.tsx";
import { Person } from "../../components/person.tsx";
import { ConnectionState, FlowState, RunMark } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { clientQuery } from "../../lib/queries.ts";
import { cx } from "../../lib/cx.ts";
import { dayTitle } from "../../lib/time.ts";
import { count, plural } from "../../lib/words.ts";
import { agencyName, connectionSentence, stateWords, summaryOf, weekWords } from "./client-words.ts";

/** What a client sees: whether their sub-account is connected, the state of its flows, and the latest runs. */
export function ClientPage() {
  const query = useQuery(clientQuery());
  const agency = agencyName(query.data?.agency ?? null);
  return (
    <Page title={query.data?.subAccount.name ?? "Your sub-account"} about={`What ${agency} automates for you, and how it is doing.`}>
      <Loaded query={query} skeleton={<SkeletonCards cards={3} />}>
        {({ agency: name, connections, flows, runs }) => (
          <div className="flex flex-col gap-8">
            <Summary of={{ agency: name, connections, flows }} />
            <Connections connections={connections} agency={name} />
            <Flows flows={flows} agency={name} />
            <Runs runs={runs} showFlow={flows.length > 1} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const looks = {
  good: { icon: CircleCheck, ground: "bg-success-soft", tone: "text-success" },
  wait: { icon: Clock, ground: "bg-warning-soft", tone: "text-warning" },
  bad: { icon: Unplug, ground: "bg-failure-soft", tone: "text-failure" },
} as const;

/** Whether all is well, before anything else. */
function Summary({ of }: { of: Pick<ClientView, "agency" | "connections" | "flows"> }) {
  const { tone, words, more } = summaryOf(of);
  const { icon, ground, tone: colour } = looks[tone];
  return (
    <div role="status" className={cx("flex items-start gap-3 rounded-lg px-4 py-3.5", ground)}>
      <Icon of={icon} size={20} className={cx("mt-0.5 shrink-0", colour)} />
      <div>
        <p className="text-section font-semibold">{words}</p>
        <p className="text-ink-2">{more}</p>
      </div>
    </div>
  );
}

const list = "rounded-lg border border-line bg-raised";
const row = "flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0";

function Connections({ connections, agency }: Pick<ClientView, "connections" | "agency">) {
  return (
    <Section title="Connection">
      {connections.length === 0 ? (
        <p className="text-ink-2">
          {capital(agencyName(agency))} has removed the connection of your sub-account. Ask them to reconnect it.
        </p>
      ) : (
        <ul className={list}>
          {connections.map((connection) => (
            <li key={connection.title} className={row}>
              <div className="min-w-0 flex-1 basis-64">
                <p className="truncate font-medium">
                  {connection.app} <span className="font-normal text-ink-3">·</span> <bdi>{connection.title}</bdi>
                </p>
                <p className="text-ink-2">{connectionSentence(connection, agency)}</p>
              </div>
              <ConnectionState of={connection} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Flows({ flows, agency }: Pick<ClientView, "flows" | "agency">) {
  return (
    <Section title="Flows">
      {flows.length === 0 ? (
        <p className="text-ink-2">{capital(agencyName(agency))} has not set up a flow for you yet.</p>
      ) : (
        <ul className={list}>
          {flows.map(({ id, name, sentence, status, lastRunAt, week }) => (
            <li key={id} className={row}>
              <div className="min-w-0 flex-1 basis-64">
                <p className="truncate font-medium">
                  <bdi>{name}</bdi>
                </p>
                <p className="max-w-2xl text-ink-2">
                  <bdi>{sentence}</bdi>
                </p>
                <p className="mt-1 text-meta text-ink-3">{weekWords(week)}</p>
                {week.attention > 0 && (
                  <p className="mt-1 text-meta text-warning">
                    {plural(week.attention, "event waits", "events wait")} for {agencyName(agency)}.
                  </p>
                )}
              </div>
              <span className="text-meta text-ink-3 sm:w-40 sm:text-right">
                {lastRunAt === null ? (
                  "Not started yet"
                ) : (
                  <>
                    Last event <Time at={lastRunAt} />
                  </>
                )}
              </span>
              <span className="sm:flex sm:w-24 sm:justify-end">
                <FlowState status={status} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const runsAtFirst = 12;

function Runs({ runs, showFlow }: Pick<ClientView, "runs"> & { showFlow: boolean }) {
  const [all, setAll] = useState(false);
  if (runs.length === 0) return null;
  const days = Map.groupBy(all ? runs : runs.slice(0, runsAtFirst), ({ at }) => dayTitle(at, Date.now()));
  return (
    <Section title="Latest activity">
      <div className="flex flex-col gap-4">
        {[...days].map(([day, ofDay]) => (
          <section key={day} aria-label={day}>
            <h3 className="mb-1.5 text-meta font-medium text-ink-3">{day}</h3>
            <ul className={list}>
              {ofDay.map((run, index) => (
                <RunLine key={`${run.at} ${index}`} run={run} showFlow={showFlow} />
              ))}
            </ul>
          </section>
        ))}
        {runs.length > runsAtFirst && !all && (
          <Button className="self-center" onClick={() => setAll(true)}>
            Show all {count(runs.length)}
          </Button>
        )}
      </div>
    </Section>
  );
}

/** One event: whom it was about, and what was done. */
function RunLine({ run: { at, flow, state, who, done }, showFlow }: { run: ClientView["runs"][number]; showFlow: boolean }) {
  return (
    <li className="flex items-start gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <span className="pt-0.5">
        <RunMark state={state} />
      </span>
      <div className="min-w-0 flex-1 sm:flex sm:gap-4">
        <p className="truncate font-medium sm:w-56 sm:shrink-0">
          <Person name={who} />
        </p>
        <div className="min-w-0">
          <p className="text-ink-2">
            <bdi>{done ?? stateWords[state]}</bdi>
          </p>
          {showFlow && (
            <p className="truncate text-meta text-ink-3">
              <bdi>{flow}</bdi>
            </p>
          )}
        </div>
      </div>
      <Time at={at} className="shrink-0 text-meta leading-5 text-ink-3" />
    </li>
  );
}
