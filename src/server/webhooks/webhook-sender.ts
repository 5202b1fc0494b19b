import type { Clock } from "#kernel/clock.ts";
import { dayMs, hourMs, minuteMs } from "#kernel/durations.ts";
import { toMillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import type { WebhookAnswer, WebhookPost } from "#outbound/webhook-post.ts";
import type { DeliveryPatch, WebhookDelivery, WebhookEndpoint, WebhookStore } from "#storage/webhook-store.ts";
import type { Sealer } from "#vault/seal.ts";
import { messageBody } from "./message.ts";
import { signedHeaders } from "./signing.ts";

export interface WebhookSenderParts {
  store: WebhookStore;
  sealer: Pick<Sealer, "open">;
  post: WebhookPost;
  publicUrl(): string;
  clock: Clock;
  log: Log;
}

/** How often the store is asked what is due. */
const lookEveryMs = 1_000;
const atOnce = 50;
/** Longer than an attempt takes. A process that claimed a delivery and crashed holds it no longer than that. */
const claimMs = 30_000;
/** An endpoint that failed is left alone for so long, however much waits for it. */
const restMs = minuteMs;
/** An endpoint that fails for so long is switched off. */
export const offAfterMs = 3 * dayMs;
/** After a failure of that length, what waits is sent as soon as one delivery arrives. */
const outageMs = 5 * minuteMs;
const pausesMs = [5_000, 30_000, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs];
const longestPauseMs = 4 * hourMs;

/** The pause after so many attempts, in milliseconds. */
export const pauseAfter = (attempts: number): number => pausesMs[attempts - 1] ?? longestPauseMs;

/**
 * Sends webhook endpoints what is due, at least once: the rows of deliveries are written with what happened, and a row is only marked as
 * delivered after the answer. One delivery at a time for each endpoint, all endpoints beside each other.
 */
export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  /** Endpoints that are being sent to. */
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #restingUntil = new Map<string, number>();
  #cancelTimer = () => {};
  #looking: Promise<void> = Promise.resolve();
  #state: "idle" | "started" | "closed" = "idle";

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "started";
    this.#look();
  }

  /** Resolves when no delivery is under way any more. */
  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelTimer();
    await this.#looking;
    await Promise.all(this.#lanes.values());
  }

  /** One attempt now, whenever it is due. */
  async sendNow(delivery: WebhookDelivery): Promise<void> {
    await this.#attempt(delivery);
  }

  #look(): void {
    this.#cancelTimer();
    if (this.#state !== "started") return;
    this.#looking = this.#looking
      .then(() => this.#startLanes())
      .catch((err: unknown) =>
        this.#parts.log.error({ err }, "Deliveries to webhook endpoints could not be read; they are read again in a moment"),
      );
    void this.#looking.then(() => {
      this.#cancelTimer();
      if (this.#state === "started") this.#cancelTimer = this.#parts.clock.after(lookEveryMs, () => this.#look());
    });
  }

  async #startLanes(): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    for (const [id, until] of this.#restingUntil) if (until <= now) this.#restingUntil.delete(id);
    const due = await store.due(now, atOnce, [...this.#lanes.keys(), ...this.#restingUntil.keys()]);
    for (const [endpointId, deliveries] of byEndpoint(due)) {
      const lane = this.#sendAll(endpointId, deliveries).finally(() => {
        this.#lanes.delete(endpointId);
        if (due.length === atOnce) this.#look(); // there may be more
      });
      this.#lanes.set(endpointId, lane);
    }
  }

  /** One after the other. At the first failure of the endpoint itself, the rest waits. */
  async #sendAll(endpointId: string, deliveries: readonly WebhookDelivery[]): Promise<void> {
    const { clock, log } = this.#parts;
    try {
      for (const delivery of deliveries) {
        if (this.#state === "closed") return;
        if ((await this.#attempt(delivery)) !== "endpoint fails") continue;
        this.#restingUntil.set(endpointId, clock.now() + restMs);
        return;
      }
    } catch (err) {
      log.error({ err, endpoint: endpointId }, "The outcome of a delivery could not be stored; it is sent again");
    }
  }

  async #attempt(delivery: WebhookDelivery): Promise<"done" | "endpoint fails"> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    if (!(await store.claim(delivery.id, now, now + claimMs))) return "done";
    const endpoint = await store.endpoint(delivery.workspaceId, delivery.endpointId);
    if (!endpoint?.active) {
      await store.settle(delivery.id, {});
      return "done";
    }
    const answer = await this.#send(delivery, endpoint);
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) await this.#delivered(delivery, endpoint, answer);
    else await this.#failed(delivery, endpoint, answer);
    return isEndpointFailure(answer.status) ? "endpoint fails" : "done";
  }

  /** Never throws for what the other side does. */
  async #send(delivery: WebhookDelivery, { id, url, jwe, previousUntil }: WebhookEndpoint): Promise<Attempt> {
    const { sealer, post, clock, publicUrl } = this.#parts;
    try {
      const { secret = "", previous = "" } = await sealer.open(id, jwe);
      const secrets = previousUntil !== null && previousUntil > clock.now() && previous !== "" ? [secret, previous] : [secret];
      const body = messageBody(delivery, publicUrl());
      const headers = signedHeaders({ id: delivery.id, timestamp: Math.floor(clock.now() / 1000), body }, secrets);
      return await post(url, { headers, body, secrets });
    } catch (thrown) {
      return { status: null, text: toMillraceError(thrown).message };
    }
  }

  async #delivered(delivery: WebhookDelivery, { workspaceId, id, failingSince }: WebhookEndpoint, answer: Attempt): Promise<void> {
    const { store, clock } = this.#parts;
    await store.settle(delivery.id, { ...attempted(delivery, answer, clock.now()), state: "delivered", nextAt: null });
    if (failingSince === null) return;
    await store.update(workspaceId, id, { failingSince: null });
    if (clock.now() - failingSince >= outageMs) await store.hurry(id, clock.now(), null);
  }

  async #failed(delivery: WebhookDelivery, endpoint: WebhookEndpoint, answer: Attempt): Promise<void> {
    const { store, clock, log } = this.#parts;
    const now = clock.now();
    const patch = attempted(delivery, answer, now);
    const isLast = answer.status === 410 || now >= delivery.retryUntil;
    await store.settle(
      delivery.id,
      isLast ? { ...patch, state: "failed", nextAt: null } : { ...patch, nextAt: now + pauseAfter(delivery.attempts + 1) },
    );
    const failingSince = endpoint.failingSince ?? now;
    const offReason = reasonToSwitchOff(answer.status, now - failingSince);
    if (offReason !== null) {
      log.warn({ endpoint: endpoint.id, status: answer.status }, "A webhook endpoint was switched off");
      await store.update(endpoint.workspaceId, endpoint.id, { active: false, offReason, failingSince });
    } else if (endpoint.failingSince === null) await store.update(endpoint.workspaceId, endpoint.id, { failingSince });
  }
}

/** An answer, or why there was none. */
type Attempt = WebhookAnswer | { status: null; text: string };

const attempted = ({ attempts }: WebhookDelivery, { status, text }: Attempt, now: number): DeliveryPatch => ({
  attempts: attempts + 1,
  status,
  answer: text,
  sentAt: now,
});

function reasonToSwitchOff(status: number | null, failingMs: number): string | null {
  if (status === 410) return "It answered 410 (Gone), which asks for no more events.";
  return failingMs >= offAfterMs ? "It has not taken a single event for 3 days." : null;
}

/** No answer, too many requests or a fault of the server; any other refusal may be of this one event. */
const isEndpointFailure = (status: number | null): boolean => status === null || status === 410 || status === 429 || status >= 500;

function byEndpoint(deliveries: readonly WebhookDelivery[]): Map<string, WebhookDelivery[]> {
  const lanes = new Map<string, WebhookDelivery[]>();
  for (const delivery of deliveries) lanes.set(delivery.endpointId, [...(lanes.get(delivery.endpointId) ?? []), delivery]);
  return lanes;
}
