import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LoaderCircle, RefreshCw } from "lucide-react";
import type { FlowDetail, LintFinding, LintView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { cx } from "../../lib/cx.ts";
import { flowsQuery, lintQuery } from "../../lib/queries.ts";
import { count, plural } from "../../lib/words.ts";
import { useCheckIsDue } from "../flow-editor/draft/context.tsx";
import { Finding } from "./finding.tsx";

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
              {isDue && <Icon of={LoaderCircle} size={14} className="shrink-0 animate-turn text-ink-3" />}
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
          <ul aria-busy={isDue} className={cx("flex flex-col transition-opacity", isDue && "opacity-60")}>
            {findings.map((finding) => (
              <Finding key={`${finding.at} ${finding.problem}`} flowId={flow.id} finding={finding} />
            ))}
          </ul>
        </div>
      )}
    </Loaded>
  );
}

/** Looks now, and shows it wherever it is told. */
export function useCheckNow(flowId: string) {
  const cache = useQueryClient();
  return {
    mutationFn: () => api.flows.lintNow({ id: flowId }),
    onSuccess: (view: LintView) => {
      cache.setQueryData(lintQuery(flowId).queryKey, view);
      return cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
    },
  };
}

/** What was found, in a sentence. */
function verdict(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return "Every field, stage, calendar and person this flow names is there.";
  const errors = findings.filter((finding) => finding.level === "error").length;
  if (errors === 0) return `${plural(findings.length, "thing")} to look at; runs still work.`;
  return `${plural(errors, "thing")} would make a run fail.`;
}
