import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Download, LayoutTemplate, MoreHorizontal, Pencil, Play, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail } from "#api/schemas.ts";
import { useMay } from "../../../lib/may.ts";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../../components/ui/menu.tsx";
import { api } from "../../../lib/api.ts";
import { flowQuery } from "../../../lib/queries.ts";
import { useDraft } from "../../flow-editor/draft/context.tsx";
import { SaveTemplate } from "../save-template.tsx";
import { SendTest } from "../send-test.tsx";
import { DeleteFlow } from "./delete-flow.tsx";
import { DuplicateFlow } from "./duplicate-flow.tsx";
import { RenameFlow } from "./rename-flow.tsx";
import { needsNoEvent } from "../sample.ts";
import { useFlowActions } from "./use-flow-actions.ts";

/** What else can be done with a flow. */
export function FlowMenu({ flow }: { flow: FlowDetail }) {
  const [asking, setAsking] = useState<"delete" | "duplicate" | "rename" | "template" | "test" | null>(null);
  const draft = useDraft();
  const resumeFromNow = useResumeFromNow(flow);
  const { exportFile, remove } = useFlowActions(flow, draft.flush);
  /** The server makes the template, and the copy, of the draft that it has. */
  const saved = useMutation({ mutationFn: () => draft.flush() });
  const close = () => setAsking(null);
  const mayWrite = useMay("flows:write");
  const maySwitch = useMay("flows:switch");
  const mayRun = useMay("runs:write");
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More about this flow">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        {mayRun && !needsNoEvent(flow.trigger.kind) && (
          <MenuItem icon={Send} disabled={flow.status !== "on"} onSelect={() => setAsking("test")}>
            Run a test event
          </MenuItem>
        )}
        {maySwitch && flow.status === "off" && flow.trigger.kind === "poll" && (
          <MenuItem icon={Play} onSelect={() => resumeFromNow.mutate()}>
            Resume, leaving out what came meanwhile
          </MenuItem>
        )}
        {((mayRun && !needsNoEvent(flow.trigger.kind)) || (maySwitch && flow.status === "off" && flow.trigger.kind === "poll")) && (
          <MenuLine />
        )}
        {mayWrite && (
          <>
            <MenuItem icon={Pencil} onSelect={() => setAsking("rename")}>
              Name and folder
            </MenuItem>
            <MenuItem icon={Copy} onSelect={() => saved.mutate(undefined, { onSuccess: () => setAsking("duplicate") })}>
              Duplicate flow
            </MenuItem>
          </>
        )}
        <MenuItem icon={Download} onSelect={() => exportFile.mutate()}>
          Export as a file
        </MenuItem>
        {mayWrite && (
          <>
            <MenuItem icon={LayoutTemplate} onSelect={() => saved.mutate(undefined, { onSuccess: () => setAsking("template") })}>
              Save as template
            </MenuItem>
            <MenuLine />
            <MenuItem icon={Trash2} danger onSelect={() => setAsking("delete")}>
              Delete flow
            </MenuItem>
          </>
        )}
      </Menu>
      <SendTest flow={flow} open={asking === "test"} onClose={close} />
      <RenameFlow flow={flow} open={asking === "rename"} onClose={close} />
      <SaveTemplate flow={flow} open={asking === "template"} onClose={close} />
      <DuplicateFlow flow={flow} open={asking === "duplicate"} onClose={close} />
      <DeleteFlow flow={flow} open={asking === "delete"} busy={remove.isPending} onClose={close} onConfirm={() => remove.mutate()} />
    </>
  );
}

function useResumeFromNow(flow: FlowDetail) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.flows.resume({ id: flow.id, body: { startFrom: "now" } }),
    onSuccess: (changed) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, changed);
      toast.success("The flow is on again, from now");
    },
  });
}
