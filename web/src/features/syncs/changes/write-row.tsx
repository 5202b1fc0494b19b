import { Link } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import type { SyncWriteView } from "#api/schemas.ts";
import { FieldChanges } from "../../../components/change.tsx";
import { Time } from "../../../components/time.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import type { BothWords } from "../types.ts";
import { writeWords } from "./write-words.ts";

interface WriteRowProps {
  syncId: string;
  write: SyncWriteView;
  words: BothWords;
  /** Without it the change cannot be chosen. */
  selection?: { isChosen: boolean; onChoose: (chosen: boolean) => void } | undefined;
  /** The pair is known by the page already. */
  hidesPair?: boolean;
  /** It would be written; it is not yet. */
  isPlanned?: boolean;
}

/** One thing that was written: to whom, where, and what from what. */
export function WriteRow({ syncId, write, words, selection, hidesPair = false, isPlanned = false }: WriteRowProps) {
  const says = writeWords(write, words, isPlanned);
  return (
    <li className="flex gap-3 border-b border-line py-2.5">
      {selection !== undefined && (
        <span className="pt-0.5">
          {write.undone ? (
            <span className="block size-4" />
          ) : (
            <Checkbox checked={selection.isChosen} onChange={selection.onChoose} label={`Choose the change of ${write.name}`} />
          )}
        </span>
      )}
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          {!hidesPair && (
            <Link
              to="/syncs/$syncId/pairs/$pairId"
              params={{ syncId, pairId: write.linkId }}
              className="min-w-0 truncate font-medium hover:underline hover:underline-offset-2"
            >
              <bdi>{write.name}</bdi>
            </Link>
          )}
          <span className="text-ink-2">{says}</span>
          {write.batch !== null && !isPlanned && (
            <Link
              to="/syncs/$syncId"
              params={{ syncId }}
              search={{ tab: "changes", batch: write.batch }}
              className="text-meta text-ink-3 underline decoration-line-strong underline-offset-2 hover:text-ink"
            >
              with a job
            </Link>
          )}
          {write.undone && (
            <span className="inline-flex items-center gap-1 text-meta text-ink-3">
              <Icon of={Undo2} size={12} />
              undone
            </span>
          )}
          {!isPlanned && (
            <Link
              to="/runs/$runId"
              params={{ runId: write.runId }}
              title="Show its run"
              className="ml-auto shrink-0 text-meta text-ink-3 hover:text-ink hover:underline"
            >
              <Time at={write.at} />
            </Link>
          )}
        </p>
        {write.changes.length > 0 && (
          <dl className="mt-1 grid grid-cols-[minmax(5rem,9rem)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-meta">
            <FieldChanges
              unread={write.kind === "create"}
              changes={write.changes.map(({ field, label, before, after }) => ({ field, label, old: before, new: after }))}
            />
          </dl>
        )}
      </div>
    </li>
  );
}
