import type { TemplateView } from "#api/schemas.ts";

/** Words that people use for the same thing. */
const synonyms: readonly (readonly string[])[] = [
  ["contact", "person", "people", "customer", "client", "lead"],
  ["opportunity", "opportunities", "deal", "sale"],
  ["appointment", "booking", "meeting", "event", "calendar"],
  ["task", "to-do", "todo", "reminder", "follow-up", "followup"],
  ["survey", "nps", "feedback", "review", "rating", "score"],
  ["http", "webhook", "api", "endpoint", "request", "zapier", "post"],
  ["statistics", "analytics", "metrics", "report", "dashboard", "stats"],
  ["email", "e-mail", "mail"],
  ["every", "schedule", "daily", "weekly", "cron", "morning"],
  ["tag", "label", "segment"],
  ["note", "comment"],
  ["workflow", "campaign", "automation", "sequence"],
];

/** The word itself and, where it is one of them, those that mean the same. */
const meanings = (word: string): readonly string[] => {
  const same = synonyms.filter((words) => words.some((one) => one === word || `${one}s` === word)).flat();
  return [word, ...same];
};

interface Asked {
  words?: string | undefined;
  app?: string | undefined;
  category?: string | undefined;
}

/** Templates that fit every word, in what they are called, say, do or use; those whose title has the words come first. */
export function findTemplates(
  templates: readonly TemplateView[],
  { words = "", app, category }: Asked,
  appTitle: (id: string) => string,
): TemplateView[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return templates
    .filter((each) => (app === undefined || each.apps.includes(app)) && (category === undefined || each.category === category))
    .map((template) => ({ template, rank: rankOf(template, wanted, appTitle) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ template }) => template);
}

function rankOf(
  { title, about, category, keywords, does, apps }: TemplateView,
  wanted: readonly string[],
  appTitle: (id: string) => string,
): number {
  const name = title.toLowerCase();
  const rest = [about, category, ...keywords, ...does.map(({ text }) => text), ...apps.map(appTitle)].join(" ").toLowerCase();
  let rank = 1;
  for (const word of wanted) {
    if (name.includes(word)) rank += 4;
    else if (rest.includes(word)) rank += 2;
    else if (meanings(word).some((one) => name.includes(one) || rest.includes(one))) rank += 1;
    else return 0;
  }
  return rank;
}
