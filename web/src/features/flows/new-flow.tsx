import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { CatalogEntry, ConnectionView } from "#server/contract.ts";
import { OperationPicker } from "../../components/operation-picker.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { catalogQuery, connectionsQuery, flowQuery, flowsQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { starterFlow } from "./starter.ts";

/** Begins a flow: its name, what starts it, and the first thing it does. The rest is written on the flow's page. */
export function NewFlow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState("");
  const [trigger, setTrigger] = useState<CatalogEntry | null>(null);
  const [action, setAction] = useState<CatalogEntry | null>(null);
  const catalog = useQuery({ ...catalogQuery(), enabled: open }).data ?? [];
  const connections = useQuery({ ...connectionsQuery(), enabled: open }).data ?? [];
  const create = useCreateFlow();
  const missing = name.trim() === "" || trigger === null;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New flow"
      about="It begins as a draft. Nothing runs until you publish it."
      onSubmit={() => trigger !== null && !missing && create.mutate(starterFlow({ name: name.trim(), trigger, action, connections }))}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={missing} busy={create.isPending}>
            Create flow
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        <Field label="Name">
          {(ids) => (
            <Input
              {...ids}
              value={name}
              maxLength={120}
              onChange={(event) => setName(event.target.value)}
              placeholder="Survey answers to contacts"
              autoFocus
            />
          )}
        </Field>
        <Field label="When">
          {({ id }) => (
            <OperationPicker
              id={id}
              value={trigger}
              onChange={setTrigger}
              entries={triggersOf(catalog, connections)}
              placeholder="Choose a trigger"
            />
          )}
        </Field>
        <Field label="Then" hint="More steps can be added later.">
          {({ id }) => (
            <OperationPicker
              id={id}
              value={action}
              onChange={setAction}
              entries={actionsOf(catalog, connections)}
              placeholder="Choose what to do"
            />
          )}
        </Field>
        {create.error && <p className="rounded-md bg-failure-soft px-3 py-2">{messageOf(create.error)}</p>}
      </div>
    </Dialog>
  );
}

function useCreateFlow() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (definition: Record<string, unknown>) => api.flows.create(definition),
    meta: { quiet: true },
    onSuccess: async (flow) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      await navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
    },
  });
}

/** Webhooks and whatever else starts a flow first, then the reads that can be polled; apps that are connected before the others. */
function triggersOf(catalog: readonly CatalogEntry[], connections: readonly ConnectionView[]): CatalogEntry[] {
  return byConnected(
    catalog.filter((entry) => entry.kind !== "action"),
    connections,
  ).sort((a, b) => Number(a.kind === "trigger") - Number(b.kind === "trigger"));
}

function actionsOf(catalog: readonly CatalogEntry[], connections: readonly ConnectionView[]): CatalogEntry[] {
  return byConnected(
    catalog.filter((entry) => entry.kind === "action" && !entry.deprecated),
    connections,
  );
}

function byConnected(entries: CatalogEntry[], connections: readonly ConnectionView[]): CatalogEntry[] {
  const connected = new Set(connections.map((connection) => connection.app));
  return entries.sort((a, b) => Number(connected.has(b.app)) - Number(connected.has(a.app)));
}
