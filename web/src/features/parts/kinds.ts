import { CodeXml, ListFilter, type LucideIcon, Table2, Users, WandSparkles } from "lucide-react";
import type { RuleView } from "#api/schemas.ts";

/** What people call the kinds of rules. */
export const ruleKinds: Record<RuleView["kind"], { title: string; icon: LucideIcon; about: string }> = {
  table: {
    title: "Look-up table",
    icon: Table2,
    about: "Replaces one value by another, row by row: a product by its tag, a stage by its name.",
  },
  conditions: {
    title: "Conditions",
    icon: ListFilter,
    about: "Decides by ranges and words: from 9 on it is a promoter. The first row that fits counts.",
  },
  format: { title: "Format", icon: WandSparkles, about: "Applies the same filters everywhere: trim, lower case, a date's format." },
  segment: {
    title: "Segment",
    icon: Users,
    about: "Names a group of people by their tags, score, sub-account or any other field: unhappy promoters in Berlin.",
  },
  script: { title: "Script", icon: CodeXml, about: "Computes the result in JavaScript, where filters and rows would be hard to read." },
};

export const kindNames = Object.keys(ruleKinds) as RuleView["kind"][];
