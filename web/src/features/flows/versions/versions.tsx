import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail, VersionView } from "#api/schemas.ts";
import { May } from "../../../components/may.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../../components/ui/state.tsx";
import { api } from "../../../lib/api.ts";
import { comparisonQuery, flowQuery, flowsQuery, versionsQuery } from "../../../lib/queries.ts";
import { useDraft } from "../../flow-editor/draft/context.tsx";
import { ChangeList } from "../../../components/change-list.tsx";
import { VersionSheet } from "./version-sheet.tsx";

/** The published versions: shown, compared, and restored as the draft. */
export function Versions({ flow, compare }: { flow: FlowDetail; compare: number | undefined }) {
  const query = useQuery(versionsQuery(flow.id, flow.version));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
      {(versions) =>
        versions.length === 0 ? (
          <Empty icon={History}>Each time the flow is published, the version is kept here. A run ends on the version it began with.</Empty>
        ) : (
          <div className="grid grid-cols-1 gap-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
            <VersionList flow={flow} versions={versions} />
            {(versions.length > 1 || flow.changed) && <Comparison flow={flow} versions={versions} compare={compare} />}
          </div>
        )
      }
    </Loaded>
  );
}

function VersionList({ flow, versions }: { flow: FlowDetail; versions: readonly VersionView[] }) {
  const [shown, setShown] = useState<number | null>(null);
  const [restoring, setRestoring] = useState<number | null>(null);
  const restore = useRestore(flow, () => setRestoring(null));
  return (
    <section>
      <h2 className="mb-2 text-section font-semibold">Versions</h2>
      <ol className="divide-y divide-line border-y border-line">
        {versions.map(({ version, published, publishedAt, who, note }) => (
          <li key={version} className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-2 py-2">
            <span className="font-medium">Version {version}</span>
            {published && <span className="rounded-sm bg-success-soft px-1.5 text-success">Published</span>}
            <span className="text-ink-3">
              <Time at={publishedAt} />
              {who !== null && (
                <>
                  {" "}
                  by <bdi>{who}</bdi>
                </>
              )}
            </span>
            <span className="ml-auto flex gap-2">
              <Button small onClick={() => setShown(version)} aria-label={`View version ${version}`}>
                View
              </Button>
              <May scope="flows:write">
                <Button small onClick={() => setRestoring(version)} aria-label={`Restore version ${version}`}>
                  Restore
                </Button>
              </May>
            </span>
            {note !== null && (
              <p className="w-full break-words text-ink-2">
                <bdi>{note}</bdi>
              </p>
            )}
          </li>
        ))}
      </ol>
      <VersionSheet flowId={flow.id} version={shown} onClose={() => setShown(null)} />
      <Confirm
        open={restoring !== null}
        onClose={() => setRestoring(null)}
        title={`Restore version ${restoring}?`}
        action="Restore version"
        harmless
        busy={restore.isPending}
        onConfirm={() => restoring !== null && restore.mutate(restoring)}
      >
        The draft becomes what version {restoring} was{flow.changed ? ", and what was changed in it since is gone" : ""}. What runs now
        stays on until you publish.
      </Confirm>
    </section>
  );
}

/** Makes a version the draft. What is being typed is saved before, so that nobody's save comes after it. */
function useRestore(flow: FlowDetail, onDone: () => void) {
  const cache = useQueryClient();
  const draft = useDraft();
  return useMutation({
    mutationFn: async (version: number) => {
      await draft.flush();
      return api.flows.restore({ id: flow.id, body: { version } });
    },
    onSuccess: async (restored, version) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, restored);
      await Promise.all([
        cache.invalidateQueries({ queryKey: comparisonQuery(flow.id, "", "").queryKey.slice(0, 3) }),
        cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true }),
      ]);
      toast.success(`The draft is version ${version} again. Publish it to let it run`);
      onDone();
    },
    onSettled: onDone,
  });
}

interface ComparisonProps {
  flow: FlowDetail;
  versions: readonly VersionView[];
  /** The version that is compared with the one before it at first; otherwise the newest state is. */
  compare: number | undefined;
}

/** Two states of the flow, and what is different between them. */
function Comparison({ flow, versions, compare }: ComparisonProps) {
  const [first] = useState(() => comparedAtFirst(flow, versions, compare));
  const [from, setFrom] = useState(first.from);
  const [to, setTo] = useState(first.to);
  const query = useQuery(comparisonQuery(flow.id, from, to, flow.revision));
  return (
    <section>
      <h2 className="mb-2 text-section font-semibold">What changed</h2>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <span className="text-ink-2">From</span>
        <VersionChoice label="The earlier state" value={from} versions={versions} onChange={setFrom} />
        <span className="text-ink-2">to</span>
        <VersionChoice label="The later state" value={to} versions={versions} onChange={setTo} />
      </div>
      <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
        {({ changes }) => <ChangeList label="What changed" changes={changes} />}
      </Loaded>
    </section>
  );
}

function comparedAtFirst(flow: FlowDetail, versions: readonly VersionView[], compare: number | undefined): { from: string; to: string } {
  const isThere = (version: number) => versions.some((one) => one.version === version);
  if (compare !== undefined && isThere(compare) && isThere(compare - 1)) return { from: String(compare - 1), to: String(compare) };
  const [newest, older] = versions;
  return flow.changed
    ? { from: String(newest!.version), to: "draft" }
    : { from: String((older ?? newest)!.version), to: String(newest!.version) };
}

interface VersionChoiceProps {
  label: string;
  value: string;
  versions: readonly VersionView[];
  onChange: (value: string) => void;
}

function VersionChoice({ label, value, versions, onChange }: VersionChoiceProps) {
  return (
    <Select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="draft">The draft</option>
      {versions.map(({ version, published }) => (
        <option key={version} value={version}>
          Version {version}
          {published ? " (published)" : ""}
        </option>
      ))}
    </Select>
  );
}
