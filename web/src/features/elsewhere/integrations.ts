import type { LinkProps } from "@tanstack/react-router";
import { AppWindow, Bot, Code, type LucideIcon, Send, Workflow, Zap } from "lucide-react";

/** A way to use the catalog from outside Millrace: its page, and what one gets there. */
export interface Integration {
  to: Extract<LinkProps["to"], `/elsewhere/${string}`>;
  title: string;
  /** One sentence: what it is for, and for whom. */
  what: string;
  icon: LucideIcon;
}

export const integrations: readonly Integration[] = [
  {
    to: "/elsewhere/zapier",
    title: "Zapier",
    what: "A private Zapier app with every trigger, search and action, for whoever has Zaps already.",
    icon: Zap,
  },
  {
    to: "/elsewhere/agents",
    title: "Agents",
    what: "Let an assistant find operations, draft flows and explain runs; you approve what it publishes or sends.",
    icon: Bot,
  },
  {
    to: "/elsewhere/webhooks",
    title: "Webhooks",
    what: "Your own system is sent a signed message when a run fails, a connection breaks or a flow is paused.",
    icon: Send,
  },
  {
    to: "/elsewhere/code",
    title: "Your own code",
    what: "A REST API with an OpenAPI document, and a typed TypeScript client, for whoever writes programs.",
    icon: Code,
  },
  {
    to: "/elsewhere/n8n",
    title: "n8n",
    what: "Nodes with every operation and trigger, for whoever runs n8n already.",
    icon: Workflow,
  },
  {
    to: "/elsewhere/embed",
    title: "Embed",
    what: "Customers of your product connect their own accounts from it and see charts in it, without an account here.",
    icon: AppWindow,
  },
];
