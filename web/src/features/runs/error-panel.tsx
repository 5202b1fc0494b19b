import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import type { RunDetail } from "#api/schemas.ts";
import { fieldPathLabel, saidOfField } from "#surfaces/said-of-field.ts";
import { CorrectData, Remedy } from "../../components/remedy.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import type { StoredError } from "../../lib/api.ts";
import { cx } from "../../lib/cx.ts";
import { fieldProblems, fixFor, isOfData, vendorSentence } from "../../lib/fix.ts";
import { lostInError } from "../../lib/lost-name.ts";
import { connectionsQuery } from "../../lib/queries.ts";

interface ErrorPanelProps {
  error: StoredError;
  run: RunDetail;
  onReplay?: () => void;
  replaying?: boolean;
}

/** What happened, what the other side said, why, and the thing to do as a button. Where a replay did the work since: only what happened. */
export function ErrorPanel({ error, run, onReplay, replaying = false }: ErrorPanelProps) {
  const isOver = run.replayedBy !== undefined;
  const vendor = vendorSentence(error);
  return (
    <div role="group" aria-label="What went wrong" className={cx("rounded-md px-4 py-3", isOver ? "bg-sunken" : "bg-failure-soft")}>
      <p className="font-medium text-ink">{saidOfField(error)}</p>
      {vendor !== null && (
        <blockquote className={cx("mt-2 border-l-2 pl-3 text-ink", isOver ? "border-line-strong" : "border-failure/50")}>
          {vendor}
        </blockquote>
      )}
      <FieldProblems error={error} />
      {!isOver && <p className="mt-1.5 text-ink-2">{fixFor(error).explain}</p>}
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {!isOver && <Ways error={error} run={run} replaying={replaying} {...(onReplay && { onReplay })} />}
        <code className="ml-auto font-mono text-meta text-ink-2">{error.code}</code>
      </div>
    </div>
  );
}

function FieldProblems({ error }: Pick<ErrorPanelProps, "error">) {
  const fields = fieldProblems(error);
  if (fields.length === 0) return null;
  return (
    <ul className="mt-2 flex flex-col gap-0.5" aria-label="Fields">
      {fields.map(([field, problem]) => (
        <li key={field}>
          <span className="font-medium" title={field}>
            {fieldPathLabel(field, error.details)}
          </span>{" "}
          {problem}
        </li>
      ))}
    </ul>
  );
}

/** What helps, the advised thing first. */
function Ways({ error, run, onReplay, replaying = false }: ErrorPanelProps) {
  const connections = useQuery(connectionsQuery()).data ?? [];
  const { remedy } = fixFor(error);
  const lost = run.attention ? lostInError(run.flow.id, error) : null;
  const corrects = run.finishedAt !== null && isOfData(error);
  return (
    <>
      {lost !== null && <UseInstead lost={lost} replay={[run.id]} primary />}
      {corrects && <CorrectData runId={run.id} />}
      <Remedy
        remedy={remedy}
        error={error}
        flowId={run.flow.id}
        connections={connections}
        isSecond={lost !== null || corrects}
        toChecks={lost !== null}
      />
      {onReplay !== undefined && (
        <Button
          kind={remedy === "replay" ? "primary" : "secondary"}
          busy={replaying}
          icon={<Icon of={RotateCcw} size={14} />}
          onClick={onReplay}
        >
          Replay from this step
        </Button>
      )}
    </>
  );
}
