import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError, type ErrorCode } from "#kernel/errors.ts";
import type { Accepted, Delivered, Engine } from "#engine/api.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { HookCapture } from "#storage/hook-capture-store.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { WebhookChallenge } from "#catalog/webhook-rules.ts";
import { BoundedBodies } from "./bounded-bodies.ts";
import { challengeIn, challengeOf, describedChallenge, isSignedAnswer, isWithoutBody, type Challenge } from "./challenge.ts";
import type { HookCaptures } from "./hook-captures.ts";
import { hookFormat, readHookBody, unpackBody, type HookBody, type HookFormat } from "./hook-body.ts";
import { contentOf, deliveryIdOf, plainEvent, withSender } from "./hook-sender.ts";
import type { InboxReceiver } from "../inboxes/inbox-receiver.ts";
import { checkRate, createRateLimiter, senderOf, type Rate, type RateLimiter } from "../http/rate-limit.ts";
import { dropRest } from "../http/refused-body.ts";
import type { SenderGate } from "./sender-gate.ts";
import type { SignatureCheck, SignedEvent } from "./signature.ts";

export interface HooksOptions {
  engine: Pick<Engine, "accept" | "triggerByToken">;
  /** The addresses of marketplace apps. */
  inboxes?: InboxReceiver;
  /** Addresses that keep what is posted to them for a while. */
  captures?: Pick<HookCaptures, "at" | "keep">;
  /** Refuses senders that a flow or an inbox does not name. */
  senderGate?: Pick<SenderGate, "checkFlow" | "checkInbox">;
  /** Refuses an event that its app did not sign. */
  checkSignature?: SignatureCheck;
  /** How the app of a trigger makes sure of its address, beside what every address answers. */
  challenges?: (trigger: Trigger) => Promise<readonly WebhookChallenge[]>;
  /** Whether an address was one of a flow and is no longer. */
  isGone?: (token: string) => Promise<boolean>;
  /** Called after an event was accepted for a trigger. */
  onAccepted?: (trigger: Trigger) => void;
  /** Gets each fault that is ours. */
  log: { error(details: object, message: string): void };
  clock?: Clock;
  /** Who sends a request; the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
  /** Events of one address. */
  rate?: Rate;
  /** Requests of one sender to addresses that do not exist. */
  strangerRate?: Rate;
  /** The largest body, unpacked; the second is for inboxes. */
  maxBodyBytes?: number;
  maxInboxBytes?: number;
  /** Bytes of bodies held at once, over all requests. */
  maxHeldBytes?: number;
  bodyTimeoutMs?: number;
}

export const hooksPath = "/hooks/";
const retryAfterSeconds = 5;
/** A token, and after an inbox's the name of an event. */
const addressPattern = /^([\w-]{8,128})(?:\/([\w-]{1,80}))?\/?$/;
/** What is read and dropped of a refused body: of a stranger's as little as lets a usual sender see the answer. */
const strangersRest = { bytes: 64 * 1024, ms: 1_000 };
const refusedRest = { bytes: 16 * 1024 * 1024, ms: 5_000 };
/** More than honest senders reach: this machine takes fewer a second. It keeps a broken sender from filling the disk. */
const defaultRate: Rate = { perSecond: 5_000, burst: 50_000 };
/** Samples of events are looked at by a person. */
const captureRate: Rate = { perSecond: 2, burst: 30 };
const mostCapturedBytes = 256 * 1024;
const defaultStrangerRate: Rate = { perSecond: 20, burst: 200 };
/** For each megabyte: over a slow line of one megabit it takes eight seconds. Whoever takes longer holds memory and means to. */
const defaultBodyTimeoutMs = 10_000;
const mebibyte = 1024 * 1024;

/** Where an event goes. */
type Door = { inbox: Inbox; event?: string } | { trigger: Trigger } | { capture: HookCapture };

/** What is answered: JSON with 202, unless it says otherwise. */
type Reply = string | Challenge;

/**
 * The door for events: `POST /hooks/<token>`, or `/hooks/<token>/<event>` for an inbox, answered without the router. The token is looked
 * up before anything of the body is read. A small constant amount of work for each request, and 202 only after the event is durable.
 * Whatever is temporary is answered 429: it is all HighLevel tries again.
 */
export function createHooks(options: HooksOptions): (req: IncomingMessage, res: ServerResponse) => void {
  const receiver = new HookReceiver(options);
  return (req, res) => receiver.receive(req, res);
}

class HookReceiver {
  readonly #options: HooksOptions;
  readonly #bodies: BoundedBodies;
  /** The largest body of an event for a flow, and of one that comes to an inbox. */
  readonly #maxBytes: { flow: number; inbox: number };
  readonly #events: RateLimiter;
  readonly #strangers: RateLimiter;
  readonly #captures: RateLimiter;

