import { Hand } from "lucide-react";
import { useState } from "react";
import type { SyncView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { count, plural } from "../../lib/words.ts";
import { type BothWords, otherSide } from "./types.ts";
import { useSyncActions } from "./use-sync-actions.ts";

/** Many records are gone on one side: nothing is deleted on the other before somebody says so. */
export function AskingPanel({ sync, words }: { sync: SyncView; words: BothWords }) {
  const { answer } = useSyncActions(sync);
  const [isSure, setSure] = useState(false);
  if (sync.asking === null) return null;
  const { side, deletions, of, examples } = sync.asking;
  const gone = words[side];
  const kept = words[otherSide(side)];
  const archives = sync.definition.deletes[otherSide(side)] === "archive";
  const does = archives ? "archive" : "delete";
  const what = plural(deletions, kept.one, kept.many);
  return (
    <section aria-labelledby="asking" className="rounded-lg border border-held bg-held-soft p-4">
      <div className="flex items-start gap-3">
        <Icon of={Hand} className="mt-0.5 shrink-0 text-held" />
        <div className="min-w-0 flex-1">
          <h2 id="asking" className="text-body font-semibold">
            {count(deletions)} of {plural(of, gone.one, gone.many)} {deletions === 1 ? "was" : "were"} deleted in <bdi>{gone.account}</bdi>.{" "}
            {archives ? "Archive" : "Delete"} them in <bdi>{kept.account}</bdi> too?
          </h2>
          <p className="mt-1 text-ink-2">
            The sync waits. Nothing is {archives ? "archived" : "deleted"} before you allow it, and other changes are caught up with
            afterwards.
          </p>
          {examples.length > 0 && (
            <p className="mt-2">
              <span className="text-ink-2">Among them: </span>
              {examples.map((name, at) => (
                <span key={`${at} ${name}`}>
                  {at > 0 && ", "}
                  <bdi>{name}</bdi>
                </span>
              ))}
              {deletions > examples.length && ` and ${plural(deletions - examples.length, "other")}`}
            </p>
          )}
          <May scope="runs:write" otherwise={<p className="mt-3 text-ink-2">Somebody who may decide of runs has to answer.</p>}>
            <div className="mt-3 flex flex-wrap gap-2">
              <Button busy={answer.isPending} onClick={() => answer.mutate(false)}>
                Leave them and unlink
              </Button>
              <Button kind="danger" onClick={() => setSure(true)}>
                {`${archives ? "Archive" : "Delete"} ${what}`}
              </Button>
            </div>
          </May>
        </div>
      </div>
      <Confirm
        open={isSure}
        onClose={() => setSure(false)}
        title={`${archives ? "Archive" : "Delete"} ${what} in ${kept.account}?`}
        action={`${archives ? "Archive" : "Delete"} ${what}`}
        busy={answer.isPending}
        onConfirm={() => answer.mutate(true, { onSettled: () => setSure(false) })}
      >
        {archives
          ? `${kept.account} can bring them back.`
          : `The sync will ${does} them one after the other. ${kept.account} may not be able to bring them back.`}
      </Confirm>
    </section>
  );
}
