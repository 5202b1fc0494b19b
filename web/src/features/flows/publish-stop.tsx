import { useState } from "react";
import type { FlowDefinition, FlowDetail, LintFinding } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { ApiError } from "../../lib/api.ts";
import { unready } from "../flow-editor/draft/unready.ts";
import { Finding } from "./finding.tsx";

const longestWhy = 200;
const longestNote = 500;

/** The note of a version that was published although something stood against it. */
export const noteAnyway = (note: string, why: string): string =>
  [`Published anyway: ${why}`, ...(note.trim() === "" ? [] : [note.trim()])].join(". ").slice(0, longestNote);

/** What keeps a flow from being published. */
export interface Stops {
  findings: readonly LintFinding[];
  /** It lacks something, so it cannot run at all; else it can be published although its runs would fail. */
  isUnready: boolean;
}

/** Null where it was something else. */
export function stopsIn(error: unknown, definition: FlowDefinition): Stops | null {
  if (!(error instanceof ApiError)) return null;
  const { findings, problems } = error.details;
  if (error.code === "FLOW_WOULD_FAIL" && Array.isArray(findings)) return { findings: findings as LintFinding[], isUnready: false };
  if (error.code === "FLOW_NOT_READY" && Array.isArray(problems)) {
    const lacks = unready(problems as FlowDetail["problems"], definition);
    return { findings: lacks, isUnready: true };
  }
  return null;
}

interface PublishStopProps {
  flowId: string;
  /** Whether an earlier version runs meanwhile. */
  running: boolean;
  stops: Stops | null;
  busy: boolean;
  /** Publishes it all the same, for a reason that is kept with the version. */
  onAnyway: (why: string) => void;
  /** Once something that is listed is mended here. */
  onAgain: () => void;
  onClose: () => void;
}

function titleOf(stops: Stops | null): string {
  if (stops?.isUnready === true) return "Not published: something is missing";
  return isOnlyLeft(stops) ? "Not published: something is left to do" : "Not published: its runs would fail";
}

/** Whether no run would fail of what stops it. */
const isOnlyLeft = (stops: Stops | null): boolean => stops !== null && stops.findings.every(({ holds }) => holds === true);

/** The list of what the flow lacks, or what would make every run fail, before it does. */
export function PublishStop({ flowId, running, stops, busy, onAnyway, onAgain, onClose }: PublishStopProps) {
  const [mended, setMended] = useState<Stops | null>(null);
  const isMended = stops !== null && mended === stops;
  const [why, setWhy] = useState("");
  /** What was stopped when somebody wanted to publish it all the same. */
  const [overruled, setOverruled] = useState<Stops | null>(null);
  const asks = stops !== null && overruled === stops;
  const isSaid = why.trim() !== "";
  return (
    <Dialog
      open={stops !== null}
      onClose={onClose}
      title={titleOf(stops)}
      about={`${isOnlyLeft(stops) ? "Do what is listed and mark it as done" : "Fix what is listed"}, then publish.${running ? " Until then the version that runs now stays on." : ""}`}
      footer={
        <>
          {stops?.isUnready === false && (
            <Button
              kind="quiet"
              disabled={busy || (asks && !isSaid)}
              onClick={() => (asks ? onAnyway(why.trim()) : setOverruled(stops))}
              className="mr-auto"
            >
              Publish anyway
            </Button>
          )}
          <Button kind={isMended ? "secondary" : "primary"} onClick={onClose}>
            Go back
          </Button>
          {isMended && (
            <Button kind="primary" busy={busy} onClick={onAgain}>
              Publish again
            </Button>
          )}
        </>
      }
    >
      <ul className="flex flex-col">
        {stops?.findings.map((finding) => (
          <Finding
            key={`${finding.at} ${finding.problem}`}
            flowId={flowId}
            finding={finding}
            onOpen={onClose}
            onMended={() => setMended(stops)}
          />
        ))}
      </ul>
      {asks && (
        <div className="mt-4">
          <Field label="Why publish it anyway?" hint="One line, kept with the version for whoever looks at it later.">
            {(ids) => <Input {...ids} autoFocus maxLength={longestWhy} value={why} onChange={(event) => setWhy(event.target.value)} />}
          </Field>
        </div>
      )}
    </Dialog>
  );
}
