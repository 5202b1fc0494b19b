import type { FastifyInstance } from "fastify";
import type { Engine } from "#engine/api.ts";
import type { SignIn } from "../auth/sign-in.ts";

export interface HealthParts {
  engine: Pick<Engine, "healthy">;
  /** Why the store cannot be written to, or null. */
  storeProblem: () => Promise<string | null>;
  /** The page for Prometheus. */
  metricsPage: () => Promise<{ type: string; text: string }>;
  signIn: SignIn;
  /** The answer by which this Millrace is recognized. */
  proofOf: (nonce: string) => string;
}

const noncePattern = /^[\w-]{16,64}$/;

/** What load balancers and service managers ask, which is public, and what Prometheus asks, which takes a key. */
export function serveHealth(app: FastifyInstance, { engine, storeProblem, metricsPage, signIn, proofOf }: HealthParts): void {
  const hide = { schema: { hide: true } };
  app.get("/healthz", hide, ({ query }) => {
    const { nonce } = query as { nonce?: unknown };
    return { ok: true, ...(typeof nonce === "string" && noncePattern.test(nonce) && { proof: proofOf(nonce) }) };
  });
  app.get("/readyz", hide, async (_, reply) => {
    const problem = engine.healthy() ? await storeProblem() : "the store refuses writes";
    return problem === null ? { ready: true } : reply.code(503).send({ ready: false, reason: problem });
  });
  app.get("/metrics", hide, async (request, reply) => {
    signIn.checkMetrics(request);
    const { type, text } = await metricsPage();
    return reply.type(type).send(text);
  });
}
