import type { FastifyInstance, FastifyReply } from "fastify";
import { isObject } from "#kernel/json.ts";
import { newToken } from "#kernel/ids.ts";
import type { Core } from "../core.ts";
import { guardLocal, guardOrigin, pageHeaders } from "../guard.ts";
import { textOf } from "../highlevel/call.ts";
import { appNamed } from "./apps.ts";
import { connectPage } from "./connect.ts";
import { contactPage, contactsPage } from "./contacts.ts";
import { faultsPage } from "./faults.ts";
import { flocksyPage } from "./flocksy.ts";
import { html, type Markup } from "./html.ts";
import { empty, page } from "./layout.ts";
import { recordsPage } from "./records.ts";
import { requestsPage } from "./requests.ts";
import { sightMillPage } from "./sightmill.ts";
import { style } from "./style.ts";
import { webhooksPage } from "./webhooks.ts";
import { yourAppPage } from "./your-app.ts";

/** The sandbox's own page. No script in it: links, forms, one style sheet. */
export function pageRoutes(app: FastifyInstance, core: Core): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request) => (request.method === "GET" ? guardLocal(request) : guardOrigin(request)));
    scope.get("/ui/style.css", async (_request, reply) => reply.type("text/css; charset=utf-8").send(style));
    scope.get<{ Querystring: { location?: string; q?: string; page?: string } }>("/", async ({ query }, reply) =>
      show(reply, contactsPage(core, plainQuery(query))),
    );
    scope.get<{ Params: { id: string } }>("/ui/contacts/:id", async ({ params }, reply) => {
      const contact = core.state.contacts.get(params.id);
      if (!contact) reply.code(404);
      return show(
        reply,
        contact
          ? contactPage(core, contact)
          : page(
              "Not here",
              "/",
              html`<h1>This contact is not here</h1>
                ${empty("It was deleted, or never was.")}`,
            ),
      );
    });
    scope.get<Asked>("/ui/records", async ({ query }, reply) => show(reply, recordsPage(core, plainQuery(query))));
    scope.get<Asked>("/ui/webhooks", async ({ query }, reply) => show(reply, webhooksPage(core, plainQuery(query).app)));
    scope.get("/ui/requests", async (_request, reply) => show(reply, requestsPage(core)));
    scope.get("/ui/faults", async (_request, reply) => show(reply, faultsPage(core)));
    scope.get("/ui/sightmill", async (_request, reply) => show(reply, sightMillPage(core)));
    scope.get("/ui/flocksy", async (_request, reply) => show(reply, flocksyPage(core)));
    scope.get("/ui/your-app", async (_request, reply) => show(reply, yourAppPage(core)));
    scope.get<Asked>("/ui/connect", async ({ query }, reply) => show(reply, connectPage(core, plainQuery(query))));
    scope.post("/ui/connect/token", async ({ body }, reply) =>
      show(reply, connectPage(core, { made: core.issueToken({ locationId: isObject(body) ? textOf(body.locationId) : undefined }) })),
    );
    scope.post("/ui/connect/secret", async ({ body }, reply) => {
      const app = appNamed(core, isObject(body) ? textOf(body.appId) : undefined);
      const clientSecret = newToken(24);
      core.grants.apps.put({ ...app, clientSecret });
      return show(reply, connectPage(core, { app: app.id, made: { clientSecret } }));
    });
  });
}

interface Asked {
  Querystring: Record<string, unknown>;
}
type Query = { [name in "location" | "q" | "page" | "family" | "change" | "app"]?: string };

/** A parameter given twice counts once. */
const plainQuery = (query: Record<string, unknown>): Query =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]));

function show(reply: FastifyReply, content: Markup): FastifyReply {
  pageHeaders(reply);
  return reply.type("text/html; charset=utf-8").send(content.text);
}
