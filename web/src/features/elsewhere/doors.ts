import type { LucideIcon } from "lucide-react";

/** A way to use the catalog from outside Millrace: its page, and what one gets there. */
export interface Door {
  to: `/elsewhere/${string}`;
  title: string;
  /** One sentence: what it is for, and for whom. */
  what: string;
  icon: LucideIcon;
}

export const doors: readonly Door[] = [];
