import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import { saveByHand } from "../highlevel/contacts.ts";
import { fieldTypes } from "../highlevel/custom-fields.ts";
import { addField, addStage, portalActions } from "../portal.ts";
import { seedContacts } from "../seed.ts";
import type { FieldType } from "../types.ts";
import { done, flag, inside, location, missing, number, read, text } from "./forms.ts";
import { settingsView, stateView } from "./views.ts";

const name = z.string().trim().min(1).max(200);
const schemas = {
  seed: z.object({ count: z.coerce.number().int().min(1).max(100_000), locationId: z.string().default(acmeDental) }),
  settings: z.object({ indexLagMs: number, refreshGrace: flag }),
  location: z.object({
    allowDuplicateContact: flag,
    duplicateOrder: z
      .array(z.enum(["email", "phone"]))
      .min(1)
      .optional(),
    duplicateShape: z.enum(["meta", "contact", "flat"]).optional(),
    active: flag,
  }),
  /** As a form gives it: a field that is left empty is cleared, one that is not there stays. */
  contact: z.object({
    ...Object.fromEntries(["firstName", "lastName", "email", "phone", "tags"].map((field) => [field, z.string().max(500).optional()])),
    field: z.string().max(64).optional(),
    value: z.string().max(5000).optional(),
  }),
  email: z.object({ email: z.email() }),
  field: z.object({
    locationId: z.string(),
    name,
    dataType: z.enum(fieldTypes as [FieldType, ...FieldType[]]).default("TEXT"),
    back: text,
  }),
  stage: z.object({ pipelineId: z.string(), name, back: text }),
  portal: z.object({ name: z.preprocess((value) => (value === "" ? undefined : value), name.optional()), active: flag, back: text }),
};

/** What may be done to records from outside: seeding, settings, and what the vendor's own pages can do beyond its API. */
export function recordControls(app: FastifyInstance, core: Core): void {
  app.get("/state", async () => stateView(core));
  app.get<{ Querystring: { limit?: string } }>("/requests", async ({ query }) => ({
    requests: core.log.last(Number(query.limit ?? 100) || 100),
  }));
  app.post("/reset", async (request, reply) => {
    core.reset();
    return done(request, reply, stateView(core), "/");
  });
  app.post("/seed", async (request, reply) => {
    const { count, locationId } = read(schemas.seed, request);
    location(core, locationId);
    return done(request, reply, { seeded: seedContacts(core.state, count, locationId).length }, `/?location=${locationId}`);
  });
  app.post("/settings", async (request, reply) => {
    const { indexLagMs, refreshGrace } = read(schemas.settings, request);
    if (indexLagMs !== undefined) core.state.search.lagMs = indexLagMs;
    if (refreshGrace !== undefined) core.grants.grace = refreshGrace;
    return done(request, reply, settingsView(core), "/ui/connect");
  });
  app.post<{ Params: { id: string } }>("/locations/:id", async (request, reply) => {
    const { allowDuplicateContact, duplicateOrder, duplicateShape, active } = read(schemas.location, request);
    const old = location(core, request.params.id);
    const { allow, order, shape } = old.duplicates;
    const duplicates = { allow: allowDuplicateContact ?? allow, order: duplicateOrder ?? order, shape: duplicateShape ?? shape };
    const changed = core.state.locations.put({ ...old, duplicates, active: active ?? old.active });
    return done(request, reply, changed, "/ui/records?family=locations");
  });
  app.post("/contacts", async (request, reply) => {
    const { locationId, ...form } = read(schemas.contact.extend({ locationId: z.string() }), request);
    const contact = saveByHand(core, location(core, locationId), undefined, contactBody(form));
    return done(request, reply, contact, `/ui/contacts/${contact.id}`);
  });
  app.post<{ Params: { id: string } }>("/contacts/:id", async (request, reply) => {
    const old = core.state.contacts.get(request.params.id);
    if (!old) throw missing("contact", request.params.id);
    const contact = saveByHand(core, location(core, old.locationId), old, contactBody(read(schemas.contact, request)));
    return done(request, reply, contact, `/ui/contacts/${contact.id}`);
  });
  // The vendor's own page can add further e-mails to a contact; its API cannot.
  app.post<{ Params: { id: string } }>("/contacts/:id/emails", async (request, reply) => {
    const { email } = read(schemas.email, request);
    const contact = core.state.contacts.get(request.params.id);
    if (!contact) throw missing("contact", request.params.id);
    const { additionalEmails } = core.state.saveContact({
      ...contact,
      additionalEmails: [...new Set([...contact.additionalEmails, email.toLowerCase()])],
    });
    return done(request, reply, { additionalEmails }, `/ui/contacts/${contact.id}`);
  });
  portalControls(app, core);
}

/** A form as the API's body: tags in one line, one custom field beside them. */
function contactBody(form: Record<string, string | undefined>): Record<string, unknown> {
  const { tags, field, value = "", ...details } = form;
  return {
    ...details,
    ...(tags !== undefined && { tags: tags.split(",").filter((tag) => tag.trim() !== "") }),
    ...(field && { customFields: [{ id: field, field_value: value }] }),
  };
}

function portalControls(app: FastifyInstance, core: Core): void {
  app.post("/fields", async (request, reply) => {
    const { locationId, name, dataType, back } = read(schemas.field, request);
    location(core, locationId);
    return done(request, reply, addField(core, locationId, name, dataType), inside(back, "/ui/records"));
  });
  app.post("/stages", async (request, reply) => {
    const { pipelineId, name, back } = read(schemas.stage, request);
    if (!addStage(core, pipelineId, name)) throw missing("pipeline", pipelineId);
    return done(request, reply, core.state.pipelines.get(pipelineId), inside(back, "/ui/records"));
  });
  app.post<Held>("/records/:family/:id", async (request, reply) => {
    const { name, active, back } = read(schemas.portal, request);
    const { rename, activate } = actionsOn(request);
    if (name !== undefined) act(request, rename && core.records.atomically(() => rename(core, request.params.id, name)));
    if (active !== undefined) act(request, activate && core.records.atomically(() => activate(core, request.params.id, active)));
    return done(request, reply, { changed: true }, inside(back, "/ui/records"));
  });
  app.post<Held>("/records/:family/:id/delete", async (request, reply) => {
    const { back } = read(schemas.portal, request);
    const { remove } = actionsOn(request);
    act(request, remove && core.records.atomically(() => remove(core, request.params.id)));
    return done(request, reply, { deleted: true }, inside(back, "/ui/records"));
  });
}

interface Held {
  Params: { family: string; id: string };
}

function actionsOn({ params }: FastifyRequest<Held>) {
  const actions = Object.hasOwn(portalActions, params.family) ? portalActions[params.family] : undefined;
  if (!actions)
    throw new MillraceError("BAD_INPUT", { details: { field: "family", problem: `is none of ${Object.keys(portalActions).join(", ")}` } });
  return actions;
}

/** What a hand answered: nothing where the family does not know the deed, false where there is no such record. */
function act({ params }: FastifyRequest<Held>, result: boolean | undefined): void {
  if (result === undefined)
    throw new MillraceError("BAD_INPUT", { details: { field: "family", problem: `${params.family} cannot be changed so` } });
  if (!result) throw missing(params.family, params.id);
}
