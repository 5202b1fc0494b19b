import { type Command, Option } from "commander";
import type { WebhookEndpointView } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import { type WebhookEventType, webhookEventTypes } from "#kernel/webhook-events.ts";
import { withExamples, withJson } from "../help.ts";
import { pick } from "../pick.ts";
import type { Tools } from "../tools.ts";
import { deliveryTable, endpointTable, outcomeLine } from "../views/webhooks.ts";

interface Json {
  json?: boolean;
}

/** Webhook endpoints: addresses that are sent what happens. */
export function addWebhookCommands(program: Command, tools: Tools): void {
  const webhook = program
    .command("webhook")
    .description("Webhook endpoints: addresses that are sent a signed message when something needs you");
  addList(webhook, tools);
  addAdd(webhook, tools);
  addChange(webhook, tools);
  addTest(webhook, tools);
  addDeliveries(webhook, tools);
  addResend(webhook, tools);
  addRotate(webhook, tools);
  addRemove(webhook, tools);
}

/** By its address, the beginning of it without the scheme, or its id. */
async function find(api: Client, wanted: string): Promise<WebhookEndpointView> {
  const { endpoints } = await api.webhookEndpoints.list();
  const bare = (url: string) => url.replace(/^https?:\/\//, "");
  return pick(
    endpoints.map((endpoint) => ({ ...endpoint, name: bare(endpoint.url) })),
    bare(wanted),
    "webhook endpoint",
  );
}
const ofOne = (command: Command): Command => command.argument("<endpoint>", "its address, the beginning of it, or its id");

function addList(webhook: Command, { api, show }: Tools): void {
  const command = withJson(webhook.command("list").description("All webhook endpoints, and whether they take what they are sent")).action(
    async ({ json }: Json) => {
      const { endpoints } = await api().webhookEndpoints.list();
      show(endpoints, json, (paper) => endpointTable(endpoints, paper));
    },
  );
  withExamples(command, "millrace webhook list");
}

function addAdd(webhook: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    webhook
      .command("add")
      .description("Send events to an address. The secret that signs them is printed once")
      .argument("<url>", "where your system accepts messages by POST")
      .addOption(new Option("--event <event...>", "only these events; all by default").choices(webhookEventTypes)),
  ).action(async (url: string, { event = webhookEventTypes, json }: Json & { event?: WebhookEventType[] }) => {
    const reply = await api().webhookEndpoints.add({ body: { url, events: event } });
    show(reply, json, () => reply.secret);
    terminal.err("This is the secret that signs the messages. Give it to the system that receives them: it can be read only now.");
  });
  withExamples(
    command,
    "millrace webhook add https://example.com/events",
    "millrace webhook add https://example.com/events --event run.failed",
  );
}

function addChange(webhook: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(webhook.command("change").description("Choose other events, or switch it on or off"))
      .addOption(new Option("--event <event...>", "only these events from now on").choices(webhookEventTypes))
      .option("--on", "switch it on: it is sent what waits")
      .option("--off", "switch it off"),
  ).action(async (wanted: string, { event, on, off, json }: Json & { event?: WebhookEventType[]; on?: boolean; off?: boolean }) => {
    const { id } = await find(api(), wanted);
    const active = on === true ? { active: true } : off === true ? { active: false } : {};
    const changed = await api().webhookEndpoints.change({ id, body: { ...(event && { events: event }), ...active } });
    show(changed, json, (paper) => endpointTable([changed], paper));
  });
  withExamples(command, "millrace webhook change example.com --on");
}

function addTest(webhook: Command, { api, show }: Tools): void {
  const command = withJson(ofOne(webhook.command("test").description("Send a test delivery now, and print the answer"))).action(
    async (wanted: string, { json }: Json) => {
      const { id } = await find(api(), wanted);
      const delivery = await api().webhookEndpoints.test({ id });
      show(delivery, json, () => outcomeLine(delivery));
    },
  );
  withExamples(command, "millrace webhook test example.com");
}

function addDeliveries(webhook: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(webhook.command("deliveries").description("Its deliveries and what it answered; the newest first"))
      .addOption(new Option("--state <state>", "only these").choices(["waiting", "delivered", "failed"]))
      .option("--limit <n>", "how many", "50"),
  ).action(async (wanted: string, { state, limit, json }: Json & { state?: "waiting" | "delivered" | "failed"; limit: string }) => {
    const { id } = await find(api(), wanted);
    const { deliveries } = await api().webhookEndpoints.deliveries({ id, query: { limit, ...(state && { state }) } });
    show(deliveries, json, (paper) => deliveryTable(deliveries, paper));
  });
  withExamples(command, "millrace webhook deliveries example.com --state failed");
}

function addResend(webhook: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(webhook.command("resend").description("Send a delivery again now, with the same id")).argument(
      "<delivery>",
      "its id, from 'webhook deliveries'",
    ),
  ).action(async (wanted: string, delivery: string, { json }: Json) => {
    const { id } = await find(api(), wanted);
    const sent = await api().webhookEndpoints.resend({ id, delivery });
    show(sent, json, () => outcomeLine(sent));
  });
  withExamples(command, "millrace webhook resend example.com msg_1m82ay6qm00057a7wh_whe_1m82ay6qm00057a7wh");
}

function addRotate(webhook: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(webhook.command("rotate-secret").description("Make a new secret; the present one signs beside it for a day")),
  ).action(async (wanted: string, { json }: Json) => {
    const { id } = await find(api(), wanted);
    const reply = await api().webhookEndpoints.rotateSecret({ id });
    show(reply, json, () => reply.secret);
    terminal.err("This is the new secret. Enter it in the system that receives the messages within 24 hours: it can be read only now.");
  });
  withExamples(command, "millrace webhook rotate-secret example.com");
}

function addRemove(webhook: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(webhook.command("remove").description("Remove an endpoint, with the list of its deliveries")).option("-y, --yes", "do not ask"),
  ).action(async (wanted: string, { yes, json }: Json & { yes?: boolean }) => {
    const { id, url, waiting } = await find(api(), wanted);
    const loss = waiting === 0 ? "" : ` ${waiting === 1 ? "One delivery waits" : `${waiting} deliveries wait`} for it.`;
    await confirm(`Remove the webhook endpoint ${url}?${loss}`, yes);
    await api().webhookEndpoints.remove({ id });
    show({ removed: id }, json, () => `Removed: ${url}`);
  });
  withExamples(command, "millrace webhook remove example.com");
}
