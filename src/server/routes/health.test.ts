import fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { expect, test } from "vitest";
import { operatorOf, ownerOf, type Principal } from "#api/principal.ts";
import { ok } from "../operations/findings.ts";
import { serveHealthReport } from "./health.ts";

async function readAs(principal: Principal) {
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest("principal", null);
  app.addHook("onRequest", async (request) => void (request.principal = principal));
  const report = async (workspaceId: string, { whole }: { whole: boolean }) => ({
    now: 1,
    version: "1",
    machine: whole ? [ok("disk", "9.0 GiB free")] : [],
    workspace: [ok("runs", `of ${workspaceId}`)],
  });
  serveHealthReport(app, { healthChecks: { report } });
  return (await app.inject({ url: "/health" })).json();
}

test("how the machine is, only whoever runs Millrace reads; every workspace reads how its own things are", async () => {
  expect(await readAs(operatorOf("ws_1", "key:1"))).toMatchObject({ machine: [{ what: "disk" }], workspace: [{ says: "of ws_1" }] });
  expect(await readAs(ownerOf("ws_2", "key:2"))).toMatchObject({ machine: [], workspace: [{ says: "of ws_2" }] });
});
