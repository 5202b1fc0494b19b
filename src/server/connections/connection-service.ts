import { defined } from "#kernel/defined.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { errorCodes, MillraceError, toMillraceError } from "#kernel/errors.ts";
import { contentHash } from "#kernel/digest.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { Log } from "#kernel/log.ts";
import type { QuotaMeter } from "#outbound/types.ts";
import { unreadable } from "#vault/status.ts";
import type { Connection, ConnectionChange, ConnectionRef, ReconnectLink, ReconnectLinkStore, Secret } from "#vault/types.ts";
import type { Draft, Vault, Verdict } from "#vault/vault.ts";
import type { Probe } from "./connection-probe.ts";
import type { ConnectionUse, FlowUse } from "./connection-use.ts";
import { isOpenLink } from "./open-link.ts";
import type { ConnectionBody, ConnectionPatch, ConnectionTestReply, ConnectionView } from "#api/schemas.ts";

/** Connections as the API deals in them. */
export interface ConnectionService {
  list(workspaceId: string): Promise<ConnectionView[]>;
  get(workspaceId: string, id: string): Promise<ConnectionView>;
  /** Tests first and saves what works; `verify` false saves without a test. */
  add(workspaceId: string, body: ConnectionBody, options?: { verify?: boolean; by?: string }): Promise<ConnectionView>;
  /** A new secret is tested before the old one goes. */
  change(workspaceId: string, id: string, patch: ConnectionPatch, options?: { verify?: boolean; by?: string }): Promise<ConnectionView>;
  /** Tests a saved connection and writes down what came of it. */
  test(workspaceId: string, id: string, by?: string): Promise<ConnectionTestReply>;
  /** Tests one that is not saved, or a change of one that is. Keeps nothing. */
  testDraft(workspaceId: string, draft: ConnectionBody | { id: string; patch: ConnectionPatch }, by?: string): Promise<ConnectionTestReply>;
  /** `force`: also where flows use it. */
  remove(workspaceId: string, id: string, options?: { force?: boolean; by?: string }): Promise<void>;
  /** A call was refused in a way that may be about the login: a test settles it, at most once a minute. */
  doubt(connection: ConnectionRef): Promise<void>;
}

export interface ConnectionServiceParts {
  vault: Vault;
  /** `saved`: with the secret that is kept; else with the draft's own. `by`: who asked for it. */
  probe(draft: Draft, options: { saved: boolean; by?: string }): Promise<Probe & Draft>;
  use: Pick<ConnectionUse, "of">;
  /** Inboxes at which the events of a connection's sub-account come in. */
  inboxesOf(connection: Connection): Promise<{ id: string; name: string }[]>;
  /** Called before a connection is removed, as long as its login works. Gives what to call where it is not removed after all, or is gone. */
  leave?(connection: Connection): Promise<() => void>;
  quota(connection: Connection): QuotaMeter | null;
  reconnectLinks: Pick<ReconnectLinkStore, "list">;
  /** After how many days an app advises to replace a login; null where it does not say. */
  rotateDays(connection: Connection): number | null;
  /** What a connection fills in of its app's address; undefined where that is all there. */
  variables(connection: Connection): Record<string, string> | undefined;
  clock: Clock;
  log: Log;
}

const doubtEveryMs = 60_000;
/** How long a proof outweighs one address that answers 401. */
const recentMs = 600_000;
const otherPlacesAsked = 8;

export function createConnectionService(parts: ConnectionServiceParts): ConnectionService {
  return new Connections(parts);
}

class Connections implements ConnectionService {
  readonly #parts: ConnectionServiceParts;
  readonly #renewed = new RenewedSecrets();
  readonly #doubted = new Map<string, number>();

  constructor(parts: ConnectionServiceParts) {
    this.#parts = parts;
  }

