import type { Client } from "#api/client.ts";
import { type DeedOutcome, performDeed, scopeOfDeed } from "#api/deeds.ts";
import { mayUse, type Principal } from "#api/principal.ts";
import type { ApprovalBody, ApprovalDeed, ApprovalState, ApprovalView } from "#api/schemas.ts";
import { keyOfActor } from "#kernel/actors.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { dayMs } from "#kernel/durations.ts";
import { conflict, forbidden, MillraceError, notFound, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Json } from "#kernel/json.ts";
import type { Approval, ApprovalResult, ApprovalStore } from "#storage/approval-store.ts";
import { type ActorNames, whoIs } from "../routes/changes.ts";
import { checkDeed, checkUnchanged, type DeedParts, keptDeed } from "./deeds.ts";

export interface ApprovalParts extends DeedParts {
  approvals: ApprovalStore;
  actorNames: ActorNames;
  /** The id of a workspace's own API key. */
  workspaceKeyId: (workspaceId: string) => string;
  clock: Clock;
}

/** How long an approval waits for a decision. */
const openForMs = 7 * dayMs;
/** How many can wait in a workspace: a person has to read them all. */
const mostWaiting = 200;
const longestOutput = 64 * 1024;

export interface Decision {
  decision: "approve" | "refuse" | "took_effect" | "no_effect";
  note?: string | undefined;
}

interface ApprovalListFilter {
  state?: ApprovalState | undefined;
  attention?: "true" | "false" | undefined;
  limit: number;
}

