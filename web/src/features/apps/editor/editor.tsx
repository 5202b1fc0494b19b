import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { toast } from "sonner";
import { AppMarkPicture, markOf } from "../../../components/app-mark.tsx";
import { ReadOnlyNotice } from "../../../components/may.tsx";
import { BackLabel, backLinkClass, Page } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Tabs } from "../../../components/ui/tabs.tsx";
import { ApiError, api } from "../../../lib/api.ts";
import { useMay } from "../../../lib/may.ts";
import { messageOf } from "../../../lib/query.ts";
import { useSettled } from "../../../lib/use-settled.ts";
import type { EditsKeeper, KeptEdits } from "../definition/kept-edits.ts";
import { type AppDetail, type Definition, operationsOf, triggersOf } from "../definition/types.ts";
import { keepSaved } from "../queries.ts";
import type { AppSearch } from "../search.ts";
import { AppFacts } from "./app-facts.tsx";
import { AppMenu } from "./app-menu.tsx";
import { type Editing, EditingContext, type Problem } from "./editing.ts";
import { NewerDocument } from "../import/newer-document.tsx";
import { MayChange } from "./may-change.tsx";
import { Operations } from "./operations.tsx";
import { Triggers } from "./triggers.tsx";
import { useEditedApp } from "./use-edited-app.ts";
import { Advice, Problems, type Spot } from "./problems.tsx";
import { Versions } from "./versions.tsx";

const JsonTab = lazy(async () => ({ default: (await import("./json-tab.tsx")).JsonTab }));

interface EditorProps {
  id: string;
  saved: AppDetail | null;
  kept: KeptEdits | null;
  keeper: EditsKeeper;
  search: AppSearch;
  onSearch: (search: AppSearch) => void;
}

/** An app as forms, for somebody who knows the app and need not know JSON. */
export function Editor({ id, saved, kept, keeper, search, onSearch }: EditorProps) {
  const state = useEditedApp(id, saved, kept, keeper);
  const { draft, edit, isChanged, edition } = state;
  const navigate = useNavigate();
  const check = useDefinitionCheck(id, draft.definition, edition);
  const save = useSave(id, draft.definition, state.follow);
  const refused = save.error instanceof ProblemsError && save.variables === edition ? save.error.problems : [];
  const mayWrite = useMay("catalog:write");
  const problems = refused.length > 0 ? refused : check.problems;
  const editing: Editing = {
    id,
    saved,
    draft,
    isChanged,
    edit,
    follow: state.follow,
    problems: isChanged ? problems : [],
    advice: check.advice,
    mayWrite,
    save: () => save.mutate(edition),
    recheck() {
      save.reset();
      void check.again();
    },
    isSaving: save.isPending,
  };
  const go = ({ tab, op, trigger }: Spot) => onSearch({ tab, op, trigger });
  const discard = () => {
    state.discard();
    save.reset();
    if (saved === null) void navigate({ to: "/apps" });
  };
  return (
    <EditingContext value={editing}>
      <Page
        title={draft.definition.title || id}
        heading={<Heading id={id} definition={draft.definition} />}
        back={<BackToApps />}
        about={<About saved={saved} isChanged={isChanged} isKept={state.isKept} />}
        wide
        actions={
          <>
            {mayWrite && (
              <Button kind="primary" disabled={!isChanged} busy={save.isPending} onClick={editing.save}>
                Save app
              </Button>
            )}
            <AppMenu onImport={() => onSearch({ tab: "import" })} onDiscard={discard} />
          </>
        }
      >
        <ReadOnlyNotice scope="catalog:write" />
        {state.isBehind && <Behind onDiscard={discard} />}
        {save.error !== null && !(save.error instanceof ProblemsError) && (
          <p role="alert" className="mb-5 rounded-md bg-failure-soft px-4 py-3">
            {messageOf(save.error)}
          </p>
        )}
        {save.error instanceof ProblemsError && isChanged && <Problems problems={problems} onGo={go} />}
        {search.tab === "import" ? (
          <NewerDocument onDone={() => onSearch({ tab: "operations" })} />
        ) : (
          <EditorTabs search={search} onSearch={onSearch} editing={editing} />
        )}
        <Advice onGo={go} />
      </Page>
    </EditingContext>
  );
}

interface EditorTabsProps {
  search: AppSearch;
  onSearch: (search: AppSearch) => void;
  editing: Editing;
}

