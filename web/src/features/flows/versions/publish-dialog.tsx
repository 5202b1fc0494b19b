import { useQuery } from "@tanstack/react-query";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Textarea } from "../../../components/ui/field.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Loaded } from "../../../components/ui/state.tsx";
import { comparisonQuery } from "../../../lib/queries.ts";
import { Backtest } from "./backtest.tsx";
import { ChangeList } from "./change-list.tsx";

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
        {open && <Backtest flow={flow} />}
        <Field label="Note" hint="Why you changed it; kept with the version. It may stay empty.">
          {(ids) => <Textarea {...ids} rows={2} maxLength={500} value={note} onChange={(event) => onNote(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}

function Changes({ flow }: { flow: FlowDetail }) {
  const query = useQuery(comparisonQuery(flow.id, "published", "draft", flow.revision));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(changes) => <ChangeList label="What this version changes" changes={changes} />}
    </Loaded>
  );
}
