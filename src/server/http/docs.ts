import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { packageRoot } from "#kernel/root.ts";
import { apiPrefix } from "#api/addresses.ts";

const types: Record<string, string> = { "swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript" };

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Millrace API</title><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><p style="font:14px sans-serif;margin:16px 20px"><a href="/api/docs">Millrace</a> · <a href="/api/docs?of=operations">Operations of the catalog</a></p><div id="docs"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
`;
/** The operations of the catalog have a document of their own, which takes an app and a category. */
const start = `const query = new URLSearchParams(location.search);
const ofOperations = query.get("of") === "operations";
query.delete("of");
const url = ofOperations ? "${apiPrefix}/operations/openapi.json?" + query : "${apiPrefix}/openapi.json";
SwaggerUIBundle({ url, dom_id: "#docs", deepLinking: true, requestInterceptor: (r) => { r.headers["x-millrace"] = "1"; return r; } });`;

/** A page of the documentation, as it was written: the web app links to it. */
async function docsPage(name: string): Promise<string> {
  const unknown = (cause?: unknown) => new MillraceError("NOT_FOUND", { cause, details: { what: "page", id: name } });
  if (!/^[a-z-]{1,40}\.md$/.test(name)) throw unknown();
  return readFile(join(packageRoot(), "docs", name), "utf8").catch((thrown: unknown) => {
    throw unknown(thrown);
  });
}

/** The API's reference as a page. Nothing of it is loaded before somebody opens it. */
export function serveDocs(app: FastifyInstance): void {
  const hide = { schema: { hide: true } };
  app.get("/api/docs", hide, (_, reply) => reply.type("text/html; charset=utf-8").send(page));
  for (const guess of ["/docs", "/swagger", `${apiPrefix}/docs`]) app.get(guess, hide, (_, reply) => reply.redirect("/api/docs"));
  app.get<{ Params: { page: string } }>("/docs/:page", hide, async ({ params }, reply) =>
    reply.type("text/plain; charset=utf-8").send(await docsPage(params.page)),
  );
  app.get("/api/docs/start.js", hide, (_, reply) => reply.type("text/javascript").send(start));
  app.get<{ Params: { file: string } }>("/api/docs/:file", hide, async ({ params: { file } }, reply) => {
    const type = Object.hasOwn(types, file) ? types[file] : undefined;
    if (type === undefined) throw new MillraceError("NOT_FOUND", { details: { what: "page", id: file } });
    const folder = join(dirname(createRequire(import.meta.url).resolve("@fastify/swagger-ui/package.json")), "static");
    return reply
      .type(type)
      .header("cache-control", "public, max-age=86400")
      .send(await readFile(join(folder, file)));
  });
}
