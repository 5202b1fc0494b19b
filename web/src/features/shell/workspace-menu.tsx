import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { cx } from "../../lib/cx.ts";
import { useMay } from "../../lib/may.ts";
import { sessionQuery } from "../../lib/queries.ts";

/** Switches to another workspace. The page is reloaded, because everything on it belongs to the old one. */
const useMove = () =>
  useMutation({
    mutationFn: (workspace: string) => api.session.move({ body: { workspace } }),
    onSuccess: () => window.location.assign("/"),
  });

/** Shows the workspace and switches to others. Hidden where there is only one and the person cannot create another. */
export function WorkspaceMenu({ className }: { className: string }) {
  const session = useQuery(sessionQuery()).data;
  const mayCreate = useMay("workspaces:write");
  const [adding, setAdding] = useState(false);
  const move = useMove();
  if (session === undefined) return null;
  // Whoever creates a workspace owns it, which takes an account.
  const mayAdd = mayCreate && session.account !== null;
  if (session.workspaces.length < 2 && !mayAdd) return null;
  const { workspace, workspaces } = session;
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={`${workspace.name}, workspaces`}
            className={cx(
              "flex h-8 min-w-0 items-center gap-2 rounded-md px-2 text-left text-ui font-medium text-ink transition-colors hover:bg-hover data-[state=open]:bg-hover",
              className,
            )}
          >
            <bdi className="min-w-0 flex-1 truncate">{workspace.name}</bdi>
            <Icon of={ChevronsUpDown} size={14} className="shrink-0 text-ink-3" />
          </button>
        }
      >
        <WorkspaceChoice workspace={workspace.id} workspaces={workspaces} onChoose={(id) => move.mutate(id)} />
        {mayAdd && (
          <>
            <MenuLine />
            <MenuItem icon={Plus} onSelect={() => setAdding(true)}>
              New workspace
            </MenuItem>
          </>
        )}
      </Menu>
      <NewWorkspace open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

interface WorkspaceChoiceProps {
  /** The id of the one that is shown. */
  workspace: string;
  workspaces: readonly { id: string; name: string }[];
  onChoose: (id: string) => void;
}

function WorkspaceChoice({ workspace, workspaces, onChoose }: WorkspaceChoiceProps) {
  return (
    <>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-meta text-ink-3">Workspaces</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={workspace} onValueChange={(id) => id !== workspace && onChoose(id)}>
        {workspaces.map(({ id, name }) => (
          <DropdownMenu.RadioItem
            key={id}
            value={id}
            className="flex h-7 max-w-72 items-center gap-2 rounded-sm px-2 text-ui text-ink outline-none select-none data-[highlighted]:bg-hover"
          >
            <span className="grid size-4 shrink-0 place-items-center">
              <DropdownMenu.ItemIndicator>
                <Icon of={Check} size={14} className="text-accent-ink" />
              </DropdownMenu.ItemIndicator>
            </span>
            <bdi className="truncate">{name}</bdi>
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

function NewWorkspace({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New workspace"
      about="A workspace has its own flows, connections, people and API keys, and cannot see those of another."
    >
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const move = useMove();
  const add = useMutation({
    mutationFn: () => api.workspaces.create({ body: { name: name.trim() } }),
    meta: { quiet: true },
    onSuccess: ({ id }) => move.mutate(id),
  });
  const ready = name.trim() !== "";
  return (
    <DialogForm
      error={add.error}
      action="Create workspace"
      ready={ready}
      busy={add.isPending || move.isPending || move.isSuccess}
      onCancel={onClose}
      onSubmit={() => add.mutate()}
    >
      <Field label="Name" hint="What people call it: a brand or a customer, for example.">
        {(ids) => <Input {...ids} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />}
      </Field>
    </DialogForm>
  );
}
