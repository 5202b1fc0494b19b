import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import type { EmbedChartService } from "../embed/embed-charts.ts";

interface ChartPageParts {
  charts: Pick<EmbedChartService, "framesOf">;
  /** Where the built web app is. */
  webFolder: string;
}

const query = z.object({ workspace: z.string().max(64).default(""), origin: z.string().max(300).default("") });

/**
 * The page of one chart, for frames of other products. The query says whose frames: it is no secret. The token is after the `#`, and does not
 * come here.
 */
export function serveChartPage(app: FastifyInstance, { charts, webFolder }: ChartPageParts): void {
  const file = join(webFolder, "embed-chart.html");
  const page = existsSync(file) ? readFileSync(file, "utf8") : null;
  app.get("/embed/chart", { schema: { hide: true } }, async (request, reply) => {
    if (page === null) throw new MillraceError("NOT_FOUND", { details: { what: "address", id: "GET /embed/chart" } });
    const { workspace, origin } = query.safeParse(request.query).data ?? { workspace: "", origin: "" };
    return reply
      .type("text/html; charset=utf-8")
      .headers({
        "cache-control": "no-cache",
        "content-security-policy": policy(await charts.framesOf(workspace, origin)),
        "cross-origin-resource-policy": "cross-origin",
      })
      .removeHeader("x-frame-options")
      .send(page);
  });
}

/** Pure. It runs its own script and asks its own server, and nothing else. */
const policy = (frames: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frames.join(" ")}`,
  ].join("; ");
