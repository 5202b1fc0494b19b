import type { Operation } from "#catalog/types.ts";
import { operationsAt, type Description } from "./document.ts";
import type { Answer } from "./exchanges.ts";
import { schemaJudge } from "./schemas.ts";

/** What the vendor's description has against an answer, a line each. Members it does not describe are no fault: the service gives many. */
export type ShapeJudge = (operation: Operation, answer: Answer) => string[];

export function shapeJudge(description: Description): ShapeJudge {
  const { at } = schemaJudge(description, { open: true });
  return ({ method, path }, { status, type, body }) => {
    const [described] = operationsAt(description, method, path);
    if (!described) return [`route: ${method} ${path} is not described`];
    const { responses } = described.operation;
    const successes = Object.keys(responses).filter((one) => one.startsWith("2"));
    if (status >= 300) return [`status: is refused with ${status}: ${JSON.stringify(body)}`];
    const success = successes.includes(String(status)) ? String(status) : successes[0];
    const statusFaults = success === undefined || success === String(status) ? [] : [`status: is ${status}, not ${successes.join(" or ")}`];
    const content = success === undefined ? undefined : responses[success]!.content;
    if (!content) return statusFaults;
    if (!content[type]) return [...statusFaults, `type: is ${type}, not ${Object.keys(content).join(" or ")}`];
    const { schema } = content[type];
    return [...statusFaults, ...(schema && type === "application/json" ? at(described.document, schema)(body) : [])];
  };
}
