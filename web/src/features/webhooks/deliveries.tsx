import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { WebhookDeliveryView, WebhookEndpointView } from "#api/schemas.ts";
import { webhookEvents, type WebhookEventType } from "#kernel/webhook-events.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { webhookDeliveriesQuery, webhookEndpointsQuery } from "../../lib/queries.ts";
import { plural } from "../../lib/words.ts";
import { DeliveryState } from "./states.tsx";

/** What an endpoint was sent in the last 30 days, opened on demand. */
export function Deliveries({ endpoint }: { endpoint: WebhookEndpointView }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="border-t border-line px-4 py-2">
      <Button kind="quiet" small aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide deliveries" : "Show deliveries"}
      </Button>
      {open && <List endpoint={endpoint} />}
    </div>
  );
}

function List({ endpoint }: { endpoint: WebhookEndpointView }) {
  const query = useInfiniteQuery({ ...webhookDeliveriesQuery(endpoint.id), refetchInterval: 10_000 });
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {({ pages }) => {
        const deliveries = pages.flatMap((page) => page.deliveries);
        if (deliveries.length === 0)
          return <p className="py-2 text-ink-3">Nothing was sent yet. “Send a test delivery” shows whether they arrive.</p>;
        return (
          <>
            <ul aria-label="Deliveries" className="mt-1 divide-y divide-line">
              {deliveries.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} endpoint={endpoint} />
              ))}
            </ul>
            {query.hasNextPage && (
              <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Load older
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

const titleOf = ({ type }: WebhookDeliveryView): string => webhookEvents[type as WebhookEventType] ?? "Test";

function Row({ delivery, endpoint }: { delivery: WebhookDeliveryView; endpoint: WebhookEndpointView }) {
  const cache = useQueryClient();
  const resend = useMutation({
    mutationFn: () => api.webhookEndpoints.resend({ id: endpoint.id, delivery: delivery.id }),
    onSuccess: ({ state }) => (state === "delivered" ? toast.success("The delivery arrived") : toast.error("The delivery did not arrive")),
    onSettled: () =>
      Promise.all(
        [webhookEndpointsQuery().queryKey, webhookDeliveriesQuery(endpoint.id).queryKey].map((queryKey) =>
          cache.invalidateQueries({ queryKey }),
        ),
      ),
  });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2">
      <div className="w-24 shrink-0">
        <DeliveryState state={delivery.state} />
      </div>
      <div className="min-w-0 flex-1 basis-56">
        <p>
          <Subject delivery={delivery} />
          <span className="text-ink-3">
            {" "}
            · <Time at={delivery.createdAt} />
          </span>
        </p>
        <p className="text-meta break-words text-ink-3">{outcomeOf(delivery)}</p>
        {delivery.nextAt !== null && delivery.attempts > 0 && (
          <p className="text-meta text-ink-3">
            Tried again <Time at={delivery.nextAt} />
          </p>
        )}
      </div>
      {endpoint.active && (
        <May scope="webhooks:write">
          <Button small kind="quiet" busy={resend.isPending} onClick={() => resend.mutate()}>
            Send again
          </Button>
        </May>
      )}
    </li>
  );
}

/** The event, as a link to what it is about where there is a page of it. */
function Subject({ delivery }: { delivery: WebhookDeliveryView }) {
  const { run, flow, connection } = delivery.subject;
  const title = titleOf(delivery);
  if (run?.["id"] !== undefined)
    return (
      <Link to="/runs/$runId" params={{ runId: run["id"] }} className="rounded-sm font-medium text-accent-ink hover:underline">
        {title}
      </Link>
    );
  if (flow?.["id"] !== undefined)
    return (
      <Link to="/flows/$flowId" params={{ flowId: flow["id"] }} className="rounded-sm font-medium text-accent-ink hover:underline">
        {title}
      </Link>
    );
  return (
    <>
      {title}
      {connection?.["name"] !== undefined && `: ${connection["name"]}`}
    </>
  );
}

function outcomeOf({ attempts, status, answer }: WebhookDeliveryView): string {
  if (attempts === 0) return "Not sent yet";
  const said = answer === null || answer === "" ? "" : ` · ${answer}`;
  return `${plural(attempts, "attempt")} · ${status === null ? "no answer" : `answered ${status}`}${said}`;
}
