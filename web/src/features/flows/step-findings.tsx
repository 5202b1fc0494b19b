import type { LintFinding } from "#api/schemas.ts";
import { Finding } from "./finding.tsx";

/** What would fail here, with what mends it. */
export function StepFindings({ flowId, findings }: { flowId: string; findings: readonly LintFinding[] }) {
  return (
    <ul aria-label="What the check found here" className="flex flex-col">
      {findings.map((finding) => (
        <Finding key={`${finding.at} ${finding.problem}`} flowId={flowId} finding={finding} beside />
      ))}
    </ul>
  );
}
