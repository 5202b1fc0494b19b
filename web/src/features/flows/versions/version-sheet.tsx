import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { JsonView } from "../../../components/json-view.tsx";
import { Time } from "../../../components/time.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { versionQuery } from "../../../lib/queries.ts";

/** On demand: it brings the words of templates. */
const VersionSteps = lazy(() => import("./version-steps.tsx").then(({ VersionSteps: part }) => ({ default: part })));

interface VersionSheetProps {
  flowId: string;
  /** Null: closed. */
  version: number | null;
  onClose: () => void;
}

/** One published version: as a sentence, step by step in the words of the editor, and on demand as it was written. */
export function VersionSheet({ flowId, version, onClose }: VersionSheetProps) {
  return (
    <Dialog shape="sheet" open={version !== null} onClose={onClose} title={`Version ${version}`}>
      {version !== null && <Content flowId={flowId} version={version} />}
    </Dialog>
  );
}

function Content({ flowId, version }: { flowId: string; version: number }) {
  const query = useQuery(versionQuery(flowId, version));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
      {({ sentence, definition, publishedAt, who, note }) => (
        <div className="flex flex-col gap-4">
          <p className="text-ink-3">
            Published <Time at={publishedAt} />
            {who !== null && (
              <>
                {" "}
                by <bdi>{who}</bdi>
              </>
            )}
          </p>
          {note !== null && (
            <p className="break-words">
              <bdi>{note}</bdi>
            </p>
          )}
          <p className="text-body break-words">
            <bdi>{sentence}</bdi>
          </p>
          <Suspense fallback={<SkeletonRows rows={definition.steps.length} />}>
            <VersionSteps definition={definition} />
          </Suspense>
          <Disclosure summary={<span className="text-ink-2">As JSON</span>}>
            <JsonView value={definition} label={`version ${version}`} open={4} />
          </Disclosure>
        </div>
      )}
    </Loaded>
  );
}
