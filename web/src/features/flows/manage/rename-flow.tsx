import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { FlowView } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Input } from "../../../components/ui/field.tsx";
import { SuggestBox } from "../../../components/ui/suggest-box.tsx";
import { api } from "../../../lib/api.ts";
import { flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { foldersOf } from "./folders.ts";

interface RenameFlowProps {
  flow: Pick<FlowView, "id" | "name" | "folder">;
  open: boolean;
  onClose: () => void;
}

/** The name of a flow, and the folder in which the list shows it. */
export function RenameFlow({ flow, open, onClose }: RenameFlowProps) {
  return open ? <RenameDialog flow={flow} onClose={onClose} /> : null;
}

function RenameDialog({ flow, onClose }: Omit<RenameFlowProps, "open">) {
  const cache = useQueryClient();
  const folders = foldersOf(useQuery(flowsQuery()).data ?? []);
  const [name, setName] = useState(flow.name);
  const [folder, setFolder] = useState(flow.folder ?? "");
  const change = useMutation({
    mutationFn: () => api.flows.change({ id: flow.id, body: { name: name.trim(), folder: folder.trim() || null } }),
    meta: { quiet: true },
    onSuccess: (changed) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, changed);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Name and folder"
      onSubmit={() => change.mutate()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={change.isPending} disabled={name.trim() === ""}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" error={change.error ? messageOf(change.error) : undefined}>
          {(ids) => <Input {...ids} value={name} maxLength={120} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Folder" hint="A new name makes a new folder. Empty: in no folder.">
          {(ids) => (
            <SuggestBox
              ids={ids}
              text={folder}
              onChange={setFolder}
              maxLength={80}
              label="Folders"
              choices={folders.map((value) => ({ value }))}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