  constructor(options: HooksOptions) {
    this.#options = options;
    const { clock = systemClock, maxBodyBytes = mebibyte } = options;
    const { maxInboxBytes = Math.max(8 * mebibyte, maxBodyBytes) } = options;
    const { maxHeldBytes = Math.max(64 * mebibyte, 4 * maxInboxBytes), bodyTimeoutMs: timeoutMs = defaultBodyTimeoutMs } = options;
    this.#maxBytes = { flow: maxBodyBytes, inbox: maxInboxBytes };
    this.#bodies = new BoundedBodies({ clock, maxHeldBytes, timeoutMs });
    this.#events = createRateLimiter(options.rate ?? defaultRate, { clock });
    this.#captures = createRateLimiter(captureRate, { clock });
    this.#strangers = createRateLimiter(options.strangerRate ?? defaultStrangerRate, { clock });
  }

  receive(req: IncomingMessage, res: ServerResponse): void {
    this.#take(req).then(
      (reply) => (typeof reply === "string" ? answer(res, 202, reply) : answer(res, 200, reply.text, reply)),
      (error: unknown) => {
        dropRest(req, isStrangers(error) ? strangersRest : refusedRest);
        refuse(res, this.#refusalOf(req, error));
      },
    );
  }

  async #take(req: IncomingMessage): Promise<Reply> {
    const challenge = challengeOf(req);
    const door = await this.#doorOf(req, challenge);
    if ("trigger" in door) {
      const asked = challenge ?? (await this.#challengeTo(door.trigger, req));
      if (asked) return asked;
      if (req.method !== "POST") throw notPost(req);
    }
    if ("capture" in door && challenge) return this.#captured(door.capture, req, null, challenge);
    const format = hookFormat(req.headers["content-type"]);
    const maxBytes = "capture" in door ? mostCapturedBytes : "inbox" in door ? this.#maxBytes.inbox : this.#maxBytes.flow;
    const bytes = await this.#bodies.read(req, maxBytes);
    let held = bytes.length;
    const read = (): HookBody | Promise<HookBody> => {
      const encoding = req.headers["content-encoding"];
      if (encoding === undefined) return readHookBody(bytes, format);
      const plain = unpackBody(bytes, encoding, maxBytes);
      this.#bodies.hold(plain.length);
      held += plain.length;
      return readHookBody(plain, format);
    };
    try {
      if ("capture" in door) {
        const { payload } = await read();
        return await this.#captured(door.capture, req, payload, challengeIn(payload));
      }
      if ("trigger" in door) return await this.#forFlow(door.trigger, req, { bytes, format, read });
      const { inbox, event } = door;
      const delivery = { headers: req.headers, bytes, format, read, ...(event !== undefined && { event }) };
      return inboxReply(await this.#options.inboxes!.take(inbox, delivery));
    } finally {
      this.#bodies.release(held);
    }
  }

  /** The challenge that the app's definition describes, where no body is needed to know it. */
  async #challengeTo(trigger: Trigger, req: IncomingMessage): Promise<Challenge | undefined> {
    const rules = (await this.#options.challenges?.(trigger)) ?? [];
    return rules.length === 0 ? undefined : describedChallenge(rules.filter(isWithoutBody), req);
  }

  async #doorOf(req: IncomingMessage, challenge: Challenge | undefined): Promise<Door> {
    const { inboxes, engine } = this.#options;
    const { token, event } = addressOf(req, challenge !== undefined || (req.method === "GET" && this.#options.challenges !== undefined));
    const capture = event === undefined ? await this.#options.captures?.at(token) : undefined;
    if (capture) {
      if (req.method !== "POST" && !challenge) throw notPost(req);
      checkRate(this.#captures, token);
      return { capture };
    }
    const inbox = inboxes?.at(token);
    const trigger = inbox || event !== undefined ? null : await engine.triggerByToken(token);
    if (!inbox && !trigger) throw new MillraceError((await this.#options.isGone?.(token)) ? "HOOK_GONE" : "HOOK_UNKNOWN");
    if (inbox && req.method !== "POST") throw notPost(req);
    checkRate(this.#events, token);
    await this.#checkSender(inbox ?? null, trigger, req);
    return inbox ? { inbox, ...(event !== undefined && { event }) } : { trigger: trigger! };
  }

  async #checkSender(inbox: Inbox | null, trigger: Trigger | null, req: IncomingMessage): Promise<void> {
    const { senderGate, clientAddress = socketAddress } = this.#options;
    if (inbox) senderGate?.checkInbox(inbox, clientAddress(req));
    else await senderGate?.checkFlow(trigger!, clientAddress(req));
  }

  async #forFlow(trigger: Trigger, req: IncomingMessage, posted: Posted): Promise<Reply> {
    const { engine, onAccepted } = this.#options;
    const rules = (await this.#options.challenges?.(trigger)) ?? [];
    const signed = await this.#signed(trigger, req, posted, rules);
    if (signed && "type" in signed) return signed;
    const body = await posted.read();
    signed?.check(body.payload, posted.format);
    const challenge =
      signed?.proof?.(body.payload) ??
      describedChallenge(rules, req, { payload: body.payload, ...defined({ secret: signed?.secret }) }) ??
      challengeIn(body.payload);
    if (challenge) return challenge;
    const { payload, options } = signed?.onlyBody ? plainEvent(body) : withSender(body, req, signed?.secretPart);
    const identity = signed?.identity ? { content: contentOf(body), ...signed.identity } : !signed?.onlyBody && deliveryIdOf(req.headers);
    const accepted = await engine.accept(trigger, payload, { ...options, ...identity });
    onAccepted?.(trigger);
    return reply(accepted);
  }

  async #captured(capture: HookCapture, req: IncomingMessage, payload: unknown, challenge: Challenge | undefined): Promise<Reply> {
    await this.#options.captures!.keep(capture, req, { payload, challenge: challenge !== undefined });
    return challenge ?? '{"accepted":true,"sample":true}';
  }

  /** A challenge whose answer is not signed may come before the app and Millrace share a secret, so it need not be signed. */
  async #signed(
    trigger: Trigger,
    req: IncomingMessage,
    { bytes, read }: Posted,
    rules: readonly WebhookChallenge[],
  ): Promise<SignedEvent | Challenge | null> {
    const { checkSignature } = this.#options;
    if (!checkSignature) return null;
    try {
      return await checkSignature(trigger, req.headers, bytes, req.url);
    } catch (thrown) {
      const open = rules.filter((rule) => !isSignedAnswer(rule));
      const challenge = open.length > 0 ? describedChallenge(open, req, { payload: (await read()).payload }) : undefined;
      if (challenge) return challenge;
      throw thrown;
    }
  }

  /** A stranger is refused without a look at the body; one who keeps on is told to slow down. */
  #refusalOf(req: IncomingMessage, error: unknown): MillraceError {
    const { clientAddress = socketAddress, log } = this.#options;
    if (!isStrangers(error)) return toAnswer(error, log);
    const waitMs = this.#strangers.take(senderOf(clientAddress(req)));
    return waitMs === 0 ? error : new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: Math.ceil(waitMs / 1000) } });
  }
}

