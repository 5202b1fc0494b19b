import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type WebhookEventType, webhookEventTypes } from "#kernel/webhook-events.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { webhookEndpointsQuery } from "../../lib/queries.ts";
import { EventTicks } from "./event-ticks.tsx";

/** A further address that is sent events. Its secret is shown once. */
export function AddEndpoint({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Add a webhook endpoint"
      about="Messages are signed by the Standard Webhooks scheme. They hold ids and links, and nothing about a person."
    >
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<WebhookEventType[]>(webhookEventTypes);
  const cache = useQueryClient();
  const add = useMutation({
    mutationFn: () => api.webhookEndpoints.add({ body: { url: url.trim(), events } }),
    meta: { quiet: true },
    onSettled: () => cache.invalidateQueries({ queryKey: webhookEndpointsQuery().queryKey }),
  });
  if (add.data) return <NewSecret secret={add.data.secret} onClose={onClose} />;
  const { form, at } = fieldErrors(add.error, ["url"]);
  return (
    <DialogForm
      error={form === undefined ? null : add.error}
      action="Add endpoint"
      ready={url.trim() !== "" && events.length > 0}
      busy={add.isPending}
      onCancel={onClose}
      onSubmit={() => add.mutate()}
    >
      <Field label="Address" hint="Where your system accepts messages by POST." error={at.url}>
        {(ids) => (
          <Input
            {...ids}
            value={url}
            maxLength={2000}
            inputMode="url"
            placeholder="https://example.com/millrace-events"
            className="font-mono"
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </Field>
      <EventTicks chosen={events} onChange={setEvents} />
    </DialogForm>
  );
}

/** The secret of an endpoint, for its receiver. */
export const NewSecret = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <ShownOnce text={secret} copyLabel="Copy the secret" onDone={onClose}>
    Copy this secret to the system that receives the messages: with it, messages are verified. It is shown only now.
  </ShownOnce>
);