function EditorTabs({ search, onSearch, editing: { id, saved, draft } }: EditorTabsProps) {
  const counted = (title: string, n: number): ReactNode => (
    <>
      {title} <span className="font-normal text-ink-3 tabular">{n}</span>
    </>
  );
  const { tab = "app", op, trigger } = search;
  return (
    <Tabs
      label="Parts of the app"
      value={tab === "import" ? "app" : tab}
      onChange={(next) => onSearch({ tab: next })}
      tabs={[
        { value: "app", title: "App", content: <AppTab /> },
        {
          value: "operations",
          title: counted("Operations", operationsOf(draft.definition).length),
          content: <Operations open={op} onOpen={(next) => onSearch({ tab: "operations", op: next })} />,
        },
        {
          value: "triggers",
          title: counted("Triggers", triggersOf(draft.definition).length),
          content: (
            <Triggers
              open={trigger}
              onOpen={(next) => onSearch({ tab: "triggers", trigger: next })}
              onOperation={(next) => onSearch({ tab: "operations", op: next })}
            />
          ),
        },
        {
          value: "json",
          title: "JSON",
          content: (
            <Suspense fallback={<SkeletonRows rows={8} />}>
              <JsonTab />
            </Suspense>
          ),
        },
        ...(saved?.revision == null
          ? []
          : [{ value: "versions" as const, title: "Versions", content: <Versions id={id} revision={saved.revision} /> }]),
      ]}
    />
  );
}

function AppTab() {
  return (
    <MayChange>
      <AppFacts />
    </MayChange>
  );
}

function Heading({ id, definition }: { id: string; definition: Definition }) {
  const { title } = definition;
  return (
    <span className="flex items-center gap-3">
      <AppMarkPicture {...markOf(id, definition)} size={32} />
      <bdi className="min-w-0 truncate">{title === "" ? "App without a name" : title}</bdi>
    </span>
  );
}

function BackToApps() {
  return (
    <Link to="/apps" className={backLinkClass}>
      <BackLabel>Your apps</BackLabel>
    </Link>
  );
}

function About({ saved, isChanged, isKept }: { saved: AppDetail | null; isChanged: boolean; isKept: boolean }) {
  if (isChanged && !isKept) return "Not saved. This browser has no room to keep your changes, so save before you leave.";
  if (saved === null) return "Not saved yet. The draft is kept in this browser.";
  if (isChanged) return `Version ${saved.revision}, with changes that are kept in this browser until you save them.`;
  return `Version ${saved.revision} is saved, and flows use it.`;
}

function Behind({ onDiscard }: { onDiscard: () => void }) {
  return (
    <div className="mb-5 flex flex-wrap items-center gap-3 rounded-md bg-warning-soft px-4 py-3">
      <p className="min-w-0 flex-1 basis-64">The app was saved elsewhere since you began these changes. Saving yours replaces that.</p>
      <Button small onClick={onDiscard}>
        Show what is saved
      </Button>
    </div>
  );
}

/** What a definition was refused for, each thing with its place. */
class ProblemsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("There are problems to fix before you can save.");
    this.problems = problems;
  }
}

const checkAfterMs = 800;
const nothing: readonly never[] = [];

/** What is wrong with the definition and what would make it safer, asked a moment after the last key. */
function useDefinitionCheck(id: string, definition: Definition, edition: number) {
  const settled = useSettled(edition, checkAfterMs);
  const { data, refetch } = useQuery({
    queryKey: ["app-drafts", "check", id, settled],
    queryFn: () => api.appDrafts.check({ body: { id, definition } }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
    placeholderData: (old) => old,
  });
  return { problems: data?.problems ?? nothing, advice: data?.advice ?? nothing, again: refetch };
}

/** Saves the definition. All that is wrong with it is said at once; it is asked for first. */
function useSave(id: string, definition: Definition, follow: (saved: AppDetail) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (_edition: number) => {
      const { problems } = await api.appDrafts.check({ body: { id, definition } });
      if (problems.length > 0) throw new ProblemsError(problems);
      try {
        return await api.apps.put({ id, body: definition });
      } catch (error) {
        throw refusedField(error) ?? error;
      }
    },
    meta: { quiet: true },
    onSuccess: (saved) => {
      keepSaved(cache, saved);
      follow(saved);
      toast.success(`${saved.title} is saved. Flows use it at once`);
    },
  });
}

/** The one field that a save was refused for. */
function refusedField(error: unknown): ProblemsError | null {
  if (!(error instanceof ApiError) || error.code !== "BAD_INPUT" || typeof error.details["field"] !== "string") return null;
  const { field } = error.details;
  const said = error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message;
  return new ProblemsError([{ field, problem: said }]);
}
