import { randomUUID } from "node:crypto";
import { secretNames } from "#catalog/login.ts";
import type { LoginClient } from "#catalog/logins/kind.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { loginRefusals, MillraceError, toMillraceError, type ErrorCode } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { expiryOf } from "./credentials.ts";
import { isTokenError, readRefusal, readTokens, withTokens, type TokenRefusal, type Tokens } from "./oauth.ts";
import type { Opened, OpenedParts, OpenedSecrets } from "./opened.ts";
import type { Sealer } from "./seal.ts";
import { endsSoon, proven, healthAfter } from "./status.ts";
import type { Connection, FormPost, LoginCatalog, Secret, VaultStore } from "./types.ts";

/** The form that asks for new tokens, and where it is posted. */
interface TokenRequest {
  url: string;
  form: Record<string, string>;
  client: LoginClient | undefined;
}

export interface RefresherParts {
  store: VaultStore;
  sealer: Sealer;
  catalog: LoginCatalog;
  post: FormPost;
  clock: Clock;
  log: Log;
  /** Called when a call changed how a login stands. */
  onStatus?: OpenedParts["onStatus"];
  /** Called when a refusal may be about the login or about one address alone: a test tells. */
  onDoubt?: (connection: Connection, code: ErrorCode) => void;
}

/**
 * Longer than a refresh may take, and short beside the 30 seconds in which the vendor gives the same pair for the same spent
 * token: so what a crash interrupted, another process still repairs.
 */
const leaseMs = 18_000;
const patienceMs = 30_000;
const pollMs = 200;
const longestPollMs = 1_000;
/** How long an outcome stands before it is tried again: a failure that may heal, "not active", a fresh token that is refused as well. */
const againMs = 3_000;
const pausedMs = 900_000;
const freshMs = 60_000;
/** For so long the vendor gives the pair again that it gave for a spent token: until then a pair whose answer was lost can be had. */
const graceMs = 30_000;
const savesTried = 4;
/** How often an answer is asked for; again only within so long, so that the last attempt ends before the lease does. */
const postsTried = 3;
const quickMs = 2_000;

/** What the last attempt came to, given again until `until` or until the secret changes: a dead login is not asked about in a loop. */
interface Verdict {
  error: MillraceError;
  version: number;
  until: number;
}

/** Renews OAuth logins, one at a time for each connection, here and across processes. */
export class Refresher {
  readonly #parts: RefresherParts;
  readonly #secrets: OpenedSecrets;
  readonly #owner = randomUUID();
  readonly #running = new Map<string, Promise<Opened>>();
  readonly #verdicts = new Map<string, Verdict>();
  /** Versions whose token the other side has refused. */
  readonly #refused = new Map<string, number>();
  readonly #minted = new Map<string, { version: number; at: number }>();
  /** New pairs the store would not take yet: the old token is spent, so they must not be lost. */
  readonly #unsaved = new Map<string, { secret: Secret; version: number; tokenFacts: Tokens["facts"] }>();
  /** Renewals without a clear answer: the old token may be spent. `since`: when it was last asked for, as any of the attempts may have spent it. */
  readonly #unclear = new Map<string, { version: number; since: number }>();
  /** Leases of interrupted renewals that are being looked after. */
  readonly #resumed = new Set<string>();
  /** By lease: how often each of them was tried again, and whether the next time is set. */
  readonly #pursuits = new Map<string, { tried: number; isSet: boolean }>();

  constructor(parts: RefresherParts, secrets: OpenedSecrets) {
    this.#parts = parts;
    this.#secrets = secrets;
  }

  /** The error of a login that was refused and cannot be renewed just now; undefined where it is worth trying. */
  hopeless({ connection, version }: Opened): MillraceError | undefined {
    if (connection.status === "broken") return this.#lastVerdict(connection.id, version) ?? this.#error(brokenBy(connection), connection);
    return this.#refused.get(connection.id) === version ? this.#lastVerdict(connection.id, version) : undefined;
  }

  /** Whether renewing may be tried now. */
  mayTry({ connection, version }: Opened): boolean {
    return !this.#running.has(connection.id) && !this.#lastVerdict(connection.id, version);
  }

  /** The token of a version was refused: it is of no use until its end. */
  refused(id: string, version: number): void {
    this.#refused.set(id, version);
  }

  forget(id: string): void {
    this.#verdicts.delete(id);
    this.#refused.delete(id);
  }

  /** A newer login than `spent`, from whoever gets it first. Throws CONNECTION_* when there is none to be had. */
  async refresh(facts: ConnectionFacts, spent: number): Promise<Opened> {
    const running = this.#running.get(facts.id);
    if (running) {
      const renewed = await running;
      return renewed.version > spent ? renewed : this.refresh(facts, spent);
    }
    const refreshing = this.#leased(facts, spent).finally(() => this.#running.delete(facts.id));
    this.#running.set(facts.id, refreshing);
    return refreshing;
  }

