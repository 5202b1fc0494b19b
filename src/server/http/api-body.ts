import type { FastifyInstance } from "fastify";
import { toMillraceError } from "#kernel/errors.ts";
import { decodeBody, readJsonText } from "./json-body.ts";

/** An event may be 64 levels deep, and a request wraps it in a few. */
const maxDepth = 80;

/** JSON bodies of the API: bounded in depth before they are parsed, no number changed, nothing that reaches a prototype. */
export function readApiBodies(app: FastifyInstance): void {
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, bytes, done) => {
    try {
      done(null, readJsonText(decodeBody(bytes as Buffer, "send JSON, or no content type"), maxDepth).value);
    } catch (thrown) {
      done(toMillraceError(thrown));
    }
  });
}
