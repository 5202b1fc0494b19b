import { type LucideIcon, Zap } from "lucide-react";

/** The pages of the ways. */
type DoorPath = "/elsewhere/zapier";

/** A way to use the catalog from outside Millrace: its page, and what one gets there. */
export interface Door {
  to: DoorPath;
  title: string;
  /** One sentence: what it is for, and for whom. */
  what: string;
  icon: LucideIcon;
}

export const doors: readonly Door[] = [
  {
    to: "/elsewhere/zapier",
    title: "Zapier",
    what: "A private Zapier app with every trigger, search and action, for whoever has Zaps already.",
    icon: Zap,
  },
];
