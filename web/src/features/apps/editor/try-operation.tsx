import { useMutation, useQuery } from "@tanstack/react-query";
import { toast } from "sonner";
import type { JsonObject } from "#kernel/json.ts";
import { TryIt } from "../../../components/try-it/try-it.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { api, type CallReply } from "../../../lib/api.ts";
import { operationQuery } from "../../../lib/queries.ts";
import { isSame } from "../definition/same.ts";
import { operationsOf, type Definition, type Operation } from "../definition/types.ts";
import { answerText } from "../definition/answer-text.ts";
import { answerSource, withAnswer } from "./answer.tsx";
import { saidOfSource } from "../said-of-source.ts";
import { useEditing } from "./editing.ts";
import type { OperationPartProps } from "./operation-part.ts";

/** The form that calls the operation as it is saved; what was changed since is saved first. */
export function TryOperation({ operation, index }: OperationPartProps) {
  const { id, saved, draft, mayWrite, save, isSaving } = useEditing();
  const entry = useQuery({ ...operationQuery(id, operation.id), enabled: saved !== null }).data;
  if (!isSaved(saved?.definition ?? null, draft.definition, operation)) {
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-raised p-4">
        <p className="min-w-0 flex-1 basis-56 text-ink-2">
          {saved === null ? "Save the app to try it." : "You changed this operation. Save the app to try the change."}
        </p>
        {mayWrite && (
          <Button kind="primary" busy={isSaving} onClick={save}>
            Save app
          </Button>
        )}
      </div>
    );
  }
  if (!entry) return null;
  return (
    <TryIt
      entry={entry}
      fields={entry.inputs}
      after={(reply, values) => <KeepAnswer operation={operation} reply={reply} values={values} index={index} />}
    />
  );
}

/** Whether what is saved calls the operation as it is on the page. */
function isSaved(saved: Record<string, unknown> | null, definition: Definition, operation: Operation): boolean {
  if (saved === null) return false;
  const { operations: _, triggers: __, ...rest } = definition;
  const { operations: ___, triggers: ____, ...savedRest } = saved as unknown as Definition;
  const same = operationsOf(saved as unknown as Definition).find(({ id }) => id === operation.id);
  return isSame(same, operation) && isSame(savedRest, rest);
}

interface KeepAnswerProps {
  operation: Operation;
  reply: CallReply;
  values: Readonly<Record<string, unknown>>;
  index: number;
}

/** Makes the answer that came the example of the operation. */
function KeepAnswer({ operation, reply, values, index }: KeepAnswerProps) {
  const { edit, mayWrite } = useEditing();
  const received = answerText(operation, reply);
  const read = useMutation({
    mutationFn: (text: string) => api.appDrafts.answer({ body: answerSource(operation, text) }),
    meta: { quiet: true },
    onSuccess: (answer) => {
      edit((draft) => withAnswer(draft, index, answer, values as JsonObject));
      toast.success("The answer is the example now. What was guessed from it is marked below");
    },
  });
  if (received === null || !mayWrite) return null;
  return (
    <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3 sm:px-5">
      <p className="min-w-0 flex-1 basis-56 text-ink-2">Millrace can find the records in this answer.</p>
      <Button busy={read.isPending} onClick={() => read.mutate(received)}>
        Use as the example
      </Button>
      {read.error !== null && <Problem className="basis-full">{saidOfSource(read.error)}</Problem>}
    </div>
  );
}