/** Requests of programs and agents that a person approves or refuses. An approved deed is done once, with the rights of the person who approved it. */
export class ApprovalService {
  readonly #parts: ApprovalParts;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
  }

  /** Asks for something. Throws what is wrong with it, and CONFLICT where too much waits. */
  async create(principal: Principal, { reason, ...asked }: ApprovalBody): Promise<ApprovalView> {
    const { approvals, clock } = this.#parts;
    const { workspaceId, by } = principal;
    const { title, deed } = await checkDeed(asked as ApprovalDeed, workspaceId, this.#parts);
    const now = clock.now();
    const row: Approval = {
      id: newId("apv", now),
      workspaceId,
      deed: deed as Json,
      title,
      reason,
      by,
      state: "waiting",
      createdAt: now,
      expiresAt: now + openForMs,
      decidedBy: null,
      decidedAt: null,
      note: null,
      outcome: null,
      output: null,
      error: null,
    };
    if (!(await approvals.add(row, mostWaiting))) throw conflict(`${mostWaiting} approvals wait for a person, which is the most`);
    return this.#viewOf(principal, row);
  }

  /** The newest first. */
  async list(principal: Principal, filter: ApprovalListFilter): Promise<ApprovalView[]> {
    const { approvals, clock } = this.#parts;
    const { state, attention, limit } = filter;
    const rows = await approvals.list(principal.workspaceId, {
      ...defined({ state }),
      ...(attention !== undefined && { attention: attention === "true" }),
      limit,
      now: clock.now(),
    });
    return this.#viewsOf(principal, rows);
  }

  /** Throws NOT_FOUND. */
  async get(principal: Principal, id: string): Promise<ApprovalView> {
    return this.#viewOf(principal, await this.#read(principal.workspaceId, id));
  }

  /**
   * Approves or refuses, or says what came of a deed whose outcome is unknown. `client` acts as the person who decides; an approved deed is
   * done by it, and the result is stored. Throws NEEDS_APPROVAL for an agent, FORBIDDEN without the scope of the deed and for whoever asked,
   * and CONFLICT where it was decided already.
   */
  async decide(principal: Principal, id: string, { decision, note }: Decision, client: Client): Promise<ApprovalView> {
    const { approvals, clock } = this.#parts;
    const { workspaceId, by } = principal;
    const problem = this.#problemOf(principal, await this.#read(workspaceId, id));
    if (problem) throw problem;
    if (decision === "took_effect" || decision === "no_effect") return this.#settle(principal, id, { decision, note });
    const state = decision === "approve" ? "approved" : "refused";
    const decided = await approvals.decide(workspaceId, id, { state, by, note: note || null, now: clock.now() });
    if (!decided) throw conflict(overWords(await this.get(principal, id)));
    if (state === "approved") await approvals.finish(workspaceId, id, await this.#perform(keptDeed(decided.deed), workspaceId, client));
    return this.get(principal, id);
  }

  async #settle(principal: Principal, id: string, { decision, note }: Decision): Promise<ApprovalView> {
    const { workspaceId, by } = principal;
    const found = decision === "took_effect" ? tookEffect : noEffect;
    const isSettled = await this.#parts.approvals.settle(workspaceId, id, { found, by, note: note || null });
    if (!isSettled) throw conflict("Its outcome is not unknown, so there is nothing to say of it");
    return this.get(principal, id);
  }

  async #perform(deed: ApprovalDeed, workspaceId: string, client: Client): Promise<ApprovalResult> {
    try {
      await checkUnchanged(deed, workspaceId, this.#parts);
      return kept(await performDeed(deed, client));
    } catch (thrown) {
      const error = toMillraceError(thrown);
      return { state: error.code === "UNKNOWN_OUTCOME" ? "unknown" : "failed", error: error.toJSON() };
    }
  }

  /** Why somebody may not decide: agents never, whoever asked not themselves, and others only what they could do. */
  #problemOf(principal: Principal, { deed, by }: Approval): MillraceError | null {
    if (principal.agent) return new MillraceError("NEEDS_APPROVAL");
    if (principal.accountId === null && this.#isSameProof(principal, by)) return forbidden(ownRequest);
    const scope = scopeOfDeed(keptDeed(deed));
    return mayUse(principal, scope) ? null : forbidden(`Approving this needs the scope ${scope}, which you do not have`);
  }

  /** Whether somebody without an account came with what the request came with. A browser that signed in without an account has the workspace key. */
  #isSameProof({ workspaceId, by }: Principal, asker: string): boolean {
    const workspaceKey = `key:${this.#parts.workspaceKeyId(workspaceId)}`;
    const keyOf = (actor: string) => (actor.startsWith("session:") ? workspaceKey : keyOfActor(actor));
    return keyOf(by) === keyOf(asker);
  }

  async #read(workspaceId: string, id: string): Promise<Approval> {
    const row = await this.#parts.approvals.get(workspaceId, id);
    if (!row) throw notFound("approval", id);
    return row;
  }

  async #viewOf(principal: Principal, row: Approval): Promise<ApprovalView> {
    return (await this.#viewsOf(principal, [row]))[0]!;
  }

  async #viewsOf(principal: Principal, rows: readonly Approval[]): Promise<ApprovalView[]> {
    const { actorNames, clock } = this.#parts;
    const actors = rows.flatMap(({ by, decidedBy }) => [by, decidedBy]);
    const who = await whoIs(actorNames, principal.workspaceId, actors);
    return rows.map((approval) => {
      const { workspaceId: _, deed, by, decidedBy, error, state: kept, ...row } = approval;
      const state = kept === "waiting" && row.expiresAt <= clock.now() ? "expired" : kept;
      const problem = state === "waiting" || state === "unknown" ? this.#problemOf(principal, approval) : undefined;
      return {
        ...row,
        state,
        deed: keptDeed(deed),
        path: `/approvals/${row.id}`,
        who: who(by),
        decidedBy: decidedBy === null ? null : who(decidedBy),
        error: error && { ...error, details: { ...error.details } },
        mayDecide: problem === null,
        whyNot: problem?.message ?? null,
      };
    });
  }
}

const tookEffect = { state: "done", outcome: "Nobody knew the outcome; a person found that it took effect.", output: null } as const;
const noEffect = {
  state: "failed",
  error: conflict("Nobody knew the outcome; a person found that it had no effect. It can be asked for again").toJSON(),
} as const;

const ownRequest =
  "Whoever asks cannot approve it too, and a browser that is signed in without an account counts as the workspace key. Decide with an account, or give the agent or program an API key of its own";

const overWords = ({ state, decidedBy }: ApprovalView): string =>
  state === "expired"
    ? "Nobody decided within seven days, so this is over; ask again"
    : `${decidedBy ?? "Somebody"} has decided this already`;

const kept = ({ words, output }: DeedOutcome) => {
  const text = JSON.stringify(output ?? null);
  return { state: "done" as const, outcome: words, output: text.length > longestOutput ? null : (JSON.parse(text) as Json) };
};
