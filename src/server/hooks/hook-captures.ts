import type { IncomingMessage } from "node:http";
import type { Capture } from "#api/schemas.ts";
import { signatureHints } from "#catalog/signature-hints.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { notFound } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { HookCapture, HookCaptureStore } from "#storage/hook-capture-store.ts";
import { senderOf } from "./hook-sender.ts";

interface Parts {
  store: HookCaptureStore;
  /** The public address of this Millrace. */
  publicUrl: () => string;
  clock: Clock;
}

type Sample = Capture["samples"][number];

const lastsMs = 30 * 60_000;
const mostSamples = 10;
/** Of one workspace at once. */
const mostCaptures = 20;
/** By it an address is known before the store is asked. */
const mark = "capture-";
const emptyMs = 10 * 60_000;

/** Addresses that keep what is posted to them for half an hour, to make a trigger of. Nothing starts from it. */
export class HookCaptures {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async create(workspaceId: string): Promise<Capture> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const token = `${mark}${newToken()}`;
    const capture = { id: newId("capture", now), workspaceId, token, samples: [], createdAt: now, expiresAt: now + lastsMs };
    await store.add(capture, now, mostCaptures);
    return this.#view(capture);
  }

  async get(workspaceId: string, id: string): Promise<Capture> {
    const { store, clock } = this.#parts;
    const capture = await store.get(workspaceId, id, clock.now());
    if (!capture) throw notFound("address that captures events", id);
    return this.#view(capture);
  }

  async remove(workspaceId: string, id: string): Promise<void> {
    await this.get(workspaceId, id);
    await this.#parts.store.remove(workspaceId, id);
  }

  /** The one at a token; null where there is none, or its time is over. */
  async at(token: string): Promise<HookCapture | null> {
    return token.startsWith(mark) ? this.#parts.store.byToken(token, this.#parts.clock.now()) : null;
  }

  async keep({ id }: HookCapture, req: IncomingMessage, { payload, challenge }: { payload: unknown; challenge: boolean }): Promise<void> {
    const { store, clock } = this.#parts;
    const { headers = {}, query = {} } = senderOf(req);
    const sample: Sample = {
      at: clock.now(),
      method: req.method ?? "POST",
      headers,
      query,
      body: (payload ?? null) as Sample["body"],
      signatures: signatureHints(req.headers) as Sample["signatures"],
      challenge,
    };
    await store.keep(id, JSON.stringify(sample), mostSamples);
  }

  /** Deletes those whose time is over, now and then, until the signal aborts. */
  async keepEmptying(signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
    const { store, clock } = this.#parts;
    for (; !signal.aborted; await sleep(clock, emptyMs, signal)) await store.prune(clock.now()).catch(failed);
  }

  #view({ id, token, expiresAt, samples }: HookCapture): Capture {
    return {
      id,
      url: `${this.#parts.publicUrl()}/hooks/${token}`,
      expiresAt,
      samples: samples.map((sample) => JSON.parse(sample) as Sample),
    };
  }
}
