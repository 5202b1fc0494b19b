/** Pure: webhook endpoints and what they were sent, as people read them. */
import type { WebhookDeliveryView, WebhookEndpointView } from "#api/schemas.ts";
import { table } from "../table.ts";
import { ago, brief, type Paper } from "../text.ts";

const stateOf = ({ active, offReason, failingSince }: WebhookEndpointView): string =>
  !active ? (offReason === null ? "off" : "switched off") : failingSince === null ? "on" : "failing";

export function endpointTable(endpoints: readonly WebhookEndpointView[], paper: Paper): string {
  if (endpoints.length === 0) return "There is no webhook endpoint yet. Make one: millrace webhook add URL";
  return table(
    endpoints,
    [
      { title: "address", value: ({ url }) => url },
      { title: "state", value: stateOf, style: (endpoint) => (stateOf(endpoint) === "on" ? "green" : "yellow") },
      { title: "waiting", value: ({ waiting }) => String(waiting) },
      { title: "events", value: ({ events }) => events.join(" ") },
      { title: "why", value: ({ offReason }) => offReason ?? "" },
    ],
    paper,
  );
}

export function deliveryTable(deliveries: readonly WebhookDeliveryView[], paper: Paper): string {
  if (deliveries.length === 0) return "Nothing was sent. Try it: millrace webhook test ENDPOINT";
  return table(
    deliveries,
    [
      { title: "when", value: ({ createdAt }) => ago(paper, createdAt) },
      { title: "event", value: ({ type }) => type },
      { title: "state", value: ({ state }) => state, style: ({ state }) => (state === "failed" ? "red" : undefined) },
      { title: "attempts", value: ({ attempts }) => String(attempts) },
      { title: "answer", value: ({ status, attempts }) => (attempts === 0 ? "" : status === null ? "none" : String(status)) },
      { title: "id", value: ({ id }) => id },
    ],
    paper,
  );
}

/** What became of an attempt that was just made. */
export function outcomeLine({ state, status, answer }: WebhookDeliveryView): string {
  if (state === "delivered") return `Arrived; the answer was ${status}.`;
  return `Did not arrive: ${status === null ? brief(answer ?? "no answer") : `the answer was ${status}`}`;
}
