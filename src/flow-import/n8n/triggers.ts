import { triggerNamed } from "../actions.ts";
import type { NeutralTrigger } from "../neutral.ts";
import { type Output, type Path, without } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import { listRest } from "../collect.ts";
import { loginLeft } from "../fields.ts";
import type { N8nNode } from "./graph.ts";
import { readSchedule, scheduleTrigger } from "./schedules.ts";

export interface ReadTrigger {
  trigger: NeutralTrigger;
  output: Output;
}

const event: Output = { is: "value", name: "trigger" };
const manual: NeutralTrigger = { app: "millrace", operation: "manual" };
const webhook: NeutralTrigger = { app: "http", operation: "webhook" };

/** Whether a node starts a workflow. */
export const isTrigger = ({ type }: N8nNode): boolean => /(^webhook$|^start$|^cron$|^interval$|trigger$)/i.test(type);

/** What starts the flow in place of a trigger node. */
export function readTrigger(node: N8nNode, pack: CatalogPack, zone: string | undefined): ReadTrigger {
  node.part.get("name")?.converted();
  node.part.get("disabled")?.converted();
  return triggerOf(node, pack, zone);
}

function triggerOf(node: N8nNode, pack: CatalogPack, zone: string | undefined): ReadTrigger {
  const { type, part } = node;
  if (type === "webhook") return webhookOf(node);
  if (/^(manualTrigger|start)$/.test(type)) return (part.get("type")?.converted(), { trigger: manual, output: event });
  if (/^(scheduleTrigger|cron|interval)$/.test(type)) return clockOf(node, zone);
  if (type === "executeWorkflowTrigger") return calledOf(node);
  return appOf(node, pack) ?? foreignOf(node);
}

/** The body of a webhook is the event; its headers and query are beside it. */
const ofWebhook = (path: Path): Path => {
  const [first, ...rest] = path;
  if (first === "headers") return ["_headers", ...rest.map((key) => String(key).toLowerCase())];
  if (first === "query") return ["_query", ...rest];
  return without(["body"])(path);
};

function webhookOf({ part, params, name }: N8nNode): ReadTrigger {
  part.get("type")?.converted();
  params?.ignoreAt("how the address was called: each flow here has an address of its own", "path", "httpMethod", "multipleMethods");
  const mode = params?.get("responseMode");
  if (mode && mode.text !== "onReceived")
    mode.check({
      at: `${name} › responseMode`,
      why: "senders get a 202 at once, and no answer of a flow",
      todo: "send what they need in a step of its own",
    });
  params?.ignoreAt("answers to senders: each gets a 202 at once", "responseMode", "responseData", "responseCode");
  const login = params?.get("authentication");
  if (login && login.text !== "none")
    login.check({
      at: `${name} › authentication`,
      why: "logins are never imported",
      todo: "choose in the trigger how senders prove who they are: a signature, or their addresses",
    });
  login?.ignore(loginLeft);
  return { trigger: webhook, output: { is: "value", name: "trigger", read: ofWebhook } };
}

function clockOf({ part, params, type, name }: N8nNode, zone: string | undefined): ReadTrigger {
  const schedule = readSchedule(type, params);
  const rules = params?.get(...(type === "cron" ? ["triggerTimes", "item"] : ["rule", "interval"]))?.items() ?? [];
  part.get("type")?.converted();
  params?.converted();
  for (const rule of rules.slice(1))
    rule.check({ at: name, why: "a flow here has one schedule, and this is a further one", todo: "copy the flow for it" });
  const unclear = schedule.cron === undefined && schedule.every === undefined;
  if (unclear || schedule.note !== undefined)
    (params ?? part).check({
      at: name,
      why: schedule.note ?? "when it starts is worked out, or written in a way that is not understood",
      todo: "set the time in the trigger",
    });
  return { trigger: scheduleTrigger(unclear ? { cron: "0 9 * * *" } : schedule, zone), output: event };
}

function calledOf({ part, name }: N8nNode): ReadTrigger {
  part.get("type")?.check({
    at: name,
    why: "flows do not call each other",
    todo: "post to this flow's address from the other one, or copy the steps there",
  });
  return { trigger: webhook, output: event };
}

function appOf(node: N8nNode, pack: CatalogPack): ReadTrigger | undefined {
  const named = node.params?.either("event", "events", "triggerOn", "resource");
  const words = named?.isList ? (named.items()[0]?.text ?? "") : (named?.text ?? "");
  const trigger = triggerNamed(pack, "n8n", node.type, words);
  if (!trigger) return undefined;
  node.part.get("type")?.converted();
  (named?.isList ? named.items()[0] : named)?.converted();
  return { trigger, output: { is: "value", name: "trigger", read: without(["body"]) } };
}

function foreignOf(node: N8nNode): ReadTrigger {
  const { part, name, type } = node;
  const what = type.replace(/Trigger$/, "");
  const isForm = /form/i.test(type);
  part.get("type")?.check({
    at: name,
    why: isForm ? "there are no forms here" : `nothing here starts a flow for '${what}' by itself`,
    todo: `let ${isForm ? "your form" : what} post to the address of this flow, which its page shows`,
  });
  if (node.params) listRest(node.params, name);
  return { trigger: webhook, output: { is: "value", name: "trigger", read: ofWebhook } };
}
