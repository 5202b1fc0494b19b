import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, Lightbulb, type LucideIcon, RefreshCw, TriangleAlert } from "lucide-react";
import type { HealthFinding, HealthReport } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { cx } from "../../lib/cx.ts";
import { healthQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { checkReasons, clockFindings, inOrder, summaryOf } from "./findings.ts";

/** The settings, disk, keys and backups of the machine, and the connections, flows and inboxes of the workspace: what is wrong, and what to do. */
export function HealthPage() {
  const query = useQuery(healthQuery());
  return (
    <Page
      title="Health"
      about="Whether everything that your flows need works, and what to do where it does not."
      actions={
        <Button icon={<Icon of={RefreshCw} size={14} />} busy={query.isFetching} onClick={() => void query.refetch()}>
          Check again
        </Button>
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={8} />}>
        {(report) => <Report report={report} readAt={query.dataUpdatedAt} />}
      </Loaded>
    </Page>
  );
}

function Report({ report, readAt }: { report: HealthReport; readAt: number }) {
  const machine = [...report.machine, ...clockFindings(report.now, readAt)];
  return (
    <div className="flex max-w-[860px] flex-col gap-8">
      <Summary findings={[...machine, ...report.workspace]} whole={report.machine.length > 0} />
      <Group title="Connections, flows and inboxes" findings={report.workspace} />
      {machine.length > 0 && (
        <Group title="This machine" about="For whoever runs the machine. The commands are for its terminal." findings={machine} />
      )}
      <p className="text-meta text-ink-3">
        Millrace {report.version}, checked <Time at={readAt} />. The command <code className="font-mono">millrace doctor</code> checks the
        same.
      </p>
    </div>
  );
}

function Summary({ findings, whole }: { findings: readonly HealthFinding[]; whole: boolean }) {
  const { state, words } = summaryOf(findings, { whole });
  return (
    <p role="status" className={cx("flex items-center gap-2.5 rounded-lg px-4 py-3 text-body font-medium", backgrounds[state])}>
      <Icon of={icons[state]} size={18} className={cx("shrink-0", tones[state])} />
      {words}
    </p>
  );
}

const icons: Record<HealthFinding["state"], LucideIcon> = { ok: CircleCheck, advice: Lightbulb, warn: TriangleAlert, bad: CircleX };
const tones: Record<HealthFinding["state"], string> = {
  ok: "text-success",
  advice: "text-ink-3",
  warn: "text-warning",
  bad: "text-failure",
};
const backgrounds: Record<HealthFinding["state"], string> = {
  ok: "bg-success-soft",
  advice: "bg-success-soft",
  warn: "bg-warning-soft",
  bad: "bg-failure-soft",
};
const words: Record<HealthFinding["state"], string> = { ok: "OK:", advice: "Advice:", warn: "Warning:", bad: "Problem:" };

/** What is wrong, worst first; checks that passed are folded away. */
function Group({ title, about, findings }: { title: string; about?: string; findings: readonly HealthFinding[] }) {
  const troubles = inOrder(findings.filter(({ state }) => state !== "ok"));
  const fine = findings.filter(({ state }) => state === "ok");
  return (
    <section aria-label={title}>
      <h2 className="text-section font-semibold">{title}</h2>
      <p className="mb-2 text-ink-3">{about}</p>
      {troubles.length > 0 && (
        <ul className="border-t border-line">
          {troubles.map((finding) => (
            <Trouble key={`${finding.what} ${finding.says}`} finding={finding} />
          ))}
        </ul>
      )}
      {fine.length > 0 && (
        <div className={troubles.length > 0 ? "pt-2" : ""}>
          <Disclosure summary={plural(fine.length, "check passed", "checks passed")} open={troubles.length === 0 && fine.length <= 8}>
            <ul className="pt-1">
              {fine.map((finding) => (
                <li key={`${finding.what} ${finding.says}`} className="flex items-start gap-2.5 py-1">
                  <StateIcon state="ok" />
                  <span className="min-w-0 break-words">
                    <span className="text-ink">{capital(finding.what)}:</span> <span className="text-ink-2">{finding.says}</span>
                    {checkReasons[finding.what] !== undefined && (
                      <span className="block text-meta text-ink-3">{checkReasons[finding.what]}</span>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </Disclosure>
        </div>
      )}
    </section>
  );
}

function StateIcon({ state }: { state: HealthFinding["state"] }) {
  return (
    <>
      <Icon of={icons[state]} className={cx("mt-0.5 shrink-0", tones[state])} />
      <span className="sr-only">{words[state]}</span>
    </>
  );
}

function Trouble({ finding: { state, what, says, since, fix } }: { finding: HealthFinding }) {
  return (
    <li className="flex gap-2.5 border-b border-line py-3">
      <StateIcon state={state} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-0 flex-1 basis-72">
            <p className="font-medium break-words">{capital(what)}</p>
            <p className="break-words text-ink-2">
              {capital(says)}
              {since !== undefined && (
                <span className="text-ink-3">
                  {" "}
                  · since <Time at={since} />
                </span>
              )}
            </p>
          </div>
          {fix?.page !== undefined && (
            <Button small asChild>
              <Link to={fix.page.to} search={fix.page.search ?? {}}>
                {fix.page.title}
              </Link>
            </Button>
          )}
        </div>
        {checkReasons[what] !== undefined && <p className="text-meta text-ink-3">{checkReasons[what]}</p>}
        {fix?.command !== undefined && <Command text={fix.command} folded={fix.page !== undefined} />}
      </div>
    </li>
  );
}

/** The command that fixes it; folded where a page does it as well. */
function Command({ text, folded }: { text: string; folded: boolean }) {
  const line = <CopyLine text={text} label="Copy the command" />;
  return <div className="mt-2 max-w-xl">{folded ? <Disclosure summary="The same in a terminal">{line}</Disclosure> : line}</div>;
}
