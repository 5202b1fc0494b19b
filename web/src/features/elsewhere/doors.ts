import type { LinkProps } from "@tanstack/react-router";
import { AppWindow, type LucideIcon, Send } from "lucide-react";

/** A way to use the catalog from outside Millrace: its page, and what one gets there. */
export interface Door {
  to: Extract<LinkProps["to"], `/elsewhere/${string}`>;
  title: string;
  /** One sentence: what it is for, and for whom. */
  what: string;
  icon: LucideIcon;
}

export const doors: readonly Door[] = [
  {
    to: "/elsewhere/webhooks",
    title: "Webhooks",
    what: "Your own system is sent a signed message when a run fails, a connection breaks or a flow is paused.",
    icon: Send,
  },
  {
    to: "/elsewhere/embed",
    title: "Embed",
    what: "Customers of your product connect their own accounts from it, without an account here.",
    icon: AppWindow,
  },
];
