/**
 * A year in the life of logins, in simulated time: several processes on one store, a login server with the vendor's rules, and faults on
 * both sides. Time moves on only when nobody works, so that what really waits for a database takes no simulated time.
 */
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { createAuthorizer, type Authorizer } from "#vault/authorizer.ts";
import { IdleRenewals } from "#vault/idle-renewals.ts";
import type { Sealer } from "#vault/seal.ts";
import type { Connection, FormPost, LoginApp, Secret, VaultStore } from "#vault/types.ts";

export const second = 1_000;
const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Moves on by itself to the next timer, once all real work is done. */
export class SimulatedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #order = 0;
  #busy = 0;
  readonly #timers = new Map<number, { at: number; fn: () => void }>();
  /** The times of timers, smallest first: a binary heap. */
  readonly #heap: { at: number; order: number }[] = [];

  now = () => this.#now;
  monotonic = () => this.#now;
  soon = (_: number, fn: () => void) => this.after(0, fn);

  after(ms: number, fn: () => void): () => void {
    const order = this.#order++;
    const at = this.#now + Math.max(0, ms);
    this.#timers.set(order, { at, fn });
    push(this.#heap, { at, order });
    return () => void this.#timers.delete(order);
  }

  /** Real work: time stands still until it is done. */
  async working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  async run(until: number): Promise<void> {
    for (;;) {
      do await new Promise((resolve) => setImmediate(resolve));
      while (this.#busy > 0);
      const next = pop(this.#heap);
      if (!next || next.at > until) return;
      const timer = this.#timers.get(next.order);
      this.#timers.delete(next.order);
      this.#now = Math.max(this.#now, next.at);
      timer?.fn();
    }
  }
}

interface Entry {
  at: number;
  order: number;
}
const before = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  heap.push(entry);
  for (let i = heap.length - 1; i > 0;) {
    const parent = (i - 1) >> 1;
    if (!before(heap[i]!, heap[parent]!)) return;
    [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
    i = parent;
  }
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  heap[0] = last;
  for (let i = 0; ;) {
    const [left, right] = [2 * i + 1, 2 * i + 2];
    let least = i;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === i) return top;
    [heap[i], heap[least]] = [heap[least]!, heap[i]!];
    i = least;
  }
}

/** Numbers that are the same each time for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const graceMs = 30 * second;
const accessMs = day;
const refreshMs = 365 * day;
/** A client that gets no answer gives up. */
const timeoutMs = 15 * second;

interface Grant {
  access: string;
  refresh: string;
  mintedAt: number;
  /** When its refresh token was used, and what for. */
  spent?: { at: number; next: Grant };
}

/** A time in which the login server is not well. */
interface Trouble {
  from: number;
  until: number;
  kind: "refuses" | "hangs" | "loses answers" | "answers nonsense";
}

export interface VendorWorld {
  clock: SimulatedClock;
  random: () => number;
  troubles: readonly Trouble[];
  /** When processes were killed. */
  kills: number[];
  watch: Watch;
  asking: Asking;
}

/**
 * What wakes processes now and then, to look for what others left unfinished and for logins that end. A year has too many seconds: nobody is
 * woken to look for what is not there.
 */
export class Watch {
  readonly #clock: SimulatedClock;
  readonly #asleep = new Set<() => void>();
  #awakeUntil = 0;
  /** When the next token ends. */
  soonestEnd: () => number = () => 0;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** A process was killed. */
  killed(): void {
    this.#awakeUntil = this.#clock.now() + minute;
    for (const wake of this.#asleep) wake();
    this.#asleep.clear();
  }

  alarm(random: () => number): Clock {
    const clock = this.#clock;
    const after = (ms: number, fn: () => void) => {
      if (ms > minute) return clock.after(Math.max(ms, ms * Math.floor((this.soonestEnd() - hour - clock.now()) / ms)), fn);
      if (clock.now() < this.#awakeUntil) return clock.after(ms, fn);
      const wake = () => void clock.after(random() * ms, fn);
      this.#asleep.add(wake);
      return () => void this.#asleep.delete(wake);
    };
    return { now: clock.now, monotonic: clock.now, soon: clock.soon, after };
  }
}

/** The vendor's rules: a refresh token works once, gives the same pair again for half a minute, and ends after a year. */
export class LoginServer {
  readonly mints = new Map<string, number>();
  /** Renewals that nobody needed: the token had long to live. */
  readonly superfluous: string[] = [];
  /** Logins whose pair was lost although the rules allowed to fetch it again. */
  readonly lostNeedlessly: string[] = [];
  /** Logins that were lost because no answer could be had in time, or that were taken back. */
  readonly ended = new Set<string>();
  readonly #world: VendorWorld;
  readonly #current = new Map<string, Grant>();
  readonly #byRefresh = new Map<string, { id: string; grant: Grant }>();
  readonly #revoked = new Set<string>();
  readonly #faults: { id: string; at: number }[] = [];
  #serial = 0;
  #nextTrouble = 0;

  constructor(world: VendorWorld) {
    this.#world = world;
  }

  /** When the first token ends of those that can be renewed. */
  soonestEnd(): number {
    const living = [...this.#current].filter(([id]) => !this.ended.has(id)).map(([, { mintedAt }]) => mintedAt);
    return Math.min(...living) + accessMs;
  }

  /** A login as a person allowed it so long ago. */
  grant(id: string, ageMs: number): Secret {
    const { access, refresh, mintedAt } = this.#mint(id, ageMs);
    return { accessToken: access, refreshToken: refresh, clientId: "c", clientSecret: "s", expiresAt: String(mintedAt + accessMs) };
  }

  /** A person takes the login back. */
  revoke(id: string): void {
    this.#revoked.add(id);
    this.ended.add(id);
  }

  accepts(id: string, access: string | undefined): boolean {
    const minted = this.#current.get(id)!;
    if (this.#revoked.has(id)) return false;
    const now = this.#world.clock.now();
    const known = [minted, ...this.#own.get(id)!.map((refresh) => this.#byRefresh.get(refresh)!.grant)];
    return known.some((grant) => grant.access === access && now < grant.mintedAt + accessMs);
  }

  readonly post: FormPost = async (_, form) => {
    const { clock, random } = this.#world;
    await new Promise<void>((resolve) => void clock.after(50 + random() * 2_000, resolve));
    const trouble = this.#troubleNow() ?? this.#singleFault(form);
    if (trouble?.kind === "refuses") return { status: 503, body: { message: "Service unavailable" }, headers: {} };
    if (trouble?.kind === "hangs") return this.#timeOut();
    const answer = this.#answer(form["refresh_token"]!);
    if (trouble?.kind === "loses answers") return this.#timeOut();
    if (trouble?.kind === "answers nonsense") return { status: 502, body: "<html>Bad gateway</html>", headers: {} };
    return answer;
  };

  /** They follow each other, and time does not go back. */
  #troubleNow(): Trouble | undefined {
    const { clock, troubles } = this.#world;
    while ((troubles[this.#nextTrouble]?.until ?? Infinity) <= clock.now()) this.#nextTrouble++;
    const next = troubles[this.#nextTrouble];
    return next && next.from <= clock.now() ? next : undefined;
  }

  /** Now and then one answer alone is lost. */
  #singleFault(form: Record<string, string>): Pick<Trouble, "kind"> | undefined {
    const kind = singleFaults[Math.floor(this.#world.random() * 120)];
    const id = this.#byRefresh.get(form["refresh_token"]!)?.id;
    if (kind === undefined || id === undefined) return undefined;
    this.#faults.push({ id, at: this.#world.clock.now() });
    return { kind };
  }

  async #timeOut(): Promise<never> {
    await new Promise<void>((resolve) => void this.#world.clock.after(timeoutMs, resolve));
    throw new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "login", seconds: 15 } });
  }

  #answer(token: string) {
    const now = this.#world.clock.now();
    const entry = this.#byRefresh.get(token);
    if (!entry || this.#revoked.has(entry.id)) return invalidGrant;
    const { id, grant } = entry;
    if (grant.spent) {
      if (now - grant.spent.at <= graceMs) return tokens(grant.spent.next);
      this.#noteLost(id, grant.spent.at);
      return invalidGrant;
    }
    if (now - grant.mintedAt >= refreshMs) {
      this.lostNeedlessly.push(`${id} was not renewed for a year`);
      return invalidGrant;
    }
    if (now - grant.mintedAt < accessMs - hour) this.superfluous.push(`${id} after ${(now - grant.mintedAt) / hour} h`);
    grant.spent = { at: now, next: this.#mint(id) };
    return tokens(grant.spent.next);
  }

  /** A pair can be had again while the server answers late enough in the half minute for another process to take over from a dead one. */
  #noteLost(id: string, spentAt: number): void {
    if (this.ended.has(id)) return;
    this.ended.add(id);
    const [from, until] = [spentAt + 10 * second, spentAt + graceMs];
    const isNear = (at: number) => at >= spentAt - 20 * second && at <= until;
    const overlapping = (start: number, end: number) =>
      this.#world.troubles.filter((trouble) => trouble.from < end && trouble.until > start);
    const isTroubled = overlapping(from, until).length > 0;
    const kills = this.#world.kills.filter(isNear).length;
    // A trouble that ended soon after lost the first answer, and no more.
    const faults = this.#faults.filter((fault) => fault.id === id && isNear(fault.at)).length + overlapping(spentAt, from).length;
    if (!isTroubled && kills + faults < 2)
      this.lostNeedlessly.push(`${id}, spent at ${new Date(spentAt).toISOString()}, ${kills} kills, ${faults} faults`);
  }

  #mint(id: string, ageMs = 0): Grant {
    const n = ++this.#serial;
    const grant: Grant = { access: `a${n}`, refresh: `r${n}`, mintedAt: this.#world.clock.now() - ageMs };
    this.#current.set(id, grant);
    this.#byRefresh.set(grant.refresh, { id, grant });
    this.#forgetOld(id);
    this.mints.set(id, (this.mints.get(id) ?? 0) + 1);
    return grant;
  }

  /** Tokens that nobody can use any more. */
  #forgetOld(id: string): void {
    const now = this.#world.clock.now();
    const own = (this.#own.get(id) ?? []).filter((refresh) => {
      const { grant } = this.#byRefresh.get(refresh)!;
      const isOver = now - grant.mintedAt > 3 * day && grant.spent !== undefined && now - grant.spent.at > day;
      if (isOver) this.#byRefresh.delete(refresh);
      return !isOver;
    });
    this.#own.set(id, [...own, this.#current.get(id)!.refresh]);
  }
  readonly #own = new Map<string, string[]>();
}

/** Of a hundred and twenty answers, one each. */
const singleFaults = ["refuses", "loses answers", "answers nonsense"] as const;

const invalidGrant = { status: 400, body: { message: "Invalid grant: refresh token is invalid" }, headers: {} };
const tokens = ({ access, refresh }: Grant) => ({
  status: 200,
  body: { access_token: access, refresh_token: refresh, expires_in: accessMs / second },
  headers: {},
});

const app: LoginApp = {
  id: "highlevel",
  title: "HighLevel",
  baseUrl: "https://services.example.com",
  auth: [
    {
      kind: "oauth2",
      title: "OAuth",
      authorizeUrl: "https://m.example.com/choose",
      tokenUrl: "https://services.example.com/oauth/token",
      tokenPath: "/oauth/token",
      scopes: [],
    },
  ],
};

/** How seals work is not what a year tells. */
const sealer: Sealer = {
  seal: async (_, secret) => JSON.stringify(secret),
  open: async (_, jwe) => JSON.parse(jwe) as Secret,
  isStale: () => false,
};
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** One process of Millrace, as far as logins go. Killed, it does nothing more; what it had begun in the store or at the vendor may have happened. */
export class Process {
  readonly authorizer: Authorizer;
  readonly #stop = new AbortController();
  isDead = false;

  constructor({ clock, random, watch, asking }: VendorWorld, store: VaultStore, server: LoginServer, onKilled: () => void) {
    /** Kills it now and then, in the middle of what it does: before it or after. */
    const mortal = async <T>(work: () => Promise<T>, killRate: number): Promise<T> => {
      const fate = random() / killRate;
      const killIf = (isFate: boolean) => {
        if (this.isDead || !isFate) return;
        this.stop();
        onKilled();
      };
      killIf(fate < 0.5);
      if (this.isDead) return never();
      const result = await work();
      killIf(0.5 <= fate && fate < 1);
      return this.isDead ? never() : result;
    };
    const own = mortalStore(store, (work, rate) => mortal(() => clock.working(work), rate));
    const post: FormPost = (url, form) =>
      mortal(() => asking.while(this, form["refresh_token"]!, () => server.post(url, form)), dangerRate);
    this.authorizer = createAuthorizer({ store: own, sealer, catalog: { of: () => ({ app: () => app }) }, post, clock, log: silent });
    const parts = { store: own, authorizer: this.authorizer, shared: true, clock, log: silent };
    new IdleRenewals({ ...parts, alarm: watch.alarm(random) }).start(this.#stop.signal);
  }

  stop(): void {
    this.isDead = true;
    this.#stop.abort();
  }
}

/** How often a process is killed where it renews a login, and at everything else. */
const dangerRate = 0.012;
const usualRate = 0.0005;

/** Who asks the login server. It is asked for one login by one process at a time. */
export class Asking {
  /** Tokens for which two asked at once. */
  readonly twice: string[] = [];
  readonly #now = new Map<string, Set<Process>>();

  async while<T>(process: Process, token: string, ask: () => Promise<T>): Promise<T> {
    const askers = this.#now.get(token) ?? new Set();
    if ([...askers].some((other) => !other.isDead)) this.twice.push(token);
    this.#now.set(token, askers.add(process));
    try {
      return await ask();
    } finally {
      askers.delete(process);
      if (askers.size === 0) this.#now.delete(token);
    }
  }
}

const never = <T>() => new Promise<T>(() => undefined);

function mortalStore(store: VaultStore, mortal: <T>(work: () => Promise<T>, rate: number) => Promise<T>): VaultStore {
  return {
    insert: (...args) => mortal(() => store.insert(...args), usualRate),
    get: (...args) => mortal(() => store.get(...args), usualRate),
    getByName: (...args) => mortal(() => store.getByName(...args), usualRate),
    list: (...args) => mortal(() => store.list(...args), usualRate),
    update: (...args) => mortal(() => store.update(...args), usualRate),
    delete: (...args) => mortal(() => store.delete(...args), usualRate),
    removed: (...args) => mortal(() => store.removed(...args), usualRate),
    sealed: (...args) => mortal(() => store.sealed(...args), usualRate),
    swap: (...args) => mortal(() => store.swap(...args), dangerRate),
    reseal: (...args) => mortal(() => store.reseal(...args), usualRate),
    allSealed: () => mortal(() => store.allSealed(), usualRate),
    lease: (...args) => mortal(() => store.lease(...args), usualRate),
    release: (...args) => mortal(() => store.release(...args), usualRate),
    ending: (...args) => mortal(() => store.ending(...args), usualRate),
    lapsed: (...args) => mortal(() => store.lapsed(...args), usualRate),
  };
}

/** Puts a connection with a login of its own into the store. */
export async function insertLogin(store: VaultStore, server: LoginServer, { clock, random }: VendorWorld, id: string): Promise<Connection> {
  const secret = server.grant(id, random() * day);
  const now = clock.now();
  const facts = { id, workspaceId: "w", name: id, title: id, app: "highlevel", auth: "oauth2", status: "connected" } as const;
  const connection: Connection = { ...facts, expiresAt: Number(secret["expiresAt"]), createdAt: now, updatedAt: now };
  await store.insert(connection, { connectionId: id, jwe: await sealer.seal(id, secret), version: 1, updatedAt: now });
  return connection;
}

/** Times in which the login server is not well: many short ones, and every week one of hours, in which it does nothing. */
export function troublesOf(random: () => number, from: number, ms: number): Trouble[] {
  const troubles: Trouble[] = [];
  for (let at = from; at < from + ms; at += random() * 3 * hour) {
    const isShort = random() < 0.99;
    const kinds = isShort ? (["refuses", "hangs", "loses answers", "answers nonsense"] as const) : (["refuses", "hangs"] as const);
    const length = isShort ? random() * minute : random() * 6 * hour;
    troubles.push({ from: at, until: at + length, kind: kinds[Math.floor(random() * kinds.length)]! });
    at += length;
  }
  return troubles;
}
