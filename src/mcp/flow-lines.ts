import type { ConnectionView, FlowPartView } from "#api/schemas.ts";
import { plain } from "./data.ts";

/** No value is shortened: what is too long for a question is decided on a page. */
const whole = Infinity;

/** Pure: parts of a flow for a question to a person: which app, with which login, and everything that is filled in, a line each. */
export const partLines = (parts: readonly FlowPartView[], connections: readonly ConnectionView[]): string[] =>
  parts.flatMap((part) => [
    `${plain(part.title, whole)}${part.app === null ? "" : `: ${plain(part.operation ?? "nothing yet", whole)}, in ${plain(part.app, whole)}`}`,
    ...(part.connection === null ? [] : [`  Connection: ${connectionWords(part.connection, connections)}`]),
    ...part.fields.map(({ label, value }) => `  ${plain(label, whole)}: ${plain(value, whole)}`),
  ]);

function connectionWords(name: string, connections: readonly ConnectionView[]): string {
  const { title, baseUrl } = connections.find((each) => each.name === name) ?? {};
  return `${plain(title ?? name, whole)}${baseUrl === undefined ? "" : `, at ${plain(baseUrl, whole)}`}`;
}
