import { Code, type LucideIcon, Workflow } from "lucide-react";

/** The pages of the ways. */
type DoorPath = "/elsewhere/code" | "/elsewhere/n8n";

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
];
