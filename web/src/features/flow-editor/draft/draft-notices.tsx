import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { api } from "../../../lib/api.ts";
import { flowQuery } from "../../../lib/queries.ts";
import { useDraft, useDraftPart } from "./context.tsx";

/** What a person has to decide about the draft: edits that were never saved, somebody else's change, and why a save is refused. */
export function DraftNotices({ flowId }: { flowId: string }) {
  const draft = useDraft();
  const save = useDraftPart((view) => view.save);
  const offered = useDraftPart((view) => view.offered);
  const revision = useDraftPart((view) => view.revision);
  return (
    <>
      {offered !== null && (
        <Notice
          actions={
            <>
              <Button small onClick={draft.discardOffered}>
                Discard them
              </Button>
              <Button small kind="primary" onClick={draft.takeUp}>
                Take them up
              </Button>
            </>
          }
        >
          <p className="font-medium">There are edits of yours that were not saved.</p>
          <p className="text-ink-2">
            From <Time at={offered.at} />. They are kept in this browser only.
            {offered.revision < revision && " The draft was saved since: taking them up replaces that, and undo brings it back."}
          </p>
        </Notice>
      )}
      {save.kind === "conflict" && <Conflict flowId={flowId} message={save.message} />}
      {save.kind === "refused" && (
        <Notice>
          <p className="font-medium">Not saved. {save.message}</p>
          <p className="text-ink-2">Your edits are kept in this browser until they can be saved.</p>
        </Notice>
      )}
      {save.kind === "retrying" && (
        <Notice>
          <p className="font-medium">Not saved. {save.message}</p>
          <p className="text-ink-2">It is tried again by itself. Your edits are kept in this browser meanwhile.</p>
        </Notice>
      )}
    </>
  );
}

/** Somebody else saved the same draft: one of the two counts, and both can be brought back by undo. */
function Conflict({ flowId, message }: { flowId: string; message: string }) {
  const draft = useDraft();
  const cache = useQueryClient();
  const take = useMutation({
    mutationFn: () => api.flows.get({ id: flowId }),
    onSuccess: (theirs) => {
      draft.takeTheirs(theirs);
      cache.setQueryData(flowQuery(flowId).queryKey, theirs);
    },
  });
  return (
    <Notice
      actions={
        <>
          <Button small busy={take.isPending} onClick={() => take.mutate()}>
            Take theirs
          </Button>
          <Button small kind="primary" onClick={draft.keepMine}>
            Keep mine
          </Button>
        </>
      }
    >
      <p className="font-medium">Somebody else changed this draft while you did.</p>
      <p className="text-ink-2">{message} If you take theirs, undo brings yours back.</p>
    </Notice>
  );
}

function Notice({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div role="alert" className="mb-4 flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">{children}</div>
      {actions !== undefined && <div className="flex gap-2">{actions}</div>}
    </div>
  );
}
