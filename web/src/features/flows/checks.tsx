import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle, RefreshCw } from "lucide-react";
import type { FlowDetail, LintFinding } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { cx } from "../../lib/cx.ts";
import { lintQuery } from "../../lib/queries.ts";
import { count, plural } from "../../lib/words.ts";
import { useCheckIsDue } from "../flow-editor/draft/context.tsx";
import { Finding } from "./finding.tsx";
import { useCheckNow } from "./use-check-now.ts";

/** The tab's title, with how many things want a look. */
export function ChecksTitle({ findings }: { findings: readonly LintFinding[] }) {
  const grave = findings.some((finding) => finding.level === "error");
  return (
    <span className="inline-flex items-center gap-1.5">
      Checks
      {findings.length > 0 && (
        <span
          className={cx(
            "rounded-full px-1.5 text-meta font-semibold tabular",
            grave ? "bg-failure-soft text-failure" : "bg-warning-soft text-warning",
          )}
        >
          {count(findings.length)}
        </span>
      )}
    </span>
  );
}

/** What would fail at the next run, found before it does: renamed fields, deleted stages, people who left. `findings` are those that still hold. */
export function Checks({ flow, findings }: { flow: FlowDetail; findings: readonly LintFinding[] }) {
  const query = useQuery(lintQuery(flow.id));
  const again = useMutation(useCheckNow(flow.id));
  const isDue = useCheckIsDue() || query.isFetching;
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(view) => (
        <div className="max-w-3xl">
          <div className="mb-4 flex flex-wrap items-center gap-3">
            <p role="status" className="flex flex-1 items-center gap-2 text-ink-2">
              <Mark isDue={isDue} findings={findings} />
              <span>
                {isDue ? (
                  "Checking what was changed."
                ) : (
                  <>
                    {verdict(findings)} Checked <Time at={view.checkedAt} />.
                  </>
                )}
              </span>
            </p>
            <May scope="flows:try">
              <Button icon={<Icon of={RefreshCw} size={14} />} busy={again.isPending} onClick={() => again.mutate()}>
                Check again
              </Button>
            </May>
          </div>
          <div aria-busy={isDue} className={cx("flex flex-col gap-6 transition-opacity", isDue && "opacity-60")}>
            {levels.map(({ level, title }) => (
              <Level key={level} title={title} flowId={flow.id} findings={findings.filter((finding) => finding.level === level)} />
            ))}
          </div>
          <p className="mt-6 text-meta text-ink-3">
            Looked at: whether the fields are filled in, and whether the names, logins and addresses in them still exist and may be used.
            Millrace does it when the flow or one of its connections changes, and once a day while the flow is on. Nothing is written.
          </p>
        </div>
      )}
    </Loaded>
  );
}

const levels = [
  { level: "error", title: "Would make a run fail" },
  { level: "warning", title: "To look at; runs go on" },
] as const;

/** The findings of one weight, under what they mean. */
function Level({ title, flowId, findings }: { title: string; flowId: string; findings: readonly LintFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="mb-1 font-semibold">{title}</h2>
      <ul className="flex flex-col">
        {findings.map((finding) => (
          <Finding key={`${finding.at} ${finding.problem}`} flowId={flowId} finding={finding} />
        ))}
      </ul>
    </section>
  );
}

/** How the check went, beside its sentence. */
function Mark({ isDue, findings }: { isDue: boolean; findings: readonly LintFinding[] }) {
  if (isDue) return <Icon of={LoaderCircle} size={14} className="shrink-0 animate-turn text-ink-3" />;
  if (findings.length === 0) return <Icon of={CircleCheck} className="shrink-0 text-success" />;
  return null;
}

/** What was found, in a sentence. */
function verdict(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return "Every field, stage, calendar and person this flow names is there.";
  const errors = findings.filter((finding) => finding.level === "error").length;
  if (errors === 0) return `${plural(findings.length, "thing")} to look at; runs still work.`;
  return `${plural(errors, "thing")} would make a run fail.`;
}
