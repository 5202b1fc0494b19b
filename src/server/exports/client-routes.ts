import { z } from "zod";
import { addresses, type Noun, splitAddress } from "#api/addresses.ts";
import { routes, type RouteFacts } from "#api/routes.ts";
import type { ClientRoute } from "#surfaces/client/routes-text.ts";
import type { DescribedSchema } from "#surfaces/operation-schema.ts";

/** What programs manage beside calling operations. */
const nouns: readonly Noun[] = ["flows", "runs"];

/** The routes of the client, from the route table. */
export const clientRoutes = (): ClientRoute[] =>
  nouns.flatMap((noun) =>
    Object.entries(addresses[noun]).flatMap(([name, address]) => {
      const facts = routes[noun][name as never] as RouteFacts;
      return facts.reply ? [routeOf({ noun, name, address, facts, reply: facts.reply })] : [];
    }),
  );

interface Row {
  noun: Noun;
  name: string;
  address: string;
  facts: RouteFacts;
  reply: z.ZodType;
}

function routeOf({ noun, name, address, facts: { summary, query, body }, reply }: Row): ClientRoute {
  return {
    noun,
    name,
    ...splitAddress(address),
    summary,
    ...(query && { query: shapeOf(query, "input") }),
    ...(body && { body: shapeOf(body, "input") }),
    reply: shapeOf(reply, "output"),
  };
}

/** The JSON Schema of one of the API's shapes. */
export const shapeOf = (schema: z.ZodType, io: "input" | "output"): DescribedSchema =>
  z.toJSONSchema(schema, { io, unrepresentable: "any" }) as DescribedSchema;
