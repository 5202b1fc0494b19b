import { randomUUID } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import type { Faults } from "./faults.ts";
import type { OAuthApp, RetryPolicy, Signatures } from "./oauth/app.ts";
import type { Post } from "./post.ts";
import { Random } from "./random.ts";
import type { Records } from "./records.ts";
import { type Answered, retryAfterMs, wasTaken } from "./retries.ts";
import type { Signer } from "./signing.ts";
import { Table, type Row } from "./table.ts";

/** One webhook on its way. */
export interface Delivery extends Row {
  appId: string;
  url: string;
  event: string;
  /** Exactly what is signed and sent. */
  body: string;
  signatures: Signatures;
  retries: RetryPolicy;
  attempts: number;
  nextAt: number;
  status: "waiting" | "delivered" | "failed" | "lost";
  /** What the receiver answered last. */
  answer?: Answered;
}

/** How long an out-of-order webhook waits for another to overtake it. */
const overtakenWithinMs = 2000;
const shown = 200;

interface Parts {
  records: Records;
  clock: Clock;
  faults: Faults;
  signer: Signer;
  post: Post;
}

/** These go to an app's default address, whatever is ticked. */
const alwaysSent = new Set(["INSTALL", "UNINSTALL"]);

/**
 * Sends webhooks as the vendor does: at least once, in no promised order, tried again as the app's retry policy has it. What waits
 * is kept, so that a restart sends it.
 */
export class Webhooks {
  readonly #parts: Parts;
  readonly #waiting: Table<Delivery>;
  readonly #random = new Random(1, 0, 6);
  readonly #timers = new Map<string, () => void>();
  readonly #underWay = new Set<Promise<void>>();
  #done: Delivery[] = [];
  #overtake: (() => void) | undefined;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#waiting = new Table<Delivery>(parts.records, "delivery");
    for (const delivery of this.#waiting.all()) this.#schedule(delivery);
  }

  /** Puts an event on its way to an app. It leaves once the transaction it was made in is over. `url` where it has a place of its own. */
  send(app: OAuthApp, event: string, record: Record<string, unknown>, url = addressOf(app, event)): void {
    if (!url || this.#closed) return;
    const { clock, faults } = this.#parts;
    const fields = event === "TaskCreate" && faults.strike("webhook_bare_task", event) ? withoutBond(record) : record;
    const body = JSON.stringify({
      ...fields,
      appId: app.id,
      versionId: app.versionId,
      webhookId: randomUUID(),
      timestamp: new Date(clock.now()).toISOString(),
    });
    const { signatures = "new", retries = "throttled" } = app;
    this.#post({ appId: app.id, url, event, body, signatures, retries });
  }

  /** Sends one once more, as the portal's replay does: the same bytes under the same webhookId. */
  again(id: string): Delivery | undefined {
    const original = this.list(2 * shown).find((delivery) => delivery.id === id);
    if (!original) return undefined;
    const { appId, url, event, body, signatures, retries } = original;
    return this.#put({ appId, url, event, body, signatures, retries });
  }

  #post(letter: Letter): void {
    const { clock, faults } = this.#parts;
    if (faults.strike("webhook_lost", letter.event)) return this.#finish({ ...this.#fresh(letter), status: "lost" });
    const copies = faults.strike("webhook_doubled", letter.event) ? [letter, letter] : [letter];
    const late = faults.strike("webhook_late", letter.event);
    for (const copy of copies) this.#put(copy, late ? clock.now() + (late.ms ?? 60_000) : undefined);
  }

  #put(letter: Letter, nextAt = this.#parts.clock.now()): Delivery {
    const delivery = this.#waiting.put({ ...this.#fresh(letter), nextAt });
    this.#schedule(delivery);
    return delivery;
  }

  #fresh(letter: Letter): Delivery {
    return { ...letter, id: randomUUID(), attempts: 0, nextAt: this.#parts.clock.now(), status: "waiting" };
  }

  /** The last ones, newest first, those waiting included. */
  list(count = shown): Delivery[] {
    return [...this.#waiting.all(), ...this.#done.toReversed()].slice(0, count);
  }

  /** Resolves when nothing is being sent just now. Those that wait for a retry stay. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.settled();
  }

  #schedule(delivery: Delivery): void {
    const { clock, faults } = this.#parts;
    const held = delivery.attempts === 0 && faults.strike("webhook_reordered", delivery.event);
    const waitMs = Math.max(0, delivery.nextAt - clock.now()) + (held ? overtakenWithinMs : 0);
    const leave = () => {
      this.#timers.delete(delivery.id);
      if (!this.#closed && this.#waiting.get(delivery.id)) this.#track(this.#attempt(delivery));
    };
    const overtaken = this.#overtake;
    this.#overtake = undefined;
    this.#timers.set(delivery.id, clock.after(waitMs, leave));
    if (held) this.#overtake = () => this.#hurry(delivery.id, leave);
    else if (overtaken) clock.after(0, overtaken);
  }

  #hurry(id: string, leave: () => void): void {
    this.#timers.get(id)?.();
    leave();
  }

  #track(attempt: Promise<void>): void {
    this.#underWay.add(attempt);
    void attempt.finally(() => this.#underWay.delete(attempt));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const answer: Answered = await this.#parts
      .post(delivery.url, { headers: this.#headers(delivery), body: delivery.body })
      .catch(reasonOf);
    const tried = { ...delivery, attempts: delivery.attempts + 1, answer };
    const waitMs = retryAfterMs(delivery.retries, answer, tried.attempts, this.#random.next());
    if (waitMs === undefined) return this.#finish({ ...tried, status: wasTaken(answer) ? "delivered" : "failed" });
    const again = { ...tried, nextAt: this.#parts.clock.now() + waitMs };
    this.#waiting.put(again);
    if (!this.#closed) this.#schedule(again);
  }

  #finish(delivery: Delivery): void {
    if (this.#waiting.get(delivery.id)) this.#waiting.delete(delivery.id);
    this.#done.push(delivery);
    if (this.#done.length > 2 * shown) this.#done = this.#done.slice(-shown);
  }

  #headers({ id, body, signatures }: Delivery): Record<string, string> {
    const { signer } = this.#parts;
    return {
      "content-type": "application/json",
      "user-agent": "millrace-sandbox",
      ...((signatures === "new" || signatures === "both") && { "x-ghl-signature": signer.sign(body) }),
      ...((signatures === "old" || signatures === "both") && { "x-wh-signature": signer.signLegacy(body) }),
      ...(signatures === "none" && { "x-ghl-signature": "N/A", "x-wh-signature": "N/A" }),
      deliveryid: id,
    };
  }
}

type Letter = Pick<Delivery, "appId" | "url" | "event" | "body" | "signatures" | "retries">;

/** An event's own address, or the default one; none for an event that is not ticked. */
function addressOf({ webhookUrl, eventUrls, events }: OAuthApp, event: string): string | undefined {
  if (alwaysSent.has(event)) return webhookUrl;
  if (events && !events.includes(event)) return undefined;
  return (eventUrls && Object.hasOwn(eventUrls, event) ? eventUrls[event] : undefined) ?? webhookUrl;
}

/** What real deliveries have been seen to lack. */
const withoutBond = ({ contactId: _, body: __, ...record }: Record<string, unknown>) => record;

const reasonOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};
