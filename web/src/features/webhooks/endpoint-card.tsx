import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, ListChecks, MoreHorizontal, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { WebhookEndpointView } from "#api/schemas.ts";
import { webhookEvents, type WebhookEventType } from "#kernel/webhook-events.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { webhookDeliveriesQuery, webhookEndpointsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { NewSecret } from "./add-endpoint.tsx";
import { Deliveries } from "./deliveries.tsx";
import { EventTicks } from "./event-ticks.tsx";
import { EndpointState } from "./states.tsx";

/** An address, what it is sent, and what became of it. */
export function EndpointCard({ endpoint }: { endpoint: WebhookEndpointView }) {
  return (
    <article aria-label={endpoint.url} className="rounded-lg border border-line bg-raised">
      <div className="flex flex-wrap items-start gap-3 p-4">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-mono text-ui font-medium break-all">
            <bdi>{endpoint.url}</bdi>
          </h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 text-ink-2">
            <EndpointState endpoint={endpoint} />
            {endpoint.waiting > 0 && <span>· {plural(endpoint.waiting, "delivery", "deliveries")} waiting</span>}
          </p>
        </div>
        <May scope="webhooks:write">
          <Actions endpoint={endpoint} />
        </May>
      </div>
      <Notes endpoint={endpoint} />
      <ul aria-label="Events it is sent" className="flex flex-wrap gap-1.5 px-4 pb-4">
        {endpoint.events.map((type) => (
          <li key={type} className="rounded-sm bg-neutral-soft px-1.5 text-meta text-ink-2">
            {webhookEvents[type as WebhookEventType] ?? type}
          </li>
        ))}
      </ul>
      <Deliveries endpoint={endpoint} />
    </article>
  );
}

/** What somebody should know of it. */
function Notes({ endpoint: { active, offReason, failingSince, previousSecretUntil } }: { endpoint: WebhookEndpointView }) {
  return (
    <>
      {offReason !== null && (
        <p className="mx-4 mb-3 rounded-md bg-failure-soft px-3 py-2">
          Millrace switched it off: {offReason} Fix the receiving system, then switch it on again; it is sent what waits. Events that happen
          until then are not kept for it.
        </p>
      )}
      {active && failingSince !== null && (
        <p className="mx-4 mb-3 rounded-md bg-warning-soft px-3 py-2">
          No delivery has arrived since <Time at={failingSince} />. They are kept and tried again; after three days the endpoint is switched
          off.
        </p>
      )}
      {previousSecretUntil !== null && (
        <p className="px-4 pb-3 text-ink-2">
          Messages are signed with the new and the old secret, with the old one until <Time at={previousSecretUntil} />.
        </p>
      )}
    </>
  );
}

function useChange(endpoint: WebhookEndpointView) {
  const cache = useQueryClient();
  const refresh = () =>
    Promise.all(
      [webhookEndpointsQuery().queryKey, webhookDeliveriesQuery(endpoint.id).queryKey].map((queryKey) =>
        cache.invalidateQueries({ queryKey }),
      ),
    );
  const change = useMutation({
    mutationFn: (body: { events?: WebhookEventType[]; active?: boolean }) => api.webhookEndpoints.change({ id: endpoint.id, body }),
    onSettled: refresh,
  });
  return { change, refresh };
}

function Actions({ endpoint }: { endpoint: WebhookEndpointView }) {
  const [asking, setAsking] = useState<"events" | "rotate" | "remove" | null>(null);
  const { change, refresh } = useChange(endpoint);
  const close = () => setAsking(null);
  const test = useMutation({
    mutationFn: () => api.webhookEndpoints.test({ id: endpoint.id }),
    onSuccess: ({ state, status, answer }) =>
      state === "delivered"
        ? toast.success(`The test delivery arrived; the answer was ${status}`)
        : toast.error(`The test delivery did not arrive: ${status === null ? answer : `the answer was ${status}`}`),
    onSettled: refresh,
  });
  const remove = useMutation({ mutationFn: () => api.webhookEndpoints.remove({ id: endpoint.id }), onSuccess: close, onSettled: refresh });
  const toggleActive = () =>
    change.mutate({ active: !endpoint.active }, { onSuccess: ({ active }) => toast.success(`Switched ${active ? "on" : "off"}`) });
  return (
    <div className="flex items-center gap-1.5">
      {endpoint.active ? (
        <Button small busy={test.isPending} onClick={() => test.mutate()}>
          Send a test delivery
        </Button>
      ) : (
        <Button small kind="primary" busy={change.isPending} onClick={toggleActive}>
          Switch on
        </Button>
      )}
      <Menu
        trigger={
          <IconButton small label={`More about ${endpoint.url}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={ListChecks} onSelect={() => setAsking("events")}>
          Choose events
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={() => setAsking("rotate")}>
          New secret
        </MenuItem>
        {endpoint.active && (
          <MenuItem icon={Power} onSelect={toggleActive}>
            Switch off
          </MenuItem>
        )}
        <MenuItem icon={Trash2} danger onSelect={() => setAsking("remove")}>
          Remove endpoint
        </MenuItem>
      </Menu>
      <ChooseEvents key={String(asking === "events")} endpoint={endpoint} open={asking === "events"} onClose={close} />
      <NewSecretDialog endpoint={endpoint} open={asking === "rotate"} onClose={close} />
      <Confirm
        open={asking === "remove"}
        onClose={close}
        title="Remove this endpoint?"
        action="Remove endpoint"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        It is sent nothing more, and its list of deliveries is deleted.
      </Confirm>
    </div>
  );
}

interface DialogProps {
  endpoint: WebhookEndpointView;
  open: boolean;
  onClose: () => void;
}

function ChooseEvents({ endpoint, open, onClose }: DialogProps) {
  const [events, setEvents] = useState(endpoint.events as WebhookEventType[]);
  const { change } = useChange(endpoint);
  return (
    <Dialog open={open} onClose={onClose} title="Choose events" about="What this endpoint is sent from now on.">
      <DialogForm
        error={change.error}
        action="Save events"
        ready={events.length > 0}
        busy={change.isPending}
        onCancel={onClose}
        onSubmit={() => change.mutate({ events }, { onSuccess: onClose })}
      >
        <EventTicks chosen={events} onChange={setEvents} />
      </DialogForm>
    </Dialog>
  );
}

function NewSecretDialog({ endpoint, open, onClose }: DialogProps) {
  const { refresh } = useChange(endpoint);
  const rotate = useMutation({
    mutationFn: () => api.webhookEndpoints.rotateSecret({ id: endpoint.id }),
    meta: { quiet: true },
    onSettled: refresh,
  });
  const close = () => {
    rotate.reset();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="New secret"
      about="For a day, messages are signed with both secrets, so that nothing is refused while you change over."
    >
      {rotate.data ? (
        <NewSecret secret={rotate.data.secret} onClose={close} />
      ) : (
        <DialogForm
          error={rotate.error}
          action="Make a new secret"
          ready
          busy={rotate.isPending}
          onCancel={close}
          onSubmit={() => rotate.mutate()}
        >
          <p>The receiver keeps working with its present secret for 24 hours. Enter the new one there within that time.</p>
        </DialogForm>
      )}
    </Dialog>
  );
}
