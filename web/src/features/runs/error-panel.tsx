import { Link } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import type { RunDetail } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import type { StoredError } from "../../lib/api.ts";
import { blamedConnection, blamedHost, fieldProblems, fixFor, vendorSentence } from "../../lib/fix.ts";
import { fieldPathLabel, saidOfField } from "#surfaces/said-of-field.ts";
import { lostInError } from "../../lib/lost-name.ts";

interface ErrorPanelProps {
  error: StoredError;
  run: RunDetail;
  onReplay?: () => void;
  replaying?: boolean;
}

/** What happened, what the other side said, why, and the thing to do as a button. */
export function ErrorPanel({ error, run, onReplay, replaying = false }: ErrorPanelProps) {
  const fix = fixFor(error);
  const vendor = vendorSentence(error);
  const connection = blamedConnection(error);
  const fields = fieldProblems(error);
  const lost = run.attention ? lostInError(run.flow.id, error) : null;
  return (
    <div role="group" aria-label="What went wrong" className="rounded-md bg-failure-soft px-4 py-3">
      <p className="font-medium text-ink">{saidOfField(error)}</p>
      {vendor !== null && <blockquote className="mt-2 border-l-2 border-failure/50 pl-3 text-ink">{vendor}</blockquote>}
      {fields.length > 0 && (
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
      )}
      <p className="mt-1.5 text-ink-2">{fix.explain}</p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {lost !== null && <UseInstead lost={lost} replay={[run.id]} primary />}
        {onReplay !== undefined && (
          <Button
            kind={fix.remedy === "replay" ? "primary" : "secondary"}
            busy={replaying}
            icon={<Icon of={RotateCcw} size={14} />}
            onClick={onReplay}
          >
            Replay from this step
          </Button>
        )}
        {fix.remedy === "connection" && (
          <May scope="connections:write">
            <Button kind="primary" asChild>
              <Link to="/connections" search={connection === null ? {} : { renew: connection }}>
                {connection === null ? "Open connections" : `Reconnect ${connection}`}
              </Link>
            </Button>
          </May>
        )}
        {fix.remedy === "address" && (
          <May scope="settings:write">
            <Button kind="primary" asChild>
              <Link to="/connections" search={{ allow: blamedHost(error) ?? undefined }}>
                Allow this address
              </Link>
            </Button>
          </May>
        )}
        {fix.remedy === "flow" && (
          <Button kind={lost === null ? "primary" : "secondary"} asChild>
            <Link to="/flows/$flowId" params={{ flowId: run.flow.id }}>
              Open the flow
            </Link>
          </Button>
        )}
        <code className="ml-auto font-mono text-meta text-ink-2">{error.code}</code>
      </div>
    </div>
  );
}
