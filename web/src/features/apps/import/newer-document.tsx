import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { AppDraft as SourceDraft, DefinitionComparison } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { Segmented } from "../../../components/ui/segmented.tsx";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { plural } from "../../../lib/words.ts";
import { type Offer, replacedBy, withOffers } from "../definition/from-draft.ts";
import { type AppDraft, operationsOf } from "../definition/types.ts";
import { ChangesList } from "../editor/changes-list.tsx";
import { useEditing } from "../editor/editing.ts";
import { keepSaved } from "../queries.ts";
import { Review } from "./review.tsx";
import { DocumentForm, RequestForm } from "./source-form.tsx";

/** Further operations for an app that is there, or a newer document in place of what it was made of. */
export function NewerDocument({ onDone }: { onDone: () => void }) {
  const { draft, edit, saved } = useEditing();
  const [by, setBy] = useState<"document" | "request">("document");
  const [source, setSource] = useState<SourceDraft | null>(null);
  const [replacing, setReplacing] = useState<AppDraft | null>(null);
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
        {by === "document" ? <DocumentForm onRead={setSource} /> : <RequestForm onRead={setSource} />}
      </div>
    );
  }
  const ids = new Set(operationsOf(draft.definition).map(({ id }) => id));
  const add = (wanted: readonly Offer[]) => {
    edit((old) => withOffers(old, wanted));
    onDone();
  };
  return (
    <>
      <Review
        draft={source}
        existing={ids}
        actions={(wanted) => {
          const fresh = wanted.filter(({ operation }) => !ids.has(operation.id));
          return (
            <>
              {by === "document" && saved !== null && (
                <Button
                  kind="primary"
                  disabled={wanted.length === 0}
                  onClick={() => setReplacing(replacedBy(draft.definition, source, wanted))}
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
            </>
          );
        }}
      />
      {replacing !== null && <Replace next={replacing} onClose={() => setReplacing(null)} onDone={onDone} />}
    </>
  );
}

interface ReplaceProps {
  next: AppDraft;
  onClose: () => void;
  onDone: () => void;
}

/** What is different, which flows break, and the click that replaces the definition. */
function Replace({ next, onClose, onDone }: ReplaceProps) {
  const { id, edit } = useEditing();
  const cache = useQueryClient();
  const [comparison, setComparison] = useState<DefinitionComparison | null>(null);
  const compare = useMutation({
    mutationFn: () => api.apps.compare({ id, body: { definition: { ...next.definition } } }),
    meta: { quiet: true },
    onSuccess: setComparison,
  });
  const replace = useMutation({
    mutationFn: () => api.apps.put({ id, body: next.definition }),
    meta: { quiet: true },
    onSuccess: (saved) => {
      keepSaved(cache, saved);
      edit(() => next);
      toast.success(`${saved.title} is replaced. Flows use the new definition at once`);
      onDone();
    },
  });
  if (comparison === null && compare.isIdle) compare.mutate();
  const error = compare.error ?? replace.error;
  return (
    <Dialog
      open
      shape="sheet"
      onClose={onClose}
      title="Replace the definition"
      about="Titles, effects, look-ups and reads to confirm that you decided stay as they are."
      footer={
        comparison !== null && (
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
      {error !== null && <Problem>{messageOf(error)}</Problem>}
      {comparison !== null && <ChangesList comparison={comparison} />}
    </Dialog>
  );
}
