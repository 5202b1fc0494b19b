import type { WebhookDeliveryView, WebhookEndpointBody, WebhookEndpointPatch, WebhookEndpointView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { dayMs } from "#kernel/durations.ts";
import { conflict, notFound } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { testEvent } from "#kernel/webhook-events.ts";
import { newDelivery, type DeliveryPage, type WebhookDelivery, type WebhookEndpoint, type WebhookStore } from "#storage/webhook-store.ts";
import { retryMs } from "#storage/webhook-outbox.ts";
import type { Sealer } from "#vault/seal.ts";
import { newWebhookSecret } from "./signing.ts";
import type { WebhookSender } from "./webhook-sender.ts";

interface Parts {
  store: WebhookStore;
  sealer: Sealer;
  sender: Pick<WebhookSender, "sendNow">;
  /** Throws BAD_INPUT or HOST_NOT_ALLOWED for an address that may not be called. */
  checkAddress(url: string): Promise<void>;
  clock: Clock;
  log: Log;
}

const mostEndpoints = 20;
/** For so long the secret before signs as well, so that a receiver can change over without a gap. */
const previousMs = dayMs;

/** Webhook endpoints as people deal with them. */
export class WebhookEndpoints {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `hidden`: without what is secret in their addresses. Who knows the whole of one can send to it. */
  async list(workspaceId: string, { hidden = false }: { hidden?: boolean } = {}): Promise<WebhookEndpointView[]> {
    const all = await this.#views(workspaceId);
    return hidden ? all.map((view) => ({ ...view, url: withoutSecrets(view.url) })) : all;
  }

  async #views(workspaceId: string): Promise<WebhookEndpointView[]> {
    return (await this.#parts.store.endpoints(workspaceId)).map((endpoint) => this.#view(endpoint, endpoint.waiting));
  }

  /** Gives the secret, which is never shown again. Throws BAD_INPUT or HOST_NOT_ALLOWED for an address that may not be called. */
  async add(
    workspaceId: string,
    { url, events }: WebhookEndpointBody,
    by: string,
  ): Promise<{ endpoint: WebhookEndpointView; secret: string }> {
    const { store, sealer, clock } = this.#parts;
    await this.#parts.checkAddress(url);
    if ((await store.endpoints(workspaceId)).length >= mostEndpoints)
      throw conflict(`There are ${mostEndpoints} webhook endpoints already. Remove one that is not needed`);
    const [id, secret] = [newId("whe", clock.now()), newWebhookSecret()];
    const jwe = await sealer.seal(id, { secret });
    const rest = { previousUntil: null, active: true, offReason: null, failingSince: null, createdAt: clock.now() };
    const endpoint = { id, workspaceId, url, events, jwe, ...rest };
    await store.add(endpoint, by);
    return { endpoint: this.#view(endpoint, 0), secret };
  }

  /** An endpoint that is switched on again is sent what waits, and starts with a clean record. */
  async change(workspaceId: string, id: string, { url, events, active }: WebhookEndpointPatch, by: string): Promise<WebhookEndpointView> {
    const { store, clock } = this.#parts;
    const before = await this.#get(workspaceId, id);
    if (url !== undefined) await this.#parts.checkAddress(url);
    const isBack = active === true && !before.active;
    const patch = { ...defined({ url, events, active }), ...(isBack && { offReason: null, failingSince: null }) };
    if (Object.keys(patch).length > 0) await store.update(workspaceId, id, patch, by);
    if (isBack) await store.hurry(id, clock.now(), clock.now() + retryMs);
    return this.#shown(workspaceId, id);
  }

  async remove(workspaceId: string, id: string, by: string): Promise<void> {
    if (!(await this.#parts.store.remove(workspaceId, id, by))) throw notFound("webhook endpoint", id);
  }

  /** A new secret. The one before signs beside it for a day. */
  async rotate(workspaceId: string, id: string, by: string): Promise<{ endpoint: WebhookEndpointView; secret: string }> {
    const { store, sealer, clock } = this.#parts;
    const { jwe } = await this.#get(workspaceId, id);
    const { secret: previous = "" } = await sealer.open(id, jwe);
    const secret = newWebhookSecret();
    const sealed = await sealer.seal(id, { secret, previous });
    await store.update(workspaceId, id, { jwe: sealed, previousUntil: clock.now() + previousMs }, by);
    return { endpoint: await this.#shown(workspaceId, id), secret };
  }

  /** Sends a test event at once and gives what became of it. */
  async test(workspaceId: string, id: string): Promise<WebhookDeliveryView> {
    const { store, clock } = this.#parts;
    const endpoint = await this.#active(workspaceId, id);
    const now = clock.now();
    const delivery = newDelivery(endpoint, { message: newId("msg", now), type: testEvent, subject: { endpoint: { id } }, now });
    await store.addDelivery(delivery);
    return this.#sent(delivery);
  }

  /** A page of its deliveries, the newest first. */
  async deliveries(
    workspaceId: string,
    id: string,
    page: DeliveryPage,
  ): Promise<{ deliveries: WebhookDeliveryView[]; next: string | null }> {
    await this.#get(workspaceId, id);
    const found = await this.#parts.store.deliveries(workspaceId, id, { ...page, limit: page.limit + 1 });
    const shown = found.slice(0, page.limit);
    return { deliveries: shown.map(viewOf), next: found.length > page.limit ? shown.at(-1)!.id : null };
  }

  /** Sends one again at once, with the id it had. */
  async resend(workspaceId: string, id: string, deliveryId: string): Promise<WebhookDeliveryView> {
    const { store, clock } = this.#parts;
    await this.#active(workspaceId, id);
    const delivery = await store.delivery(workspaceId, deliveryId);
    if (delivery?.endpointId !== id) throw notFound("delivery", deliveryId);
    const again = { state: "waiting", attempts: 0, nextAt: clock.now(), retryUntil: clock.now() + retryMs } as const;
    await store.settle(deliveryId, again);
    return this.#sent({ ...delivery, ...again });
  }

  /** Seals with the newest key what an older one sealed. */
  async reseal(): Promise<void> {
    const { store, sealer, log } = this.#parts;
    for (const { id, jwe } of await store.allSealed()) {
      if (!sealer.isStale(jwe)) continue;
      await sealer
        .open(id, jwe)
        .then(async (secrets) => store.reseal(id, jwe, await sealer.seal(id, secrets)))
        .catch((err: unknown) =>
          log.error({ err, endpoint: id }, "Could not re-encrypt the secret of a webhook endpoint with the newest key"),
        );
    }
  }

  async #sent(delivery: WebhookDelivery): Promise<WebhookDeliveryView> {
    await this.#parts.sender.sendNow(delivery);
    return viewOf((await this.#parts.store.delivery(delivery.workspaceId, delivery.id)) ?? delivery);
  }

  async #get(workspaceId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.#parts.store.endpoint(workspaceId, id);
    if (!endpoint) throw notFound("webhook endpoint", id);
    return endpoint;
  }

  async #active(workspaceId: string, id: string): Promise<WebhookEndpoint> {
    const endpoint = await this.#get(workspaceId, id);
    if (!endpoint.active) throw conflict("This webhook endpoint is switched off. Switch it on, then send again");
    return endpoint;
  }

  async #shown(workspaceId: string, id: string): Promise<WebhookEndpointView> {
    const found = (await this.#views(workspaceId)).find((endpoint) => endpoint.id === id);
    if (!found) throw notFound("webhook endpoint", id);
    return found;
  }

  #view(
    { id, url, events, active, offReason, failingSince, previousUntil, createdAt }: WebhookEndpoint,
    waiting: number,
  ): WebhookEndpointView {
    const previousSecretUntil = previousUntil !== null && previousUntil > this.#parts.clock.now() ? previousUntil : null;
    return { id, url, events: [...events], active, offReason, failingSince, waiting, previousSecretUntil, createdAt };
  }
}

/** An address by its host alone: paths and queries of other tools have tokens in them. */
function withoutSecrets(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return pathname === "/" && search === "" ? address : `${origin}/…`;
}

const viewOf = ({
  id,
  type,
  subject,
  state,
  attempts,
  nextAt,
  status,
  answer,
  sentAt,
  createdAt,
}: WebhookDelivery): WebhookDeliveryView => ({
  id,
  type,
  subject: { ...subject },
  state,
  attempts,
  nextAt,
  status,
  answer,
  sentAt,
  createdAt,
});
