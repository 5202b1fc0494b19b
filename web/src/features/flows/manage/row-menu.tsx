import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Download, FolderClosed, MoreHorizontal, Pause, Pencil, Play, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowView } from "#api/schemas.ts";
import { useMay } from "../../../lib/may.ts";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../../components/ui/menu.tsx";
import { flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { DeleteFlow } from "./delete-flow.tsx";
import { DuplicateFlow } from "./duplicate-flow.tsx";
import { RenameFlow } from "./rename-flow.tsx";
import { turns, useFlowActions } from "./use-flow-actions.ts";

/** What can be done with a flow without opening it. */
export function RowMenu({ flow }: { flow: FlowView }) {
  const [asking, setAsking] = useState<"delete" | "duplicate" | "rename" | null>(null);
  const { exportFile, remove } = useFlowActions(flow);
  const turn = useTurn(flow);
  const mayWrite = useMay("flows:write");
  const maySwitch = useMay("flows:switch");
  const close = () => setAsking(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${flow.name}`}>
            <Icon of={MoreHorizontal} size={14} />
          </IconButton>
        }
      >
        {mayWrite && (
          <>
            <MenuItem icon={Pencil} onSelect={() => setAsking("rename")}>
              Rename
            </MenuItem>
            <MenuItem icon={FolderClosed} onSelect={() => setAsking("rename")}>
              Move to a folder
            </MenuItem>
            <MenuItem icon={Copy} onSelect={() => setAsking("duplicate")}>
              Duplicate flow
            </MenuItem>
          </>
        )}
        <MenuItem icon={Download} onSelect={() => exportFile.mutate()}>
          Export as a file
        </MenuItem>
        {flow.version !== null && maySwitch && (
          <MenuItem icon={flow.status === "on" ? Pause : Play} onSelect={() => turn.mutate()}>
            {flow.status === "on" ? "Pause flow" : "Resume flow"}
          </MenuItem>
        )}
        {mayWrite && (
          <>
            <MenuLine />
            <MenuItem icon={Trash2} danger onSelect={() => setAsking("delete")}>
              Delete flow
            </MenuItem>
          </>
        )}
      </Menu>
      <RenameFlow flow={flow} open={asking === "rename"} onClose={close} />
      <DuplicateFlow flow={flow} open={asking === "duplicate"} onClose={close} />
      <DeleteFlow
        flow={flow}
        open={asking === "delete"}
        busy={remove.isPending}
        onClose={close}
        onConfirm={() => remove.mutate(undefined, { onSuccess: close })}
      />
    </>
  );
}

/** Pauses a flow that is on, and resumes every other. */
function useTurn({ id, status }: FlowView) {
  const cache = useQueryClient();
  const { call, message } = status === "on" ? turns.pause : turns.resume;
  return useMutation({
    mutationFn: () => call(id),
    onSuccess: (changed) => {
      cache.setQueryData(flowQuery(id).queryKey, changed);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      toast.success(message);
    },
  });
}
