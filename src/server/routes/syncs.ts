import type { FastifyInstance } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { serve } from "../http/serve.ts";

const notYet = (): never => {
  throw new MillraceError("INTERNAL", { details: {} });
};

/** Syncs: made, previewed, started, watched, decided and undone. */
export function serveSyncs(app: FastifyInstance): void {
  serve(app, "syncs", {
    types: notYet,
    list: notYet,
    create: notYet,
    get: notYet,
    put: notYet,
    remove: notYet,
    ready: notYet,
    suggest: notYet,
    check: notYet,
    startPreview: notYet,
    preview: notYet,
    start: notYet,
    pause: notYet,
    resume: notYet,
    cancelJob: notYet,
    answer: notYet,
    links: notYet,
    link: notYet,
    decide: notYet,
    writes: notYet,
    undo: notYet,
  });
}
