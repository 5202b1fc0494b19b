import type { LintFinding } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { ApiError } from "../../lib/api.ts";
import { Finding } from "./finding.tsx";

/** What kept a flow from being published; null where it was something else. */
export function stopsIn(error: unknown): LintFinding[] | null {
  if (!(error instanceof ApiError) || error.code !== "FLOW_WOULD_FAIL") return null;
  const findings = error.details["findings"];
  return Array.isArray(findings) ? (findings as LintFinding[]) : null;
}

interface PublishStopProps {
  flowId: string;
  /** Whether an earlier version runs meanwhile. */
  running: boolean;
  stops: LintFinding[] | null;
  busy: boolean;
  onAnyway: () => void;
  /** Once what is listed is mended. */
  onAgain: () => void;
  onClose: () => void;
}

/** The list of what would make every run fail, before it does. */
export function PublishStop({ flowId, running, stops, busy, onAnyway, onAgain, onClose }: PublishStopProps) {
  return (
    <Dialog
      open={stops !== null}
      onClose={onClose}
      title="Not published: its runs would fail"
      about={`Fix what is listed and publish again.${running ? " Until then the version that runs now stays on." : ""}`}
      footer={
        <>
          <Button kind="quiet" disabled={busy} onClick={onAnyway} className="mr-auto">
            Publish anyway
          </Button>
          <Button onClick={onClose}>Go back</Button>
          <Button kind="primary" busy={busy} onClick={onAgain}>
            Publish again
          </Button>
        </>
      }
    >
      <ul className="flex flex-col">
        {stops?.map((finding) => (
          <Finding key={`${finding.at} ${finding.problem}`} flowId={flowId} finding={finding} onOpen={onClose} />
        ))}
      </ul>
    </Dialog>
  );
}
