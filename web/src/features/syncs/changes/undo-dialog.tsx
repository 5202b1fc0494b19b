import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { SyncView } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { syncsQuery } from "../../../lib/queries.ts";
import { count, plural } from "../../../lib/words.ts";
import type { BothWords } from "../types.ts";
import { WriteRow } from "./write-row.tsx";
import { undoWords } from "./write-words.ts";

type UndoReply = Awaited<ReturnType<typeof api.syncs.undo>>;

/** What is undone: all that one job wrote, or the chosen changes. */
export type Undone = { batch: string } | { writes: string[] };

/** How many records it would write, as far as is known: those that are left are none of them. */
const toUndo = (reply: Pick<UndoReply, "count" | "left"> | undefined): number => (reply ? reply.count - reply.left.length : 0);

interface UndoDialogProps {
  sync: SyncView;
  words: BothWords;
  /** Null: it is closed. */
  what: Undone | null;
  onClose: () => void;
  onDone: () => void;
}

/** Shows what an undo would write before it does. */
export function UndoDialog({ sync, words, what, onClose, onDone }: UndoDialogProps) {
  const cache = useQueryClient();
  const preview = useQuery({
    queryKey: ["sync-undo", sync.id, what],
    queryFn: () => api.syncs.undo({ id: sync.id, body: { ...what, dry: true } }),
    enabled: what !== null,
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const undo = useMutation({
    mutationFn: () => api.syncs.undo({ id: sync.id, body: { ...what, dry: false } }),
    meta: { quiet: true },
    onSuccess: ({ count: n }) => {
      void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
      toast.success(`${plural(n, "record")} ${n === 1 ? "is" : "are"} being put back`);
      onDone();
    },
  });
  const n = toUndo(preview.data);
  return (
    <Dialog
      open={what !== null}
      onClose={onClose}
      shape="sheet"
      title="Undo what the sync wrote"
      about="This is what would be written. Nothing is until you say so."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={n === 0} busy={undo.isPending} onClick={() => undo.mutate()}>
            {n === 0 ? "Undo" : `Undo ${plural(n, "change")}`}
          </Button>
        </>
      }
    >
      <Loaded query={preview} skeleton={<SkeletonRows rows={4} />}>
        {(reply) => (
          <div className="flex flex-col gap-4">
            <p>{undoWords(reply.undo, toUndo(reply))}</p>
            {undo.error !== null && <Problem>{messageOf(undo.error)}</Problem>}
            {reply.undo.length > 0 && (
              <ul aria-label="What would be written" className="flex flex-col">
                {reply.undo.map((write) => (
                  <WriteRow key={write.id} syncId={sync.id} write={write} words={words} isPlanned />
                ))}
              </ul>
            )}
            {toUndo(reply) > reply.undo.length && <p className="text-ink-3">And {count(toUndo(reply) - reply.undo.length)} more.</p>}
            {reply.left.length > 0 && (
              <section aria-label="Left as they are">
                <h3 className="mb-1 font-medium">Left as they are</h3>
                <ul className="flex flex-col gap-1">
                  {reply.left.map(({ name, why }, at) => (
                    <li key={`${at} ${name}`} className="text-ink-2">
                      <bdi className="font-medium text-ink">{name}</bdi>: {why}
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
