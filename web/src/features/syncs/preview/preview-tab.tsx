import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight, ListChecks, Play } from "lucide-react";
import type { ReactNode } from "react";
import type { SyncPreview, SyncView } from "#api/schemas.ts";
import { lowerFirst } from "#kernel/words.ts";
import { May } from "../../../components/may.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonCards } from "../../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../../components/ui/state.tsx";
import { api } from "../../../lib/api.ts";
import { syncPreviewQuery, syncProblemsQuery } from "../../../lib/queries.ts";
import { count, plural } from "../../../lib/words.ts";
import { useDraftPart, useSyncDraft } from "../edit/draft-context.tsx";
import { mayStart } from "../edit/edits.ts";
import { ProblemLines } from "../edit/problem-lines.tsx";
import { ProgressBar } from "../progress-bar.tsx";
import type { BothWords } from "../types.ts";
import { useSideWords } from "../use-side-words.ts";
import { useSyncActions } from "../use-sync-actions.ts";
import { costWords, kindWords, type PreviewKind, previewKinds, readWords } from "./preview-words.ts";

/** What a first sync would do, and the start. */
export function PreviewTab({ sync }: { sync: SyncView }) {
  const query = useQuery(syncPreviewQuery(sync.id));
  const problems = useQuery(syncProblemsQuery(sync.id, sync.revision));
  const words = useSideWords(sync.definition);
  const begin = useBegin(sync.id);
  const errors = (problems.data ?? []).filter(({ level }) => level === "error");
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      {errors.length > 0 && (
        <div role="alert" className="flex flex-col gap-2 rounded-md bg-failure-soft px-4 py-3">
          <p className="font-medium">{plural(errors.length, "thing")} to set right before it can start</p>
          <ProblemLines problems={errors} />
          <Button small asChild className="self-start">
            <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "setup" }} replace>
              Open the set-up
            </Link>
          </Button>
        </div>
      )}
      <Loaded query={query} skeleton={<SkeletonCards cards={2} />}>
        {(preview) => <Previewed preview={preview} words={words} begin={begin} mayBegin={errors.length === 0} />}
      </Loaded>
      <Start sync={sync} isReady={mayStart(problems.data)} />
    </div>
  );
}

type Begin = ReturnType<typeof useBegin>;

/** Works out anew what a first sync would do, with what is on the page. */
function useBegin(id: string) {
  const cache = useQueryClient();
  const draft = useSyncDraft();
  return useMutation({
    mutationFn: async () => {
      await draft.saveNow();
      return api.syncs.startPreview({ id });
    },
    onSuccess: (preview) => cache.setQueryData(syncPreviewQuery(id).queryKey, preview),
  });
}

interface PreviewedProps {
  preview: SyncPreview;
  words: BothWords;
  begin: Begin;
  mayBegin: boolean;
}

function Previewed({ preview, words, begin, mayBegin }: PreviewedProps) {
  const button = (title: string, kind: "primary" | "secondary") => (
    <May scope="flows:try">
      <Button
        kind={kind}
        icon={<Icon of={ListChecks} size={14} />}
        disabled={!mayBegin}
        busy={begin.isPending}
        onClick={() => begin.mutate()}
      >
        {title}
      </Button>
    </May>
  );
  if (preview.state === "none")
    return (
      <Empty icon={ArrowLeftRight} action={button("Preview first sync", "primary")}>
        Millrace reads both sides and shows which records belong together, which ones would be created, and what it cannot decide. Nothing
        is written.
      </Empty>
    );
  if (preview.state === "reading")
    return (
      <div role="status" className="flex flex-col gap-2 rounded-lg border border-line p-4">
        <p className="font-medium">Working it out</p>
        <p className="text-ink-2 tabular">{readWords(preview, words)} so far. You can leave this page.</p>
        <ProgressBar label="Reading both sides" share={null} />
      </div>
    );
  if (preview.state === "failed")
    return (
      <div role="alert" className="flex flex-wrap items-center gap-3 rounded-md bg-failure-soft px-4 py-3">
        <p className="min-w-0 flex-1 basis-64">{preview.problem ?? "The preview could not be worked out."}</p>
        {button("Try again", "secondary")}
      </div>
    );
  return <Ready preview={preview} words={words} again={button("Preview again", "secondary")} />;
}

