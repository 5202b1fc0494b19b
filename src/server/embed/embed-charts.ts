import { mayUse, type Principal } from "#api/principal.ts";
import type { ChartView, EmbedTokenBody, EmbedTokenReply } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { minuteMs } from "#kernel/durations.ts";
import { MillraceError, badInput, toMillraceError } from "#kernel/errors.ts";
import type { ConnectLinkStore } from "#storage/connect-link-store.ts";
import type { Sealer } from "#vault/seal.ts";
import type { ApiKeys } from "../auth/api-keys.ts";
import { createAttemptLimit, type AttemptLimit } from "../auth/attempts.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { Visitor } from "../auth/sign-in.ts";
import type { ChartRange, ChartScope, ChartSource } from "./charts.ts";

export interface EmbedChartParts {
  sources: Record<EmbedTokenBody["chart"], ChartSource>;
  origins: Pick<ConnectLinkStore, "origins">;
  keys: Pick<ApiKeys, "has">;
  sessions: Pick<Sessions, "has">;
  sealer: Pick<Sealer, "seal" | "open">;
  clock: Clock;
  publicUrl: () => string;
}

/** What a token allows: one chart of one workspace, for one origin. */
export interface EmbedGrant {
  workspaceId: string;
  chart: EmbedTokenBody["chart"];
  scope: ChartScope;
  range: ChartRange;
  origin: string;
  /** The key or session that made it: the token ends with it. */
  maker: { kind: Visitor["kind"]; id: string };
  expiresAt: number;
}

/** What the routes use of it. */
export type EmbedChartService = Pick<EmbedCharts, "makeToken" | "open" | "read" | "framesOf">;

/** What the sealer binds tokens to. */
const sealedAs = "embed-token";
const longestToken = 4_000;
const cachedMs = minuteMs;
const mostCached = 1_000;
/** Wrong tokens from one address in a minute. */
const mostWrong = 60;

/** Charts in pages of other products. A token is sealed and has everything in it, so none is kept here. */
export class EmbedCharts {
  readonly #parts: EmbedChartParts;
  readonly #failures: AttemptLimit;
  readonly #cache = new Map<string, { until: number; view: Promise<ChartView> }>();

  constructor(parts: EmbedChartParts) {
    this.#parts = parts;
    this.#failures = createAttemptLimit({ clock: parts.clock, limit: mostWrong });
  }

  /** Makes a token. Throws FORBIDDEN without runs:read, and BAD_INPUT for an origin that is not allowed. */
  async makeToken(principal: Principal, visitor: Visitor, body: EmbedTokenBody): Promise<EmbedTokenReply> {
    if (!mayUse(principal, "runs:read")) throw forbidden("A chart shows runs, so this needs the scope runs:read as well");
    const { workspaceId } = principal;
    const { chart, flow, connection, subAccount, days, zone, origin, minutes } = body;
    const named = defined({ flow, connection, subAccount });
    if (Object.keys(named).length > 1) throw badInput("flow", "a chart is of one flow, one connection or one sub-account");
    if (!(await this.#isAllowed(workspaceId, origin)))
      throw badInput("origin", "must be an origin that is allowed under Use elsewhere, Embed");
    const maker = { kind: visitor.kind, id: visitor.id };
    if (!this.#isThere(maker)) throw forbidden("Only a person on the page, or a program with an API key, can embed a chart");
    const scope = await this.#parts.sources[chart].check(workspaceId, named);
    const expiresAt = Math.min(this.#parts.clock.now() + minutes * minuteMs, visitor.key?.expiresAt ?? Infinity);
    const grant: EmbedGrant = { workspaceId, chart, scope, range: { days, zone }, origin, maker, expiresAt };
    const token = await this.#parts.sealer.seal(sealedAs, { grant: JSON.stringify(grant) });
    return { token, url: `${this.#pageFor(workspaceId, origin)}#${token}`, expiresAt };
  }

  /** What a token says. It may be over. Throws EMBED_TOKEN_OVER for any that was not made here. */
  async open(token: string, address: string): Promise<EmbedGrant> {
    this.#failures.check(address);
    try {
      if (token.length > longestToken) throw over();
      return JSON.parse((await this.#parts.sealer.open(sealedAs, token))["grant"]!) as EmbedGrant;
    } catch {
      this.#failures.count(address);
      throw over();
    }
  }

  /** The chart. `origin`: of the page that asks; none where that is the chart's own page, or a server. Throws EMBED_TOKEN_OVER. */
  async read(grant: EmbedGrant, origin: string | undefined): Promise<ChartView> {
    const { workspaceId, expiresAt, maker } = grant;
    const isForeign = origin !== undefined && origin !== grant.origin;
    if (isForeign || this.#parts.clock.now() >= expiresAt || !this.#isThere(maker)) throw over();
    if (!(await this.#isAllowed(workspaceId, grant.origin))) throw over();
    return this.#cached(grant);
  }

  /** The pages that may show the chart's page in a frame: this origin, where the workspace allows it, and Millrace's own. */
  async framesOf(workspaceId: string, origin: string): Promise<string[]> {
    const isForeign = origin !== this.#ownOrigin() && (await this.#isAllowed(workspaceId, origin));
    return isForeign ? ["'self'", origin] : ["'self'"];
  }

  #cached({ workspaceId, chart, scope, range }: EmbedGrant): Promise<ChartView> {
    const now = this.#parts.clock.now();
    const key = JSON.stringify([workspaceId, chart, scope, range]);
    const kept = this.#cache.get(key);
    if (kept && kept.until > now) return kept.view;
    const view = this.#parts.sources[chart].read(workspaceId, scope, range, now).catch((thrown: unknown) => {
      this.#cache.delete(key);
      const error = toMillraceError(thrown);
      throw error.row.status < 500 ? over(error) : error; // what it names was removed, and that is nobody's business here
    });
    this.#cache.delete(key);
    this.#cache.set(key, { until: now + cachedMs, view });
    if (this.#cache.size > mostCached) this.#cache.delete(this.#cache.keys().next().value!);
    return view;
  }

  async #isAllowed(workspaceId: string, origin: string): Promise<boolean> {
    return origin === this.#ownOrigin() || (await this.#parts.origins.origins(workspaceId)).some((each) => each.origin === origin);
  }

  #isThere({ kind, id }: EmbedGrant["maker"]): boolean {
    return kind === "key" ? this.#parts.keys.has(id) : kind === "session" && this.#parts.sessions.has(id);
  }

  #pageFor(workspaceId: string, origin: string): string {
    return `${this.#parts.publicUrl()}/embed/chart?${new URLSearchParams({ workspace: workspaceId, origin }).toString()}`;
  }

  #ownOrigin(): string {
    return new URL(this.#parts.publicUrl()).origin;
  }
}

const over = (cause?: unknown) => new MillraceError("EMBED_TOKEN_OVER", { ...(cause !== undefined && { cause }) });
const forbidden = (problem: string) => new MillraceError("FORBIDDEN", { details: { problem } });
