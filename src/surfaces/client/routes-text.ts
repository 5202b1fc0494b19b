import type { DescribedSchema } from "../operation-schema.ts";
import { docComment, typeText } from "./type-text.ts";

/** A route of the API beside the operations, with its shapes as JSON Schemas. */
export interface ClientRoute {
  noun: string;
  name: string;
  method: string;
  path: string;
  summary: string;
  query?: DescribedSchema;
  body?: DescribedSchema;
  reply: DescribedSchema;
}

/** Pure: the types of the routes: a member for each noun, with a method for each route. */
export function routesText(routes: readonly ClientRoute[]): string {
  const nouns = [...new Set(routes.map(({ noun }) => noun))];
  return nouns
    .map((noun) =>
      nounText(
        noun,
        routes.filter((route) => route.noun === noun),
      ),
    )
    .join("");
}

const nounText = (noun: string, routes: readonly ClientRoute[]): string => `  $${noun}: {\n${routes.map(routeText).join("")}  };\n`;

function routeText(route: ClientRoute): string {
  const { name, summary, reply, query } = route;
  const input = inputText(route);
  const answer = typeText(reply, "    ");
  const hasPages = query?.properties?.["before"] !== undefined && reply.properties?.["next"] !== undefined;
  const pages = hasPages ? ` & { pages(${input}): AsyncIterable<${answer}> }` : "";
  return `${docComment(`${summary}.`, "    ")}    ${name}: ((${input}) => Promise<${answer}>)${pages};\n`;
}

function inputText({ path, query, body }: ClientRoute): string {
  const params = [...path.matchAll(/:(\w+)/g)].map(([, name]) => `${name!}: string`);
  const members = [...params, ...memberText("query", query), ...memberText("body", body), "signal?: AbortSignal"];
  const isNeeded = members.some((member) => !/^\w+\?:/.test(member));
  return `input${isNeeded ? "" : "?"}: { ${members.join("; ")} }`;
}

const memberText = (name: string, schema: DescribedSchema | undefined): string[] =>
  schema === undefined ? [] : [`${name}${(schema.required ?? []).length > 0 || schema.anyOf ? "" : "?"}: ${typeText(schema, "    ")}`];
