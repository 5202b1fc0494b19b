import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { AppDraft } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { Segmented } from "../../../components/ui/segmented.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { listed, plural } from "../../../lib/words.ts";
import { type Offer, replacedBy, withOffers } from "../definition/from-draft.ts";
import { type Definition, type EditedApp, operationsOf, savedDefinition } from "../definition/types.ts";
import { ChangesList } from "../editor/changes-list.tsx";
import { useEditing } from "../editor/editing.ts";
import { comparisonQuery, keepSaved } from "../queries.ts";
import { Review } from "./review.tsx";
import { DocumentForm, RequestForm } from "./source-form.tsx";

/** Further operations for an app that is there, or a newer document in place of what it was made of. */
export function NewerDocument({ onDone }: { onDone: () => void }) {
  const { id, draft, edit, saved, isChanged } = useEditing();
  const [by, setBy] = useState<"document" | "request">("document");
  const [source, setSource] = useState<AppDraft | null>(null);
  const [replacing, setReplacing] = useState<EditedApp | null>(null);
  const load = (definition: Definition) => {
    edit(() => ({ definition, guesses: {} }));
    toast.success("The file is in the forms. It is used once you save");
    onDone();
  };
  if (source === null) {
    return (
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap items-center gap-3">
          <Segmented
            label="What to read"
            value={by}
            onChange={setBy}
            options={[
              { value: "document", title: "A document" },
              { value: "request", title: "A request" },
            ]}
          />
          <Button kind="quiet" onClick={onDone}>
            Back to the operations
          </Button>
        </div>
        {by === "document" ? (
          <DocumentForm onRead={setSource} app={saved === null ? undefined : id} onExported={load} />
        ) : (
          <RequestForm onRead={setSource} />
        )}
      </div>
    );
  }
  const before = savedDefinition(saved);
  const ids = new Set(operationsOf(draft.definition).map((operation) => operation.id));
  const add = (wanted: readonly Offer[]) => {
    edit((old) => withOffers(old, wanted));
    onDone();
  };
  return (
    <>
      <Review
        draft={source}
        existing={ids}
        above={by === "document" && <Missing source={source} />}
        actions={(wanted) => {
          const fresh = wanted.filter(({ operation }) => !ids.has(operation.id));
          return (
            <>
              {by === "document" && before !== null && (
                <Button
                  kind="primary"
                  disabled={wanted.length === 0 || isChanged}
                  onClick={() => setReplacing(replacedBy(before, source, wanted))}
                >
                  See what replacing changes
                </Button>
              )}
              <Button
                kind={saved === null || by === "request" ? "primary" : "secondary"}
                disabled={fresh.length === 0}
                onClick={() => add(fresh)}
              >
                Add {plural(fresh.length, "new operation")}
              </Button>
              <Button kind="quiet" onClick={() => setSource(null)}>
                Read something else
              </Button>
              {by === "document" && before !== null && isChanged && (
                <p className="basis-full text-meta text-ink-3">To replace the definition, save or discard your changes first.</p>
              )}
            </>
          );
        }}
      />
      {replacing !== null && <Replace next={replacing} onClose={() => setReplacing(null)} onDone={onDone} />}
    </>
  );
}

/** Operations of the app that the document does not have. */
function Missing({ source }: { source: AppDraft }) {
  const { draft } = useEditing();
  const found = new Set(source.operations.map(({ definition }) => definition.id));
  const missing = operationsOf(draft.definition).filter(({ id }) => !found.has(id));
  if (missing.length === 0) return null;
  const titles = missing.slice(0, 5).map(({ title }) => `'${title}'`);
  const more = missing.length > titles.length ? [`${missing.length - titles.length} more`] : [];
  return (
    <p className="rounded-md bg-warning-soft px-3 py-2">
      {plural(missing.length, "operation")} of this app {missing.length === 1 ? "is" : "are"} not in this document:{" "}
      <bdi>{listed([...titles, ...more])}</bdi>.
    </p>
  );
}

interface ReplaceProps {
  next: EditedApp;
  onClose: () => void;
  onDone: () => void;
}

/** What is different, which flows break, and the click that replaces the definition. */
function Replace({ next, onClose, onDone }: ReplaceProps) {
  const { id, edit, follow } = useEditing();
  const cache = useQueryClient();
  const query = useQuery(comparisonQuery(id, next.definition));
  const comparison = query.data;
  const replace = useMutation({
    mutationFn: () => api.apps.put({ id, body: next.definition }),
    meta: { quiet: true },
    onSuccess: (saved) => {
      keepSaved(cache, saved);
      edit(() => next);
      follow(saved);
      toast.success(`${saved.title} is replaced. Flows use the new definition at once`);
      onDone();
    },
  });
  return (
    <Dialog
      open
      shape="sheet"
      onClose={onClose}
      title="Replace the definition"
      about="What you decided stays: titles, labels and help of fields, effects, look-ups and reads to confirm."
      footer={
        comparison !== undefined && (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              kind={comparison.flows.length > 0 ? "danger" : "primary"}
              disabled={comparison.changes.length === 0}
              busy={replace.isPending}
              onClick={() => replace.mutate()}
            >
              {comparison.flows.length > 0 ? `Replace, and break ${plural(comparison.flows.length, "flow")}` : "Replace"}
            </Button>
          </>
        )
      }
    >
      {replace.error !== null && <Problem>{messageOf(replace.error)}</Problem>}
      <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
        {(found) => <ChangesList comparison={found} />}
      </Loaded>
    </Dialog>
  );
}