  /** The same for a login that nobody waits for: where another process renews it, that is enough. */
  async refreshUnlessRenewed(facts: ConnectionFacts, spent: number): Promise<void> {
    if (await this.#parts.store.lease(leaseName(facts, spent), this.#owner, this.#now, this.#now + leaseMs))
      await this.refresh(facts, spent);
  }

  /** Whoever has the lease asks; the others wait for what it stores. */
  async #leased(facts: ConnectionFacts, spent: number): Promise<Opened> {
    const { store, clock } = this.#parts;
    const lease = leaseName(facts, spent);
    const patience = this.#now + patienceMs;
    for (let waits = 1; ; waits++) {
      const settled = await this.#settled(facts, spent);
      if (settled) return settled;
      if (await store.lease(lease, this.#owner, this.#now, this.#now + leaseMs)) break;
      if (this.#now >= patience) throw this.#later(facts, "another process has been renewing the login for too long");
      await sleep(clock, Math.min(waits * pollMs, longestPollMs));
    }
    try {
      return (await this.#settled(facts, spent)) ?? (await this.#ask(facts, this.#secrets.peek(facts.id)!));
    } finally {
      if (this.#isUnfinished(facts.id, spent)) this.#pursue(facts, spent);
      else await store.release(lease, this.#owner).catch(() => undefined); // it lapses, and whoever resumes it sees that all is done
    }
  }

  /** Renewals that stopped in the middle, here or in another process: what the vendor gave can still be had for a moment. */
  async resume(): Promise<void> {
    for (const name of await this.#parts.store.lapsed(leasePrefix, this.#now)) {
      if (this.#resumed.has(name)) continue;
      this.#resumed.add(name);
      void this.#resume(name) // one that takes long must not keep the others from being noticed
        .catch((err: unknown) => this.#parts.log.warn({ err }, "Could not resume a token renewal"))
        .finally(() => this.#resumed.delete(name));
    }
  }

  async #resume(name: string): Promise<void> {
    const { store, log } = this.#parts;
    const { workspaceId, id, version } = leaseParts(name);
    const connection = await store.get(workspaceId, id);
    if (connection) {
      log.warn({ connection: connection.name }, "Resuming an interrupted token renewal");
      await this.refresh(connection, version).catch((error: unknown) => {
        log.warn({ connection: connection.name, err: toMillraceError(error) }, "an interrupted renewal of the login failed");
      });
    }
    if (this.#isUnfinished(id, version)) return;
    if (await store.lease(name, this.#owner, this.#now, this.#now)) await store.release(name, this.#owner);
  }

  /** Whether the old token may be spent and the new pair is not stored, while that can be mended. */
  #isUnfinished(id: string, version: number): boolean {
    if (this.#unsaved.get(id)?.version === version) return true;
    const unclear = this.#unclear.get(id);
    return unclear?.version === version && this.#now - unclear.since < graceMs;
  }

  /** Tries again soon, whether or not anybody needs the login. The lease stays as the mark by which others go on after a crash. */
  #pursue(facts: ConnectionFacts, spent: number): void {
    const { store, clock } = this.#parts;
    const lease = leaseName(facts, spent);
    const { tried, isSet } = this.#pursuits.get(lease) ?? { tried: 0, isSet: false };
    if (isSet) return;
    const waitMs = againMs * Math.min(tried + 1, 3);
    this.#pursuits.set(lease, { tried: tried + 1, isSet: true });
    store.lease(lease, this.#owner, this.#now, this.#now + waitMs).catch(() => undefined); // the old one lapses as well
    clock.after(waitMs, () => {
      this.#pursuits.set(lease, { tried: tried + 1, isSet: false });
      this.refresh(facts, spent)
        .catch(() => undefined) // said already when it failed first
        .finally(() => this.#isUnfinished(facts.id, spent) || this.#pursuits.delete(lease));
    });
  }

  /** The newer secret if somebody has stored one. Throws what the last attempt came to, while that stands. */
  async #settled(facts: ConnectionFacts, spent: number): Promise<Opened | null> {
    const opened = await this.#secrets.read(facts);
    if (opened.version > spent) return opened;
    const verdict = this.#lastVerdict(facts.id, opened.version) ?? this.#written(opened) ?? this.#tooFresh(opened);
    if (verdict) throw verdict;
    return null;
  }

  #lastVerdict(id: string, version: number): MillraceError | undefined {
    const verdict = this.#verdicts.get(id);
    return verdict && verdict.version === version && this.#now < verdict.until ? verdict.error : undefined;
  }

  /** What another process, or this one before its restart, found out and wrote down. */
  #written({ connection }: Opened): MillraceError | undefined {
    if (connection.status === "broken") return this.#error(brokenBy(connection), connection);
    const paused = connection.status === "paused" && this.#now - connection.updatedAt < pausedMs;
    return paused ? this.#error(connection.problem === "CLOCK_OFF" ? "CLOCK_OFF" : "CONNECTION_PAUSED", connection) : undefined;
  }

  /** A token refused right after it was made: another one would fare no better. */
  #tooFresh({ connection, version }: Opened): MillraceError | undefined {
    const minted = this.#minted.get(connection.id);
    const tooFresh = minted?.version === version && Math.abs(this.#now - minted.at) < freshMs; // a clock that was set back is no fresh token
    return tooFresh ? this.#error("CONNECTION_EXPIRED", connection, "a fresh token was refused too") : undefined;
  }

  async #ask(facts: ConnectionFacts, opened: Opened): Promise<Opened> {
    const { connection, secret, version } = opened;
    const { scheme } = opened;
    const { renewal } = loginKinds[scheme.kind];
    if (!renewal?.isPossible(secret)) return this.#rule(opened, { meaning: "other", message: "it cannot be renewed by itself" });
    const unsaved = this.#unsaved.get(facts.id);
    if (unsaved?.version === version) return this.#keep(facts, version, unsaved.secret, unsaved.tokenFacts);
    const { status, body, headers } = await this.#post(facts, opened, {
      url: renewal.url(scheme, connection),
      form: renewal.form(scheme, secret, connection.access),
      client: renewal.client?.(scheme, secret),
    });
    const tokens = status < 300 ? readTokens(body, this.#now) : undefined;
    if (!tokens) {
      const refusal = readRefusal(status < 300 && !isTokenError(body) ? 502 : status, body);
      // An error of the server may have come after it spent the token.
      if (refusal.meaning === "again" && status !== 429) this.#noteUnclear(facts.id, version, this.#now);
      else this.#unclear.delete(facts.id);
      return this.#turnedDown(facts, opened, refusal, headers);
    }
    const { facts: tokenFacts, refreshToken, ...token } = tokens;
    // A client needs no refresh token, though some login servers give it one.
    const pair = refreshToken !== undefined && secretNames(scheme).includes("refreshToken") ? { ...token, refreshToken } : token;
    return this.#keep(facts, version, withTokens(secret, pair), tokenFacts);
  }

  /**
   * A pair that was lost on its way is given again for the same spent token, for half a minute. So where no answer came quickly
   * it is asked for again at once, and those who wait see nothing of it.
   */
  async #post(facts: ConnectionFacts, { version }: Opened, { url, form, client }: TokenRequest) {
    const begun = this.#now;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#parts.post(url, form, client);
      } catch (thrown) {
        const error = toMillraceError(thrown);
        if (error.code !== "HOST_DOWN") this.#noteUnclear(facts.id, version, begun); // else nothing was sent
        if (!error.row.retry || attempt === postsTried || this.#now - begun > quickMs) throw this.#unanswered(facts, version, error);
        await sleep(this.#parts.clock, attempt * pollMs);
      }
    }
  }

  #noteUnclear(id: string, version: number, since: number): void {
    this.#unclear.set(id, { version, since });
  }

  #unanswered(facts: ConnectionFacts, version: number, { code, details, cause }: MillraceError): MillraceError {
    return this.#remember(facts.id, version, new MillraceError(code, { cause, details: { ...details, outcome: "not_sent" } }), againMs);
  }

  /** The new pair is stored before anybody uses it. Where somebody replaced the secret meanwhile, theirs counts. */
  async #keep(facts: ConnectionFacts, version: number, secret: Secret, tokenFacts: Tokens["facts"]): Promise<Opened> {
    this.#unsaved.set(facts.id, { secret, version, tokenFacts });
    const jwe = await this.#parts.sealer.seal(facts.id, secret);
    const swapped = await this.#save(facts, () => this.#parts.store.swap(facts.workspaceId, facts.id, version, jwe, this.#now));
    this.#unsaved.delete(facts.id);
    this.#unclear.delete(facts.id);
    const opened = await this.#secrets.read(facts);
    if (!swapped) return opened;
    this.#minted.set(facts.id, { version: version + 1, at: this.#now });
    const { connection } = opened;
    // A renewed token is a working login, but not one for another sub-account than its own.
    const after = connection.status === "failed" ? {} : { ...proven({ status: "connected" }, this.#now), ...checkedNow(this.#now) };
    this.#secrets.note(opened, { ...tokenFacts, ...after, expiresAt: expiryOf(secret), updatedAt: this.#now });
    this.#parts.log.info({ connection: facts.name, expiresAt: expiryOf(secret) }, "the login was renewed");
    return opened;
  }

  async #save(facts: ConnectionFacts, save: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await save();
      } catch (cause) {
        this.#parts.log.error(
          { connection: facts.name, err: cause },
          "the renewed login could not be stored; it is kept in memory and tried again",
        );
        const details = { problem: "a renewed login could not be stored", seconds: 5, outcome: "not_sent" };
        if (attempt === savesTried) throw new MillraceError("STORE_UNAVAILABLE", { cause, details });
        await sleep(this.#parts.clock, 2 ** attempt * 100);
      }
    }
  }

  async #turnedDown(
    facts: ConnectionFacts,
    opened: Opened,
    { meaning, message }: TokenRefusal,
    headers: Record<string, string>,
  ): Promise<Opened> {
    if (meaning === "again") {
      const waitMs = Math.min(Math.max(againMs, Number(headers["retry-after"] ?? 0) * 1000 || 0), pausedMs);
      throw this.#remember(facts.id, opened.version, this.#later(facts, message, this.#now + waitMs), waitMs);
    }
    const now = await this.#secrets.read(facts);
    return now.version > opened.version ? now : this.#rule(now, { meaning, message });
  }

  /** A person has to act: told, written down for people and other processes, and remembered. */
  async #rule({ connection, secret, version }: Opened, { meaning, message }: FinalRefusal): Promise<never> {
    const code = refusalCodes[meaning];
    const error = this.#error(code, connection, message);
    this.#remember(connection.id, version, error, meaning === "paused" || meaning === "clock" ? pausedMs : Infinity);
    const after = healthAfter(code, this.#title(connection), message)!;
    const end = expiryOf(secret) ?? 0;
    const works = end > this.#now && this.#refused.get(connection.id) !== version;
    this.#secrets.forget(connection.id);
    await this.#parts.store.update(connection.workspaceId, connection.id, {
      ...(works ? endsSoon(end, after.reason!) : after),
      ...checkedNow(this.#now),
      updatedAt: this.#now,
    });
    throw error;
  }

