import { randomUUID } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import type { Faults } from "./faults.ts";
import type { OAuthApp } from "./oauth/grants.ts";
import type { Post } from "./post.ts";
import type { Records } from "./records.ts";
import type { Signer } from "./signing.ts";
import { Table, type Row } from "./table.ts";

/** One webhook on its way. */
export interface Delivery extends Row {
  appId: string;
  url: string;
  event: string;
  /** Exactly what is signed and sent. */
  body: string;
  legacySignature: boolean;
  attempts: number;
  nextAt: number;
  status: "waiting" | "delivered" | "failed" | "lost";
  /** What the receiver answered last. */
  answer?: number | string;
}

const retries = 6;
const retryAfterMs = 10 * 60_000;
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

/**
 * Sends webhooks as the vendor does: at least once, in no promised order, tried again on 429 alone, six times, ten minutes
 * apart. What waits is kept, so that a restart sends it.
 */
export class Webhooks {
  readonly #parts: Parts;
  readonly #waiting: Table<Delivery>;
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

  /** Puts an event on its way to an app. It leaves once the transaction it was made in is over. */
  send(app: OAuthApp, event: string, record: Record<string, unknown>): void {
    if (!app.webhookUrl || this.#closed) return;
    const { clock, faults } = this.#parts;
    const body = JSON.stringify({
      ...record,
      appId: app.id,
      versionId: app.versionId,
      webhookId: randomUUID(),
      timestamp: new Date(clock.now()).toISOString(),
    });
    const delivery: Delivery = {
      id: randomUUID(),
      appId: app.id,
      url: app.webhookUrl,
      event,
      body,
      legacySignature: app.legacySignature === true,
      attempts: 0,
      nextAt: clock.now(),
      status: "waiting",
    };
    if (faults.strike("webhook_lost", event)) return this.#finish({ ...delivery, status: "lost" });
    const copies = faults.strike("webhook_doubled", event) ? [delivery, { ...delivery, id: randomUUID() }] : [delivery];
    const late = faults.strike("webhook_late", event);
    for (const copy of copies) this.#schedule(this.#waiting.put(late ? { ...copy, nextAt: clock.now() + (late.ms ?? 60_000) } : copy));
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
    const answer = await this.#parts.post(delivery.url, { headers: this.#headers(delivery), body: delivery.body }).catch(reasonOf);
    const tried = { ...delivery, attempts: delivery.attempts + 1, answer };
    if (answer !== 429 || tried.attempts > retries) {
      return this.#finish({ ...tried, status: typeof answer === "number" && answer >= 200 && answer < 300 ? "delivered" : "failed" });
    }
    const again = { ...tried, nextAt: this.#parts.clock.now() + retryAfterMs };
    this.#waiting.put(again);
    if (!this.#closed) this.#schedule(again);
  }

  #finish(delivery: Delivery): void {
    if (this.#waiting.get(delivery.id)) this.#waiting.delete(delivery.id);
    this.#done.push(delivery);
    if (this.#done.length > 2 * shown) this.#done = this.#done.slice(-shown);
  }

  #headers({ id, body, legacySignature }: Delivery): Record<string, string> {
    const { signer } = this.#parts;
    return {
      "content-type": "application/json",
      "user-agent": "millrace-sandbox",
      "x-ghl-signature": signer.sign(body),
      ...(legacySignature && { "x-wh-signature": signer.signLegacy(body) }),
      deliveryid: id,
    };
  }
}

const reasonOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};