  async list(workspaceId: string): Promise<ConnectionView[]> {
    const { vault, use, reconnectLinks } = this.#parts;
    const [all, usedBy, links] = await Promise.all([vault.list(workspaceId), use.of(workspaceId), reconnectLinks.list(workspaceId)]);
    return Promise.all(all.map((connection) => this.#view(connection, { flows: usedBy(connection), links })));
  }

  async get(workspaceId: string, id: string): Promise<ConnectionView> {
    return this.#view(await this.#parts.vault.get(workspaceId, id));
  }

  async add(
    workspaceId: string,
    body: ConnectionBody,
    { verify = true, by }: { verify?: boolean; by?: string } = {},
  ): Promise<ConnectionView> {
    const { vault } = this.#parts;
    const secret = this.#renewed.of(body.secret);
    await this.#refuseTaken(workspaceId, body.name);
    if (!verify) return this.#view(await vault.connect(workspaceId, { ...body, secret }, undefined, by));
    const proof = await this.#prove(vault.draft(workspaceId, { ...body, secret }), { fresh: true, by });
    return this.#view(await vault.connect(workspaceId, { ...body, secret: proof.secret }, proof.verdict, by));
  }

  async change(
    workspaceId: string,
    id: string,
    patch: ConnectionPatch,
    { verify = true, by }: { verify?: boolean; by?: string } = {},
  ): Promise<ConnectionView> {
    const { vault } = this.#parts;
    const existing = await vault.get(workspaceId, id);
    const change = this.#changeOf(patch);
    if (change.name !== undefined && change.name !== existing.name) await this.#refuseTaken(workspaceId, change.name, existing.id);
    const draft = await vault.changedDraft(workspaceId, existing.id, change);
    if (!verify || !(change.secret || isElsewhere(existing, draft.connection)))
      return this.#view(await vault.change(workspaceId, existing.id, change, undefined, by));
    const proof = await this.#prove(draft, { fresh: change.secret !== undefined, by });
    const proven = { ...change, ...(change.secret && { secret: proof.secret }) };
    return this.#view(await vault.change(workspaceId, existing.id, proven, proof.verdict, by));
  }

  async test(workspaceId: string, id: string, by?: string): Promise<ConnectionTestReply> {
    const { vault } = this.#parts;
    const connection = await vault.get(workspaceId, id);
    const result = await this.#probeSaved(connection, by);
    const verdict = this.#verdictOf(result, connection);
    await vault.record(workspaceId, connection.id, verdict);
    return replyOf(result);
  }

  async testDraft(
    workspaceId: string,
    draft: ConnectionBody | { id: string; patch: ConnectionPatch },
    by?: string,
  ): Promise<ConnectionTestReply> {
    const { vault } = this.#parts;
    try {
      if ("id" in draft) {
        const change = this.#changeOf(draft.patch);
        await this.#prove(await vault.changedDraft(workspaceId, draft.id, change), { fresh: change.secret !== undefined, by });
      } else {
        await this.#prove(vault.draft(workspaceId, { ...draft, secret: this.#renewed.of(draft.secret) }), { fresh: true, by });
      }
      return { ok: true, message: "The login works.", mayHeal: false };
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (error.code !== "CONNECTION_TEST_FAILED") throw error;
      return { ok: false, message: String(error.details["problem"]), mayHeal: error.details["mayHeal"] === true };
    }
  }

  async remove(workspaceId: string, id: string, { force = false, by }: { force?: boolean; by?: string } = {}): Promise<void> {
    const { vault } = this.#parts;
    const connection = await vault.get(workspaceId, id);
    if (!force) await this.#refuseUsed(connection);
    const left = await this.#parts.leave?.(connection);
    await vault.disconnect(workspaceId, connection.id, by).finally(left);
  }

  async doubt({ workspaceId, id }: ConnectionRef): Promise<void> {
    const { vault, clock } = this.#parts;
    const now = clock.now();
    if (now - (this.#doubted.get(id) ?? -Infinity) < doubtEveryMs) return;
    this.#doubted.set(id, now);
    const connection = await vault.find(workspaceId, id);
    if (!connection) return;
    const result = await this.#probeSaved(connection);
    if (result.health) await vault.record(workspaceId, id, this.#verdictOf(result, connection));
    else if (connection.status !== "connected" || now - (connection.checkedAt ?? 0) > recentMs)
      await vault.record(workspaceId, id, { ...refusedByOne, checkedAt: now, checkedBy: "call", lastUsedAt: now });
  }

  // ---------------------------------------------------------------- testing

  async #probeSaved(connection: Connection, by?: string): Promise<Probe> {
    try {
      const draft = await this.#parts.vault.changedDraft(connection.workspaceId, connection.id, {});
      return await this.#parts.probe(draft, { saved: true, ...defined({ by }) });
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (error.code !== "SECRET_UNREADABLE") throw error;
      return { ok: false, message: error.message, health: unreadable(error), error };
    }
  }

  /** Throws CONNECTION_TEST_FAILED unless the login works, or nobody can tell without a real call. */
  async #prove(draft: Draft, { fresh, by }: { fresh: boolean; by: string | undefined }): Promise<{ verdict: Verdict; secret: Secret }> {
    const result = await this.#parts.probe(draft, { saved: !fresh, ...defined({ by }) });
    this.#renewed.remember(draft.secret, result.secret);
    const other = fresh ? await this.#otherPlace(draft, result, by) : null;
    if (other) throw testFailed(otherPlaceWords(draft.connection, other), { isElsewhere: true, place: other.locationId });
    if (!result.ok) throw testFailed(fresh ? refusedWords(result) : result.message, aboutFailure(result));
    return { verdict: this.#verdictOf(result, draft.connection), secret: result.secret };
  }

  #verdictOf({ health, message, error }: Probe, { status, reason, problem, checkedAt, checkedBy }: Connection): Verdict {
    const now = this.#parts.clock.now();
    const used = error?.details["outcome"] === "not_sent" ? {} : { lastUsedAt: now };
    if (health) return { ...health, checkedAt: now, checkedBy: "test", ...used };
    if (status === "failed" || status === "untested") return { status: "untested", reason: message, problem: undefined, ...used };
    return { status, reason, problem, checkedAt, checkedBy, ...used };
  }

  /** The sub-account that a new secret belongs to, if it is not the connection's own and another connection knows it. */
  async #otherPlace({ connection, secret }: Draft, result: Probe & Draft, by: string | undefined): Promise<Place | null> {
    const { vault, probe } = this.#parts;
    const own = connection.locationId;
    if (own === undefined) return null;
    const grantedTo = result.connection.locationId;
    const others = (await vault.list(connection.workspaceId)).filter(
      ({ app, locationId }) => app === connection.app && locationId !== undefined,
    );
    const nameOf = (locationId: string): Place => ({
      locationId,
      title: others.find((each) => each.locationId === locationId)?.title ?? null,
    });
    if (grantedTo !== undefined && grantedTo !== own) return nameOf(grantedTo);
    if (result.error?.code !== "WRONG_LOCATION") return null;
    const places = [...new Set(others.map(({ locationId }) => locationId!))].filter((place) => place !== own).slice(0, otherPlacesAsked);
    for (const locationId of places) {
      const there = await probe(
        { connection: { ...connection, locationId }, secret: this.#renewed.of(secret) },
        { saved: false, ...defined({ by }) },
      );
      this.#renewed.remember(secret, there.secret);
      if (there.ok && there.health) return nameOf(locationId);
    }
    return null;
  }

  // ---------------------------------------------------------------- names and use

  /** A null in the patch clears a value; what the patch leaves out stays. */
  #changeOf({ locationId, companyId, baseUrl, secret, ...patch }: ConnectionPatch): ConnectionChange {
    return {
      ...patch,
      ...(locationId !== undefined && { locationId: locationId ?? undefined }),
      ...(companyId !== undefined && { companyId: companyId ?? undefined }),
      ...(baseUrl !== undefined && { baseUrl: baseUrl ?? undefined }),
      ...(secret && { secret: this.#renewed.of(secret) }),
    } as ConnectionChange;
  }

  /** Refuses a name that is in use before a test is made. The store decides in the end. */
  async #refuseTaken(workspaceId: string, name: string, own?: string): Promise<void> {
    const other = await this.#parts.vault.find(workspaceId, name);
    if (!other || other.id === own) return;
    const problem =
      other.name === name
        ? `There is a connection named '${name}' already`
        : `'${name}' is the former name of the connection '${other.name}', and flows may still use it. Choose another name`;
    throw new MillraceError("CONFLICT", { details: { field: "name", problem } });
  }

  async #refuseUsed(connection: Connection): Promise<void> {
    const flows = await this.#flowsOf(connection);
    if (flows.length === 0) return;
    const names = flows.map(({ name }) => `'${name}'`).join(", ");
    const problem = `'${connection.name}' is used by ${names}. Give ${flows.length === 1 ? "it" : "them"} another connection first, or remove it anyway with force`;
    throw new MillraceError("CONFLICT", { details: { problem, flows } });
  }

  async #flowsOf(connection: Connection): Promise<FlowUse[]> {
    return (await this.#parts.use.of(connection.workspaceId))(connection);
  }

  async #view(connection: Connection, read: { flows?: FlowUse[]; links?: readonly ReconnectLink[] } = {}): Promise<ConnectionView> {
    const { quota, inboxesOf, reconnectLinks, clock } = this.#parts;
    const [flows, inboxes, all] = await Promise.all([
      read.flows ?? this.#flowsOf(connection),
      inboxesOf(connection),
      read.links ?? reconnectLinks.list(connection.workspaceId),
    ]);
    const days = this.#parts.rotateDays(connection);
    const link = all.find(({ connectionId }) => connectionId === connection.id);
    return {
      ...toConnectionView(connection, quota(connection)),
      ...defined({ variables: this.#parts.variables(connection) }),
      rotateAt: days === null ? null : (connection.loginAt ?? connection.createdAt) + days * dayMs,
      reconnectLink: link && isOpenLink(link, clock.now()) ? { createdAt: link.createdAt, expiresAt: link.expiresAt } : null,
      usedBy: { flows, inboxes },
    };
  }
}

interface Place {
  locationId: string;
  title: string | null;
}

const otherPlaceWords = ({ title, locationId }: Connection, other: Place): string =>
  `This login is for the sub-account ${other.title === null ? "" : `'${other.title}' `}(${other.locationId}), and the connection '${title}' is for ${locationId}. Use a token that was made in that sub-account.`;

/** The words for a secret that was just typed: it has to be copied again, not connected again. */
function refusedWords({ health, message, error }: Probe): string {
  if (health?.status !== "broken" || !error) return message;
  const { app, message: vendorMessage } = error.details;
  const words = typeof vendorMessage === "string" ? ` (${vendorMessage})` : "";
  return `${typeof app === "string" ? app : "The app"} does not accept this login${words}. Check that it is the right one and copy it again.`;
}

const refusedByOne = {
  status: "failed" as const,
  problem: "OUTBOUND_REFUSED" as const,
  reason: "The last call was refused as not logged in (status 401). Check the secret, then test again.",
};

/** `isElsewhere`: the login works, and is for another sub-account or agency than the connection; `place`: which one that is, where it is known. */
const testFailed = (problem: string, { mayHeal: heals = false, isElsewhere: elsewhere = false, place }: Partial<AboutFailure>) =>
  new MillraceError("CONNECTION_TEST_FAILED", {
    details: { field: "secret", problem, mayHeal: heals, isElsewhere: elsewhere, ...defined({ place }) },
  });

interface AboutFailure {
  mayHeal: boolean;
  isElsewhere: boolean;
  place?: string;
}

const aboutFailure = (result: Probe): AboutFailure => ({
  mayHeal: mayHeal(result),
  isElsewhere: result.error?.code === "WRONG_LOCATION" || result.error?.code === "CONNECTION_WRONG_KIND",
  ...(typeof result.error?.details["place"] === "string" && { place: result.error.details["place"] }),
});

/** Whether the same login may pass the test later, because the host did not answer or a scope is missing. */
const mayHeal = ({ error }: Probe): boolean =>
  error !== undefined && (errorCodes[error.code].retry || ["SCOPE_MISSING", "CONNECTION_PAUSED", "HOST_NOT_ALLOWED"].includes(error.code));

const replyOf = (result: Probe): ConnectionTestReply => ({ ok: result.ok, message: result.message, mayHeal: mayHeal(result) });

/** Whether a login would be used at another address, for another sub-account, or sent in another way. */
const isElsewhere = (before: Connection, next: Connection): boolean =>
  (["baseUrl", "locationId", "companyId", "access"] as const).some((fact) => before[fact] !== next[fact]) ||
  canonicalJson(before.settings ?? {}) !== canonicalJson(next.settings ?? {});

function toConnectionView(connection: Connection, meter: QuotaMeter | null): Omit<ConnectionView, "usedBy" | "reconnectLink" | "rotateAt"> {
  const { workspaceId: _, updatedAt: __, settings: ___, ...shown } = connection;
  const quota = meter && {
    used: meter.used,
    limit: meter.limit,
    windowMs: meter.windowMs,
    dailyUsed: meter.daily ? Math.max(meter.daily.made, meter.used) : 0, // the other side counts the day, and is behind at times
    dailyLimit: meter.daily?.limit ?? 0,
  };
  return { ...shown, quota };
}

const rememberedSecrets = 20;

/**
 * A test uses up a refresh token. Saving the same secret afterwards saves the pair that the test received instead. Kept in memory: the
 * newest few pairs, each under a digest of what was typed.
 */
class RenewedSecrets {
  readonly #renewed = new Map<string, Secret>();

  of(secret: Secret): Secret {
    return this.#renewed.get(contentHash(secret)) ?? secret;
  }

  remember(before: Secret, after: Secret): void {
    if (canonicalJson(before) === canonicalJson(after)) return;
    for (const [key, secret] of this.#renewed) if (canonicalJson(secret) === canonicalJson(before)) this.#renewed.set(key, after);
    this.#renewed.set(contentHash(before), after);
    if (this.#renewed.size > rememberedSecrets) this.#renewed.delete(this.#renewed.keys().next().value!);
  }
}
