import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { inboxesQuery } from "../../lib/queries.ts";
import { shortName } from "#kernel/short-name.ts";
import { FlowTicks, isSecond, useUnboundFlows } from "./flow-ticks.tsx";

interface AddInboxProps {
  open: boolean;
  onClose: () => void;
}

/** A new address for a marketplace app. */
export function AddInbox({ open, onClose }: AddInboxProps) {
  const app = useApps().withInbox;
  return (
    <Dialog open={open} onClose={onClose} title="Add an inbox" about={`Millrace makes an address. ${app?.inbox?.where ?? ""}`}>
      {open && app && <Form app={app.id} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ app, onClose }: { app: string; onClose: () => void }) {
  const [title, setTitle] = useState("");
  const [registration, setRegistration] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const flows = useUnboundFlows(app);
  const second = isSecond(useQuery(inboxesQuery()).data ?? [], app);
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      api.inboxes.add({
        body: {
          app,
          name: shortName(title, "inbox"),
          title: title.trim(),
          registration: appIdOf(registration),
          ...(second && { flows: chosen }),
        },
      }),
    meta: { quiet: true },
    onSuccess: (inbox) => {
      toast.success(`${inbox.title} has its address`);
      onClose();
    },
    onSettled: () => Promise.all(["inboxes", "flows"].map((key) => cache.invalidateQueries({ queryKey: [key] }))),
  });
  const ready = title.trim() !== "";
  return (
    <DialogForm error={add.error} action="Add inbox" ready={ready} busy={add.isPending} onCancel={onClose} onSubmit={() => add.mutate()}>
      <Field
        label="Title"
        hint={ready ? `Flows call it '${shortName(title, "inbox")}'.` : "What people call it: your marketplace app's name, for example."}
      >
        {(ids) => (
          <Input {...ids} value={title} maxLength={120} placeholder="Acme connector" onChange={(event) => setTitle(event.target.value)} />
        )}
      </Field>
      <Field label="Client id of the app" hint="From the portal, under Auth. With it, events of any other app are refused.">
        {(ids) => (
          <Input
            {...ids}
            value={registration}
            maxLength={100}
            onChange={(event) => setRegistration(event.target.value)}
            className="font-mono"
          />
        )}
      </Field>
      {second && <FlowTicks flows={flows} chosen={chosen} onChange={setChosen} />}
    </DialogForm>
  );
}

/** The app's own id is the part of its client id before the first hyphen. */
function appIdOf(clientId: string): string | null {
  const id = clientId.trim().split("-", 1)[0]!;
  return id === "" ? null : id;
}
