import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Download, FileUp, MoreHorizontal, Share2, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { DialogForm } from "../../../components/dialog-form.tsx";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Dialog } from "../../../components/ui/dialog.tsx";
import { Field, Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../../components/ui/menu.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { api } from "../../../lib/api.ts";
import { downloadJson } from "../../../lib/download.ts";
import { messageOf } from "../../../lib/query.ts";
import { appsQuery, connectionsQuery, flowsQuery, sessionQuery } from "../../../lib/queries.ts";
import { appQuery } from "../queries.ts";
import { useEditing } from "./editing.ts";

interface AppMenuProps {
  onImport: () => void;
  /** Takes back all that is not saved. */
  onDiscard: () => void;
}

/** What can be done with an app as a whole. */
export function AppMenu({ onImport, onDiscard }: AppMenuProps) {
  const { id, saved, draft, isChanged, mayWrite } = useEditing();
  const [open, setOpen] = useState<"share" | "delete" | "discard" | null>(null);
  const hasOthers = (useQuery(sessionQuery()).data?.workspaces.length ?? 0) > 1;
  const close = () => setOpen(null);
  const { title } = draft.definition;
  return (
    <>
      <Menu
        trigger={
          <IconButton label={`More about ${title}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        {mayWrite && (
          <MenuItem icon={FileUp} onSelect={onImport}>
            Add from a document or request
          </MenuItem>
        )}
        <MenuItem icon={Download} onSelect={() => downloadJson(`${id}.app.json`, { millraceApp: 1, ...draft.definition })}>
          Export as a file
        </MenuItem>
        {mayWrite && saved !== null && hasOthers && (
          <MenuItem icon={Share2} onSelect={() => setOpen("share")}>
            Share with another workspace
          </MenuItem>
        )}
        {mayWrite && (
          <>
            <MenuLine />
            {isChanged && (
              <MenuItem icon={Undo2} onSelect={() => setOpen("discard")}>
                {saved === null ? "Discard draft" : "Discard changes"}
              </MenuItem>
            )}
            {saved !== null && (
              <MenuItem icon={Trash2} danger onSelect={() => setOpen("delete")}>
                Delete app
              </MenuItem>
            )}
          </>
        )}
      </Menu>
      {open === "share" && <Share id={id} title={title} onClose={close} />}
      <Delete id={id} title={title} open={open === "delete"} onClose={close} />
      <Confirm
        open={open === "discard"}
        onClose={close}
        title={saved === null ? "Discard this draft?" : "Discard your changes?"}
        action={saved === null ? "Discard draft" : "Discard changes"}
        onConfirm={() => {
          close();
          onDiscard();
        }}
      >
        {saved === null ? "The draft was never saved and cannot be restored." : "What is saved stays as it is."}
      </Confirm>
    </>
  );
}

/** Puts the definition into another workspace of the same person. No login goes with it. */
function Share({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const session = useQuery(sessionQuery()).data;
  const others = (session?.workspaces ?? []).filter((one) => one.id !== session?.workspace.id);
  const [chosen, setChosen] = useState<string | null>(null);
  const workspace = chosen ?? others[0]?.id;
  const share = useMutation({
    mutationFn: () => api.apps.share({ id, body: { workspace: workspace! } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success(`${title} is in ${others.find((one) => one.id === workspace)?.name ?? "the other workspace"}. Connect it there`);
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Share ${title}`}
      about="The other workspace gets a copy of what is saved. No login goes with it, and later changes stay here."
    >
      {others.length === 0 ? (
        <p className="pt-1 text-ink-2">You are in this workspace only. To give the app to somebody else, export it as a file.</p>
      ) : (
        <DialogForm
          error={share.error}
          action="Share app"
          ready={workspace !== undefined}
          busy={share.isPending}
          onCancel={onClose}
          onSubmit={() => share.mutate()}
        >
          <Field label="Workspace">
            {(ids) => (
              <Select {...ids} className="w-full" value={workspace} onChange={({ target }) => setChosen(target.value)}>
                {others.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </DialogForm>
      )}
    </Dialog>
  );
}

interface DeleteProps {
  id: string;
  title: string;
  open: boolean;
  onClose: () => void;
}

/** Deletes the app, or says what uses it and has to go first. */
function Delete({ id, title, open, onClose }: DeleteProps) {
  const connections = (useQuery(connectionsQuery()).data ?? []).filter(({ app }) => app === id);
  const flows = useQuery(flowsQuery()).data ?? [];
  const using = new Set(connections.flatMap(({ usedBy }) => usedBy.flows.map((flow) => flow.id)));
  const used = flows.filter((flow) => flow.trigger.app === id || using.has(flow.id));
  if (connections.length === 0 && used.length === 0) return <ConfirmDelete id={id} title={title} open={open} onClose={onClose} />;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`${title} is in use`}
      about="It can be deleted once nothing uses it. Remove these first:"
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <ul className="flex flex-col gap-1">
        {used.map((flow) => (
          <li key={flow.id}>
            The flow{" "}
            <Link to="/flows/$flowId" params={{ flowId: flow.id }} className="font-medium underline underline-offset-2">
              <bdi>{flow.name}</bdi>
            </Link>
          </li>
        ))}
        {connections.map((one) => (
          <li key={one.id}>
            The connection{" "}
            <Link to="/connections" search={{ app: id }} className="font-medium underline underline-offset-2">
              <bdi>{one.title}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function ConfirmDelete({ id, title, open, onClose }: DeleteProps) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.apps.remove({ id }),
    meta: { quiet: true },
    onSuccess: async () => {
      onClose();
      await navigate({ to: "/apps", ignoreBlocker: true });
      cache.removeQueries({ queryKey: appQuery(id).queryKey });
      void cache.invalidateQueries({ queryKey: appsQuery().queryKey, exact: true });
      toast.success(`${title} is deleted`);
    },
  });
  return (
    <Confirm
      open={open}
      onClose={() => {
        onClose();
        remove.reset();
      }}
      title={`Delete ${title}?`}
      action="Delete app"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      Its definition and its versions are gone then. It is only deleted if no flow uses it.
      {remove.error !== null && <Problem className="mt-3">{messageOf(remove.error)}</Problem>}
    </Confirm>
  );
}
