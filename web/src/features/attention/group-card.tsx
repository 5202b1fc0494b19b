import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { SubAccounts } from "../../components/sub-account.tsx";
import { CorrectData, Remedy } from "../../components/remedy.tsx";
import { Time } from "../../components/time.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { May } from "../../components/may.tsx";
import { catalogQuery } from "../../lib/queries.ts";
import { isOfData, vendorSentence } from "../../lib/fix.ts";
import type { Group } from "../../lib/groups.ts";
import { lostInError } from "../../lib/lost-name.ts";
import { connectionOf, type NextStep, nextFor } from "../../lib/next-step.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import type { StoredError } from "../../lib/api.ts";
import { plural } from "../../lib/words.ts";
import { Entry } from "./entry.tsx";
import { DismissRuns, People, ReplayRuns } from "./run-parts.tsx";
import type { Surroundings } from "./surroundings.ts";

/** Runs of one flow that stopped for the same reason. */
export function GroupCard({ group: { flow, error, runs }, around }: { group: Group; around: Surroundings }) {
  const [newest] = runs;
  const says = useSaid(around);
  if (newest === undefined) return null;
  const next = nextFor(newest, around);
  const vendor = error === null ? null : vendorSentence(error);
  const title = error === null ? (newest.summary ?? "Held: somebody has to decide.") : says(error);
  return (
    <Entry
      urgency={next.mended !== undefined ? "mended" : newest.state === "held" ? "held" : "failed"}
      about={[
        <Link
          key="flow"
          to="/flows/$flowId"
          params={{ flowId: flow.id }}
          className="truncate rounded-sm font-medium text-ink-2 hover:text-ink hover:underline"
        >
          <bdi>{flow.name}</bdi>
        </Link>,
        newest.subAccounts.length > 0 && <SubAccounts key="where" accounts={newest.subAccounts} />,
        <span key="when" className="tabular">
          {runs.length === 1 ? "1 run," : `${plural(runs.length, "run")}, latest`} <Time at={newest.createdAt} />
        </span>,
      ]}
      title={next.mended ?? title}
      actions={
        <May scope="runs:write">
          <Fixes error={error} group={{ flow, runs }} next={next} around={around} />
        </May>
      }
      foot={
        <People
          runs={runs}
          correctable={runs.length > 1 && isCorrectable(error, next)}
          isRefused={isCorrectable(error, next)}
          wordsOf={(run) => differing(run.error === null ? null : says(run.error), title)}
        />
      }
    >
      {next.mended !== undefined && <p>Stopped then: {title}</p>}
      {vendor !== null && next.mended === undefined && (
        <blockquote className="border-l-2 border-line-strong pl-3 text-ink-2">{vendor}</blockquote>
      )}
      {next.explain !== "" && <p>{next.explain}</p>}
    </Entry>
  );
}

/** The data of the runs may be what is wrong, and nothing was put right since. */
const isCorrectable = (error: StoredError | null, { mended }: NextStep): boolean =>
  error !== null && mended === undefined && isOfData(error);

/** The error of one run, where it differs from the title of its group. */
const differing = (said: string | null, title: string): string | null => (said === title ? null : said);

/** The sentence of an error in the words of the page: titles of connections, labels of fields, and which step it was. */
function useSaid({ connections }: Surroundings): (error: StoredError) => string {
  const catalog = useQuery(catalogQuery()).data;
  return (error) => {
    const { connection: name, operation, field } = error.details;
    const said = saidOfField(error);
    const called = connectionOf(name, connections)?.title;
    const titled = called === undefined ? said : said.replaceAll(`'${String(name)}'`, `'${called}'`);
    const step = typeof field === "string" ? catalog?.find(({ key }) => key === operation)?.title : undefined;
    return step === undefined ? titled : `${step}, ${titled}`;
  };
}

interface FixesProps {
  error: StoredError | null;
  group: Pick<Group, "flow" | "runs">;
  next: NextStep;
  around: Surroundings;
}

/** What helps, the advised thing first. */
function Fixes({ error, group: { flow, runs }, next, around }: FixesProps) {
  const ids = runs.map(({ id }) => id);
  const lost = error === null || next.mended !== undefined ? null : lostInError(flow.id, error);
  const corrected = ids.length === 1 && isCorrectable(error, next) ? ids[0] : undefined;
  return (
    <>
      {lost !== null && <UseInstead lost={lost} replay={ids} primary />}
      {corrected !== undefined && <CorrectData runId={corrected} />}
      {error !== null && (
        <Remedy
          remedy={next.remedy}
          error={error}
          flowId={flow.id}
          connections={around.connections}
          isSecond={lost !== null || isCorrectable(error, next)}
          toChecks={lost !== null}
        />
      )}
      <ReplayRuns ids={ids} by={next.by} primary={next.remedy === "replay"} refused={error !== null && isCorrectable(error, next)} />
      <DismissRuns ids={ids} />
    </>
  );
}
