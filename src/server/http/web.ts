import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";

/** The web app, where it is built: its files, and its page under every other address. It holds no data, so everybody may load it. */
export async function serveWeb(app: FastifyInstance, folder: string): Promise<void> {
  const page = existsSync(join(folder, "index.html")) ? readFileSync(join(folder, "index.html"), "utf8") : missingPage;
  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    if (pagesInWindows.has(pathOf(request.url))) void reply.header("cross-origin-opener-policy", "unsafe-none");
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").send(page);
  };
  if (page !== missingPage) {
    await app.register(fastifyStatic, {
      root: folder,
      index: false,
      wildcard: false,
      setHeaders: (reply, path) =>
        void reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"),
    });
  }
  // Before a body is read for nothing.
  app.addHook("onRequest", async (request) => {
    if (request.is404 && request.method !== "GET" && request.method !== "HEAD") throw notFound(request);
  });
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== "GET" || isForPrograms(request.url)) throw notFound(request);
    return sendPage(request, reply);
  });
  app.get("/", { schema: { hide: true }, handler: sendPage });
}

/**
 * Pages that a vendor's page opens in a window of its own. They leave it its reference to that window, so that it sees when the customer closes
 * it. Another page that is opened there cuts that off.
 */
const pagesInWindows: ReadonlySet<string> = new Set(["/connect", "/reconnect", "/oauth/callback"]);

const pathOf = (url: string): string => url.split("?", 1)[0]!;

/** Inline scripts of the page, as sources for its security policy. */
export function inlineScripts(folder: string): string[] {
  const file = join(folder, "index.html");
  if (!existsSync(file)) return [];
  const scripts = readFileSync(file, "utf8").matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]+?)<\/script>/g);
  return [...scripts].map(([, text]) => `'sha256-${createHash("sha256").update(text!).digest("base64")}'`);
}

/** The path decides: a page's own query may well end like a file (`?person=ada@example.com`). */
function isForPrograms(url: string): boolean {
  const path = pathOf(url);
  return /^\/(api|hooks|assets|mcp|\.well-known)(\/|$)/.test(path) || /\.(js|css|map|json|txt|xml|ico|png|svg|webp|woff2?)$/i.test(path);
}

const notFound = ({ method, url }: FastifyRequest) =>
  new MillraceError("NOT_FOUND", { details: { what: "address", id: `${method} ${pathOf(url).slice(0, 200)}` } });

const missingPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Millrace</title></head>
<body><main><h1>Millrace is running</h1>
<p>Its pages are not built. Stop it and run <code>npm start</code> in its folder, which builds them, or <code>npm run build</code>.</p>
<p>Everything works without them: the <code>millrace</code> command, the <a href="/api/docs">API</a> and the hooks.</p></main></body></html>
`;