function Ready({ preview, words, again }: { preview: SyncPreview; words: BothWords; again: ReactNode }) {
  const there = previewKinds.filter((kind) => preview.counts[kind] > 0);
  const cost = costWords(preview);
  return (
    <section aria-label="What the first sync would do" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-64 text-ink-2">
          {readWords(preview, words)}
          {preview.at !== null && (
            <>
              , <Time at={preview.at} />
            </>
          )}
          . Nothing was written.
        </p>
        {again}
      </div>
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {previewKinds.slice(0, 4).map((kind) => (
          <div key={kind} className="min-w-0 rounded-lg border border-line px-4 py-3">
            <dt className="truncate text-meta text-ink-3" title={kindWords(kind, words).title}>
              {kindWords(kind, words).title}
            </dt>
            <dd className="text-section font-semibold tabular">{count(preview.counts[kind])}</dd>
          </div>
        ))}
      </dl>
      <ul className="flex flex-col">
        {there.map((kind) => (
          <li key={kind} className="border-b border-line py-1">
            <Examples kind={kind} preview={preview} words={words} />
          </li>
        ))}
      </ul>
      {there.length === 0 && <p className="text-ink-2">Neither side has a record that takes part.</p>}
      {cost !== null && <p className="font-medium">{cost}</p>}
    </section>
  );
}

function Examples({ kind, preview, words }: { kind: PreviewKind; preview: SyncPreview; words: BothWords }) {
  const { title, about } = kindWords(kind, words);
  const examples = preview.examples[kind];
  const n = preview.counts[kind];
  return (
    <Disclosure
      open={kind === "ambiguous" || kind === "conflict"}
      summary={
        <span>
          <span className="font-medium tabular">{count(n)}</span> <span className="font-medium">{lowerFirst(title)}</span>
          <span className="block text-meta text-ink-3">{about}</span>
        </span>
      }
    >
      <ul className="flex flex-col gap-1 py-1">
        {examples.map(({ a, b, note }, at) => (
          <li key={`${at} ${a?.id ?? ""} ${b?.id ?? ""}`} className="flex flex-wrap items-baseline gap-x-2">
            {a !== null && <bdi className="font-medium">{a.name}</bdi>}
            {a !== null && b !== null && <Icon of={ArrowLeftRight} size={12} className="self-center text-ink-3" />}
            {b !== null && <bdi className={a === null ? "font-medium" : ""}>{b.name}</bdi>}
            {note !== "" && <span className="text-ink-2">{note}</span>}
          </li>
        ))}
        {n > examples.length && <li className="text-ink-3">and {count(n - examples.length)} more</li>}
      </ul>
    </Disclosure>
  );
}

/** Two ways to start: with what is there, or with what happens from now on. */
function Start({ sync, isReady }: { sync: SyncView; isReady: boolean }) {
  const draft = useSyncDraft();
  const save = useDraftPart((view) => view.save);
  const { start } = useSyncActions(sync);
  const isSaved = save.kind === "saved" || save.kind === "saving";
  const begin = async (first: boolean) => {
    const saved = await draft.saveNow();
    if (saved.kind === "saved") start.mutate(first);
  };
  return (
    <May scope="flows:switch">
      <section aria-label="Start" className="flex flex-col gap-3 rounded-lg bg-sunken p-4">
        <div className="flex flex-wrap gap-2">
          <Button
            kind="primary"
            icon={<Icon of={Play} size={14} />}
            disabled={!isReady || !isSaved}
            busy={start.isPending && start.variables}
            onClick={() => void begin(true)}
          >
            Start the first sync
          </Button>
          <Button disabled={!isReady || !isSaved} busy={start.isPending && !start.variables} onClick={() => void begin(false)}>
            Only from now on
          </Button>
        </div>
        <p className="text-ink-2">
          The first sync brings everything into step that is there, behind live changes, and can be paused, cancelled and undone. Only from
          now on leaves what is there as it is, until a record changes.
        </p>
      </section>
    </May>
  );
}
