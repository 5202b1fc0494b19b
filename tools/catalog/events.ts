import type { App, WebhookTrigger } from "#catalog/types.ts";

/** The page of an app's events, a table for each heading. */
export function renderEvents(app: App, written: string): string {
  const headings = [...new Set(app.triggers.map(({ category }) => category))];
  const parts = headings.map((heading) =>
    part(
      heading ?? app.title,
      app.triggers.filter(({ category }) => category === heading),
    ),
  );
  return [
    "# Events",
    "",
    `${app.triggers.length} events that ${app.title} posts to a marketplace app, each a trigger of flows. ${written}`,
    "How they come in, and what is refused, is in [Webhooks](../webhooks.md).",
    "",
    ...parts,
  ].join("\n");
}

const part = (heading: string, events: readonly WebhookTrigger[]): string =>
  [`## ${heading}`, "", "| Title | Key | Scopes | To know |", "|--|--|--|--|", ...events.map(row), ""].join("\n");

function row({ id, title, scopes = [], accepts, agency, note, reconcile, unverified }: WebhookTrigger): string {
  const remarks = [
    note,
    agency && !unverified ? "Of the agency." : undefined,
    accepts?.["direction"] && `Only where the direction is ${accepts["direction"].join(" or ")}.`,
    reconcile && `What was not delivered can be found by \`${reconcile.operation}\`.`,
  ].filter(Boolean);
  return `| ${title} | \`${id}\` | ${scopes.map((scope) => `\`${scope}\``).join(" ") || "none"} | ${remarks.join(" ").replaceAll("|", "\\|")} |`;
}
