import type { Client } from "#api/client.ts";
import { type DeedOutcome, performDeed, scopeOfDeed } from "#api/deeds.ts";
import { mayUse, type Principal } from "#api/principal.ts";
import type { ApprovalBody, ApprovalDeed, ApprovalState, ApprovalView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { dayMs, minuteMs } from "#kernel/durations.ts";
import { conflict, forbidden, MillraceError, notFound, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Json } from "#kernel/json.ts";
import type { Approval, ApprovalStore } from "#storage/approval-store.ts";
import { type ActorNames, whoIs } from "../routes/changes.ts";
import { checkDeed, checkUnchanged, type DeedParts, keptDeed } from "./deeds.ts";

export interface ApprovalParts extends DeedParts {
  approvals: ApprovalStore;
  actorNames: ActorNames;
  clock: Clock;
}

/** How long an approval waits for a decision. */
const openForMs = 7 * dayMs;
/** How many can wait in a workspace: a person has to read them all. */
const mostWaiting = 200;
/** After so long, the process that did an approved deed is gone. */
const lostAfterMs = 15 * minuteMs;
const outcomeUnknown = conflict(
  "Millrace stopped while this was done, so nobody knows how it ended. Look whether it took effect before you ask again",
).toJSON();
const longestOutput = 64 * 1024;

export interface Decision {
  decision: "approve" | "refuse";
  note?: string | undefined;
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
  async list(principal: Principal, filter: { state?: ApprovalState | undefined; limit: number }): Promise<ApprovalView[]> {
    const { approvals, clock } = this.#parts;
    const rows = await approvals.list(principal.workspaceId, {
      ...defined({ state: filter.state }),
      limit: filter.limit,
      now: clock.now(),
    });
    return this.#viewsOf(principal, rows);
  }

  /** Throws NOT_FOUND. */
  async get(principal: Principal, id: string): Promise<ApprovalView> {
    return this.#viewOf(principal, await this.#read(principal.workspaceId, id));
  }

  /**
   * Approves or refuses. `client` acts as the person who decides; an approved deed is done by it, and the result is stored. Throws
   * NEEDS_APPROVAL for an agent, FORBIDDEN without the scope of the deed, and CONFLICT where it was decided already.
   */
  async decide(principal: Principal, id: string, { decision, note }: Decision, client: Client): Promise<ApprovalView> {
    const { approvals, clock } = this.#parts;
    const { workspaceId, by } = principal;
    checkDecider(principal, await this.#read(workspaceId, id));
    const state = decision === "approve" ? "approved" : "refused";
    const decided = await approvals.decide(workspaceId, id, { state, by, note: note || null, now: clock.now() });
    if (!decided) throw conflict(overWords(await this.get(principal, id)));
    if (state === "approved") await approvals.finish(workspaceId, id, await this.#perform(keptDeed(decided.deed), workspaceId, client));
    return this.get(principal, id);
  }

  async #perform(deed: ApprovalDeed, workspaceId: string, client: Client) {
    try {
      await checkUnchanged(deed, workspaceId, this.#parts);
      return kept(await performDeed(deed, client));
    } catch (thrown) {
      return { error: toMillraceError(thrown).toJSON() };
    }
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
    return rows.map(({ workspaceId: _, deed: json, by, decidedBy, error, state: kept, ...row }) => {
      const deed = keptDeed(json);
      const isLost = kept === "approved" && (row.decidedAt ?? 0) + lostAfterMs <= clock.now();
      const state = isLost ? "failed" : kept === "waiting" && row.expiresAt <= clock.now() ? "expired" : kept;
      const problem = isLost ? outcomeUnknown : error;
      return {
        ...row,
        state,
        deed,
        path: `/approvals/${row.id}`,
        who: who(by),
        decidedBy: decidedBy === null ? null : who(decidedBy),
        error: problem && { ...problem, details: { ...problem.details } },
        mayDecide: state === "waiting" && !principal.agent && !isOwnKey(principal, by) && mayUse(principal, scopeOfDeed(deed)),
      };
    });
  }
}

function checkDecider(principal: Principal, { deed, by }: Approval): void {
  if (principal.agent) throw new MillraceError("NEEDS_APPROVAL");
  if (isOwnKey(principal, by)) throw forbidden("The API key that asks cannot approve it too; somebody else must decide");
  const scope = scopeOfDeed(keptDeed(deed));
  if (!mayUse(principal, scope)) throw forbidden(`Approving this needs the scope ${scope}, which you do not have`);
}

/** A program must not approve with the key that it asked with. */
const isOwnKey = (principal: Principal, by: string): boolean => by.startsWith("key:") && principal.by === by;

const overWords = ({ state, decidedBy }: ApprovalView): string =>
  state === "expired"
    ? "Nobody decided within seven days, so this is over; ask again"
    : `${decidedBy ?? "Somebody"} has decided this already`;

const kept = ({ words, output }: DeedOutcome) => {
  const text = JSON.stringify(output ?? null);
  return { outcome: words, output: text.length > longestOutput ? null : (JSON.parse(text) as Json) };
};
