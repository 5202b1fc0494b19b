/** Pure: what an endpoint is sent. It is the same in every attempt. */
import type { WebhookSubject } from "#kernel/webhook-events.ts";
import type { WebhookDelivery } from "#storage/webhook-store.ts";

/** Grows when a member is renamed or removed; new members may come without it. */
const version = 1;

/** The pages of records, by what the subject calls them. */
const pages: Record<string, (id: string) => string> = {
  run: (id) => `/runs/${id}`,
  flow: (id) => `/flows/${id}`,
  connection: () => "/connections",
  approval: (id) => `/approvals/${id}`,
};

/** The JSON of a delivery: ids, technical names and links; nothing about a person. */
export function messageBody(
  { type, subject, createdAt }: Pick<WebhookDelivery, "type" | "subject" | "createdAt">,
  publicUrl: string,
): string {
  return JSON.stringify({ type, version, timestamp: new Date(createdAt).toISOString(), data: withLinks(subject, publicUrl) });
}

const withLinks = (subject: WebhookSubject, publicUrl: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(subject).map(([name, record]) => {
      const page = record["id"] === undefined ? undefined : pages[name]?.(record["id"]);
      return [name, page === undefined ? record : { ...record, url: publicUrl + page }];
    }),
  );
