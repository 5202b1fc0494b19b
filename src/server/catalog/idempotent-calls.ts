import { repeatable } from "#catalog/types.ts";
import { exchangesOf } from "#engine/run/stored-error.ts";
import type { Clock } from "#kernel/clock.ts";
import { contentHash, digest } from "#kernel/digest.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { CallKey, IdempotentCallStore } from "#storage/idempotent-call-store.ts";
import { callOperation, type CallReply, findCall, type OperationCall, type OperationCallParts } from "./operation-call.ts";

export interface IdempotentCallParts extends Pick<OperationCallParts, "caller" | "messageGate"> {
  store: IdempotentCallStore;
  clock: Clock;
}

/** An answer, and whether it is that of an earlier call with the same key. */
export interface KeptReply {
  reply: CallReply;
  replayed: boolean;
}

const keptMs = dayMs;
const underWaySeconds = 2;
/** A longer answer is kept without its output. */
const mostKeptCharacters = 1_000_000;

/**
 * Calls that take effect once, however often they are repeated: the first answer with a key is kept for a day. A call whose outcome nobody
 * knows is looked up before it is made again, where its operation can be; otherwise the caller is told so.
 */
export class IdempotentCalls {
  readonly #parts: IdempotentCallParts;
  /** The keys of the calls that this process is making. */
  readonly #underWay = new Set<string>();

  constructor(parts: IdempotentCallParts) {
    this.#parts = parts;
  }

  /**
   * Makes the call, or gives the answer that it had. Throws what the call throws, IDEMPOTENCY_KEY_REUSED, CALL_UNDER_WAY and UNKNOWN_OUTCOME.
   */
  async call(call: OperationCall, key: string): Promise<KeptReply> {
    const name = JSON.stringify([call.workspaceId, call.by, key]);
    if (this.#underWay.has(name)) throw underWay(key);
    this.#underWay.add(name);
    try {
      return await this.#begin({
        call,
        requestKey: `call_${digest(name)}`,
        callKey: { workspaceId: call.workspaceId, holder: call.by, key },
      });
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #begin(keyed: KeyedCall): Promise<KeptReply> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const begun = await store.begin({ ...keyed.callKey, fingerprint: fingerprintOf(keyed.call), now, expiresAt: now + keptMs });
    switch (begun.is) {
      case "other":
        throw new MillraceError("IDEMPOTENCY_KEY_REUSED", { details: { key: keyed.callKey.key } });
      case "underWay":
        throw underWay(keyed.callKey.key);
      case "done":
        return { reply: JSON.parse(begun.answer) as CallReply, replayed: true };
      case "doubtful":
        return this.#make(keyed, begun.startedAt);
      case "new":
        return this.#make(keyed, null);
    }
  }

  async #make(keyed: KeyedCall, doubtfulSince: number | null): Promise<KeptReply> {
    const { call, requestKey } = keyed;
    const earlier = doubtfulSince === null ? null : await this.#look(keyed, doubtfulSince);
    if (earlier) return { reply: await this.#keep(keyed, earlier), replayed: true };
    const reply = await callOperation(this.#parts, call, requestKey).catch(async (thrown: unknown) => {
      const error = toMillraceError(thrown);
      if (!this.#mayHaveTakenEffect(call, error)) await this.#parts.store.release(keyed.callKey);
      throw error;
    });
    return { reply: await this.#keep(keyed, reply), replayed: false };
  }

  /** What an earlier attempt did: its result, or null where the call can be made again. Throws UNKNOWN_OUTCOME. */
  async #look({ call, requestKey }: KeyedCall, since: number): Promise<CallReply | null> {
    if (!this.#needsCare(call)) return null;
    const found = await findCall(this.#parts, call, { since, key: requestKey });
    if (found === undefined)
      throw new MillraceError("UNKNOWN_OUTCOME", { details: { operation: call.operation, app: call.app, outcome: "unknown", todo } });
    return found;
  }

  async #keep({ callKey }: KeyedCall, reply: CallReply): Promise<CallReply> {
    const { exchanges: _, ...kept } = reply;
    const answer = JSON.stringify({ ...kept, exchanges: [] });
    await this.#parts.store.finish(callKey, answer.length > mostKeptCharacters ? tooLong : answer);
    return reply;
  }

  #mayHaveTakenEffect(call: OperationCall, error: MillraceError): boolean {
    return this.#needsCare(call) && (error.details["outcome"] === "unknown" || exchangesOf(error).length > 1);
  }

  /** Whether a repeat would do harm: it makes something new each time, and the other side cannot tell a repeat. */
  #needsCare({ workspaceId, app, operation, input }: OperationCall): boolean {
    const facts = this.#parts.caller.facts(workspaceId, app, operation, input);
    return facts !== null && !repeatable.has(facts.effect) && !facts.idempotencyKey;
  }
}

interface KeyedCall {
  call: OperationCall;
  callKey: CallKey;
  /** What the other side gets as the key, the same on every attempt. */
  requestKey: string;
}

const todo = "and if it did not, call again with a new idempotency key";
const underWay = (key: string) => new MillraceError("CALL_UNDER_WAY", { details: { key, seconds: underWaySeconds } });

const tooLong = JSON.stringify({
  output: null,
  notices: ["The call was made before. Its output was too long to be kept, so it is not repeated here."],
  exchanges: [],
} satisfies CallReply);

const fingerprintOf = ({ app, operation, connection, input, rows }: OperationCall): string =>
  contentHash({ app, operation, connection: connection ?? null, input, rows: rows ?? null });