const socketAddress = (req: IncomingMessage): string => req.socket.remoteAddress ?? "";

const strangersCodes: ReadonlySet<string> = new Set<ErrorCode>(["HOOK_UNKNOWN", "HOOK_GONE", "METHOD_NOT_ALLOWED", "HOOK_SENDER_REFUSED"]);
const isStrangers = (error: unknown): error is MillraceError => error instanceof MillraceError && strangersCodes.has(error.code);

/** A body that was read, and not yet looked at. */
interface Posted {
  bytes: Buffer;
  format: HookFormat;
  read(): HookBody | Promise<HookBody>;
}

const notPost = ({ method }: IncomingMessage) => new MillraceError("METHOD_NOT_ALLOWED", { details: { method, allowed: "POST" } });

function addressOf(req: IncomingMessage, isChallenge: boolean): { token: string; event: string | undefined } {
  if (req.method !== "POST" && !isChallenge) throw notPost(req);
  const path = req.url!.split("?", 1)[0]!;
  const [, token, event] = addressPattern.exec(path.slice(hooksPath.length)) ?? [];
  if (token === undefined) throw new MillraceError("HOOK_UNKNOWN");
  return { token, event };
}

/** A fault of ours while accepting: nothing was accepted, so the sender is asked to come again. */
function toAnswer(thrown: unknown, log: HooksOptions["log"]): MillraceError {
  if (thrown instanceof MillraceError && thrown.row.kind !== "bug") return thrown;
  log.error({ err: thrown }, "An event could not be accepted");
  return new MillraceError("STORE_UNAVAILABLE", {
    cause: thrown,
    details: { problem: "a fault inside Millrace", seconds: retryAfterSeconds },
  });
}

const reply = ({ eventId, repeat, sample }: Accepted): string =>
  `{"accepted":true,"event":${JSON.stringify(eventId)}${repeat ? ',"repeat":true' : ""}${sample ? ',"sample":true' : ""}}`;

const inboxReply = ({ event, flows, repeat }: Delivered): string =>
  `{"accepted":true,"type":${JSON.stringify(event)},"flows":${flows}${repeat ? ',"repeat":true' : ""}}`;

function refuse(res: ServerResponse, error: MillraceError): void {
  if (error.row.status === 429) res.setHeader("retry-after", String(error.details["seconds"] ?? retryAfterSeconds));
  if (error.code === "METHOD_NOT_ALLOWED") res.setHeader("allow", "POST");
  if (error.code === "BODY_TOO_SLOW") res.setHeader("connection", "close");
  answer(res, error.row.status, JSON.stringify({ error }));
}

const json = { type: "application/json; charset=utf-8" };

function answer(res: ServerResponse, status: number, body: string, { type, headers }: Pick<Challenge, "type" | "headers"> = json): void {
  if (res.writableEnded || res.destroyed) return;
  res.writeHead(status, {
    ...headers,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(status === 200 && { "x-content-type-options": "nosniff" }),
  });
  res.end(body);
}
