import { highlevel } from "#apps/highlevel/app.ts";
import { findOperation, findRecipe, prepareInput } from "#test/support/built-in.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { buildRequest } from "#catalog/request.ts";
import { unwrap } from "#catalog/result.ts";
import type { Call, ConnectionFacts } from "#catalog/types.ts";
import { validateInput } from "#catalog/validate.ts";
import { companyId } from "#sandbox/defaults.ts";
import type { Bench } from "#sandbox/testing.ts";

const host = "http://sandbox.test";

/** Calls the catalog's operations on a sandbox, as a step would: names looked up, input checked, answer unwrapped, refusals read. */
export function benchCall(bench: Bench): Call {
  const connection: ConnectionFacts = {
    id: "con_1",
    workspaceId: "w",
    name: "acme",
    app: "highlevel",
    baseUrl: host,
    locationId: bench.acme,
    companyId,
  };
  const call: Call = async (id, input) => {
    const recipe = findRecipe("highlevel", id);
    const operation = findOperation("highlevel", id)!;
    const prepared = await prepareInput(operation, input, call);
    validateInput(operation, prepared);
    if (recipe) return { ...(await recipe.run({ connection, call, dry: false }, prepared)), raw: null, status: 200 };
    const { method, url, headers, body } = buildRequest(operation, prepared, connection, highlevel);
    const reply = await bench.call(method as "GET", url.slice(host.length), body, { ...headers, version: headers["Version"] });
    if (reply.status >= 400) throw decodeRefusal(highlevel, operation, reply.status, reply.body, {}, connection.name);
    const raw: unknown = reply.text.startsWith("[") ? JSON.parse(reply.text) : reply.body;
    return { output: unwrap(operation, raw), raw, status: reply.status };
  };
  return call;
}
