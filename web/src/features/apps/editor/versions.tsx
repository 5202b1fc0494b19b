import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { plural } from "../../../lib/words.ts";
import { type Definition, isShowable } from "../definition/types.ts";
import { appVersionsQuery, restoreQuery } from "../queries.ts";
import { ChangesList } from "./changes-list.tsx";
import { useEditing } from "./editing.ts";

/** What the definition was before. One of them is put into the forms, and counts once it is saved. */
export function Versions({ id, revision }: { id: string; revision: number }) {
  const versions = useQuery(appVersionsQuery(id, revision));
  const [looking, setLooking] = useState<number | null>(null);
  return (
    <div className="max-w-3xl">
      <p className="mb-3 text-ink-2">The newest fifty are kept. Flows always use the newest.</p>
      <Loaded query={versions} skeleton={<SkeletonRows rows={4} />}>
        {(all) => (
          <ul>
            {all.map((version) => (
              <li key={version.revision} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line py-2">
                <span className="w-24 shrink-0 font-medium tabular">Version {version.revision}</span>
                <span className="min-w-0 flex-1 basis-56 text-ink-2">
                  <Time at={version.at} />
                  {version.by?.startsWith("session:") && " in a browser"}
                  {version.by !== null && !version.by.startsWith("session:") && (
                    <>
                      {" "}
                      by <bdi>{version.by}</bdi>
                    </>
                  )}{" "}
                  · {plural(version.operations, "operation")}, {plural(version.triggers, "trigger")}
                </span>
                {version.revision === revision ? (
                  <span className="text-meta text-ink-3">in use</span>
                ) : (
                  <Button small onClick={() => setLooking(version.revision)}>
                    Compare
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {looking !== null && <Restore id={id} revision={looking} current={revision} onClose={() => setLooking(null)} />}
    </div>
  );
}

interface RestoreProps {
  id: string;
  revision: number;
  current: number;
  onClose: () => void;
}

/** What an earlier version would change, and the way back to it. */
function Restore({ id, revision, current, onClose }: RestoreProps) {
  const { edit, mayWrite } = useEditing();
  const query = useQuery(restoreQuery(id, revision, current));
  const definition = query.data?.definition;
  const restore = (old: Definition) => {
    edit(() => ({ definition: old, guesses: {} }));
    onClose();
  };
  return (
    <Dialog
      open
      shape="sheet"
      onClose={onClose}
      title={`Version ${revision}`}
      about="Differences from the current version. A loaded version is used once you save."
      footer={
        mayWrite &&
        isShowable(definition) && (
          <Button kind="primary" onClick={() => restore(definition)}>
            Load version {revision}
          </Button>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
        {({ comparison }) => <ChangesList comparison={comparison} />}
      </Loaded>
    </Dialog>
  );
}
