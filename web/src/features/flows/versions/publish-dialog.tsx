import { useQuery } from "@tanstack/react-query";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Textarea } from "../../../components/ui/field.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { comparisonQuery, lintQuery } from "../../../lib/queries.ts";
import { plural } from "../../../lib/words.ts";
import { Backtest } from "./backtest.tsx";
import { ChangeList } from "../../../components/change-list.tsx";

interface PublishDialogProps {
  flow: FlowDetail;
  open: boolean;
  note: string;
  onNote: (note: string) => void;
  busy: boolean;
  onPublish: () => void;
  onClose: () => void;
}

/** What a new version changes, before it runs, and a note for whoever looks at it later. */
export function PublishDialog({ flow, open, note, onNote, busy, onPublish, onClose }: PublishDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Publish these changes?"
      about={`New events run on the new version. Runs that have begun end on version ${flow.version}.`}
      onSubmit={onPublish}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={busy}>
            Publish flow
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {open && <Changes flow={flow} />}
        {open && <FailingTests flow={flow} />}
        {open && <Backtest flow={flow} />}
        <Field label="Note" hint="Why you changed it; kept with the version. It may stay empty.">
          {(ids) => <Textarea {...ids} rows={2} maxLength={500} value={note} onChange={(event) => onNote(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}

/** The tests of scripts that fail. They keep nothing from being published. */
function FailingTests({ flow }: { flow: FlowDetail }) {
  const { data } = useQuery({ ...lintQuery(flow.id), refetchOnMount: "always" });
  const failing = data?.findings.filter(({ field }) => field === "tests") ?? [];
  if (failing.length === 0) return null;
  return (
    <section aria-label="Failing tests" className="rounded-md bg-warning-soft px-3 py-2">
      <p className="font-medium">
        {plural(failing.length, "test")} of scripts fail{failing.length === 1 ? "s" : ""}:
      </p>
      <ul className="list-disc pl-5">
        {failing.map(({ at, problem }) => (
          <li key={at} className="break-words">
            {problem}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ flow }: { flow: FlowDetail }) {
  const query = useQuery(comparisonQuery(flow.id, "published", "draft", flow.revision));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {({ changes }) => <ChangeList label="What this version changes" changes={changes} />}
    </Loaded>
  );
}
