import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { CircleAlert, CircleCheck, LoaderCircle, type LucideIcon, RotateCw, TriangleAlert } from "lucide-react";
import { toast } from "sonner";
import { Button } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { cx } from "../../../lib/cx.ts";
import { syncQuery } from "../../../lib/queries.ts";
import type { SaveState } from "../../flow-editor/draft/saver.ts";
import { useDraftPart, useSyncDraft } from "./draft-context.tsx";

const looks: Record<SaveState["kind"], { word: string; icon: LucideIcon; tone: string; turns?: true }> = {
  saved: { word: "Saved", icon: CircleCheck, tone: "text-ink-3" },
  saving: { word: "Saving", icon: LoaderCircle, tone: "text-ink-3", turns: true },
  retrying: { word: "Not saved, trying again", icon: RotateCw, tone: "text-warning" },
  refused: { word: "Not saved", icon: CircleAlert, tone: "text-failure" },
  conflict: { word: "Not saved: changed elsewhere", icon: TriangleAlert, tone: "text-warning" },
};

/** Says whether what is on the page is saved. */
export function SaveWord() {
  const save = useDraftPart((view) => view.save);
  const look = looks[save.kind];
  return (
    <span role="status" className={cx("inline-flex items-center gap-1.5", look.tone)}>
      <Icon of={look.icon} size={14} className={look.turns ? "animate-turn" : ""} />
      {look.word}
    </span>
  );
}

/** What a person has to decide about what is not saved. */
export function SaveBar({ syncId }: { syncId: string }) {
  const draft = useSyncDraft();
  const save = useDraftPart((view) => view.save);
  const isHeld = useDraftPart((view) => view.isHeld);
  const saving = useMutation({
    mutationFn: () => draft.saveNow(),
    onSuccess: ({ kind }) => kind === "saved" && toast.success("Saved. It counts from the next change on."),
  });
  return (
    <>
      {save.kind === "conflict" && <Conflict syncId={syncId} message={save.message} />}
      {(save.kind === "refused" || save.kind === "retrying") && (
        <p role="alert" className="mb-4 rounded-md bg-failure-soft px-4 py-3">
          <span className="font-medium">Not saved. </span>
          {save.message}
        </p>
      )}
      {isHeld && (
        <div className="sticky top-0 z-10 mb-4 flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3">
          <p role="status" className="min-w-0 flex-1 basis-64">
            <span className="font-medium">Your changes are not saved.</span> The sync goes on as it was until then.
          </p>
          <Button small onClick={draft.discard}>
            Discard changes
          </Button>
          <Button small kind="primary" busy={saving.isPending} onClick={() => saving.mutate()}>
            Save changes
          </Button>
        </div>
      )}
      <Leaving isHeld={isHeld} />
    </>
  );
}

function Conflict({ syncId, message }: { syncId: string; message: string }) {
  const draft = useSyncDraft();
  const cache = useQueryClient();
  const take = useMutation({
    mutationFn: () => api.syncs.get({ id: syncId }),
    onSuccess: (theirs) => {
      draft.takeTheirs(theirs);
      cache.setQueryData(syncQuery(syncId).queryKey, theirs);
    },
  });
  return (
    <div role="alert" className="mb-4 flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">Somebody else changed this sync while you did.</p>
        <p className="text-ink-2">{message}</p>
      </div>
      <Button small busy={take.isPending} onClick={() => take.mutate()}>
        Take theirs
      </Button>
      <Button small kind="primary" onClick={draft.keepMine}>
        Keep mine
      </Button>
    </div>
  );
}

/** Asks before changes are left behind. */
function Leaving({ isHeld }: { isHeld: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isHeld && current.pathname !== next.pathname,
    enableBeforeUnload: isHeld,
    withResolver: true,
  });
  return (
    <Confirm
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      action="Leave"
      onConfirm={() => blocker.proceed?.()}
    >
      What you changed in this sync is not saved yet.
    </Confirm>
  );
}
