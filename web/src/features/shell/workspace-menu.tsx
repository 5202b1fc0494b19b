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

/** Goes on in another workspace. Everything on the page is of the old one, so it is loaded anew. */
const useMove = () =>
  useMutation({
    mutationFn: (workspace: string) => api.session.move({ body: { workspace } }),
    onSuccess: () => window.location.assign("/"),
  });

/** Which workspace this is, and the way to others. Nothing where there is one and no right to make another. */
export function WorkspaceMenu({ className }: { className: string }) {
  const session = useQuery(sessionQuery()).data;
  const mayMake = useMay("workspaces:write");
  const [adding, setAdding] = useState(false);
  const move = useMove();
  if (session === undefined) return null;
  // Its maker owns it, so it takes an account.
  const mayAdd = mayMake && session.account !== null;
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
        <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-meta text-ink-3">Workspaces</DropdownMenu.Label>
        <DropdownMenu.RadioGroup value={workspace.id} onValueChange={(id) => id !== workspace.id && move.mutate(id)}>
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

function NewWorkspace({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New workspace"
      about="A workspace has flows, connections, people and API keys of its own, and sees nothing of another."
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
      action="Make the workspace"
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