  #remember(id: string, version: number, error: MillraceError, forMs: number): MillraceError {
    this.#verdicts.set(id, { error, version, until: this.#now + forMs });
    return error;
  }

  #error(code: ErrorCode, connection: Connection, problem = connection.reason ?? "it was refused before"): MillraceError {
    const { id, name, title } = connection;
    return new MillraceError(code, {
      details: { app: this.#title(connection), connection: name, connectionTitle: title, connectionId: id, problem, outcome: "not_sent" },
    });
  }

  #later({ name }: ConnectionFacts, problem: string, retryAt?: number): MillraceError {
    const details = { host: "The login server", connection: name, problem, outcome: "not_sent", ...(retryAt !== undefined && { retryAt }) };
    return new MillraceError("OUTBOUND_UNREACHABLE", { details });
  }

  #title({ app, workspaceId }: Connection): string {
    return this.#parts.catalog.of(workspaceId).app(app)?.title ?? app;
  }

  get #now(): number {
    return this.#parts.clock.now();
  }
}

/** Why a broken login was refused, as far as that was written down. */
const brokenBy = ({ problem }: Connection): ErrorCode =>
  problem !== undefined && loginRefusals.has(problem) ? problem : "CONNECTION_REVOKED";

type FinalRefusal = TokenRefusal & { meaning: keyof typeof refusalCodes };

/** What a login is called that the login server refused for good. */
const refusalCodes = {
  paused: "CONNECTION_PAUSED",
  spent: "CONNECTION_REVOKED",
  uninstalled: "APP_UNINSTALLED",
  client: "CLIENT_REFUSED",
  clock: "CLOCK_OFF",
  other: "CONNECTION_EXPIRED",
} as const satisfies Record<Exclude<TokenRefusal["meaning"], "again">, ErrorCode>;

const leasePrefix = "refresh:";

/** One lease for each token: whoever finds it lapsed knows which one was being spent. */
const leaseName = ({ workspaceId, id }: Pick<ConnectionFacts, "workspaceId" | "id">, version: number): string =>
  `${leasePrefix}${workspaceId}/${id}@${version}`;

function leaseParts(name: string): { workspaceId: string; id: string; version: number } {
  const [workspaceId = "", rest = ""] = name.slice(leasePrefix.length).split("/");
  const [id = "", version = "0"] = rest.split("@");
  return { workspaceId, id, version: Number(version) };
}

const checkedNow = (now: number) => ({ checkedAt: now, checkedBy: "call" as const, lastUsedAt: now });
