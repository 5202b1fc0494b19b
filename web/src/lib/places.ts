import {
  Activity,
  ArrowLeftRight,
  Blocks,
  Boxes,
  CircleAlert,
  DoorOpen,
  HeartPulse,
  House,
  LayoutTemplate,
  type LucideIcon,
  MessageSquare,
  Plug,
  ScrollText,
  Shapes,
  Tag,
  Users,
  Webhook,
  Workflow,
} from "lucide-react";
import type { Scope } from "#api/principal.ts";
import { useScopes } from "./may.ts";

/** The pages that one can go to from anywhere: the rail, a phone's bar and menu, and the search show them from here. */
export const places = [
  { to: "/", title: "Home", icon: House, isInBar: true },
  { to: "/flows", title: "Flows", icon: Workflow, isInBar: true },
  { to: "/syncs", title: "Syncs", icon: ArrowLeftRight },
  { to: "/templates", title: "Templates", icon: LayoutTemplate },
  { to: "/runs", title: "Runs", icon: Activity, isInBar: true },
  { to: "/attention", title: "Needs attention", short: "Attention", icon: CircleAlert, isInBar: true },
  { to: "/connections", title: "Connections", icon: Plug, isInBar: true },
  { to: "/inboxes", title: "Inboxes", icon: Webhook },
  { to: "/tags", title: "Tags", icon: Tag, scope: "connections:read" },
  { to: "/rules", title: "Rules and mappings", icon: Shapes },
  { to: "/catalog", title: "Apps & operations", icon: Boxes },
  { to: "/apps", title: "Your apps", icon: Blocks },
  { to: "/elsewhere", title: "Use elsewhere", icon: DoorOpen },
  { to: "/audit", title: "Audit", icon: ScrollText },
  { to: "/people", title: "People", icon: Users, scope: "access:read" },
] as const satisfies readonly { to: string; title: string; short?: string; icon: LucideIcon; isInBar?: true; scope?: Scope }[];

export type Place = (typeof places)[number];

/** Those that are for whoever is signed in. */
export function usePlaces(): Place[] {
  const scopes = useScopes();
  return places.filter((place) => !("scope" in place) || scopes.includes(place.scope));
}

/** What one goes to now and then, beside the preferences: what messages have to keep, and how Millrace is. The search shows them too. */
export const sidePlaces = [
  { to: "/messages", title: "Messages to people", icon: MessageSquare },
  { to: "/health", title: "Health", icon: HeartPulse },
] as const satisfies readonly {
  to: string;
  title: string;
  icon: LucideIcon;
}[];

/** A phone's bar has room for five; the others are in the menu beside it. */
export const isInBar = (place: Place): boolean => "isInBar" in place;
