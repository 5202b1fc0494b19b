import type { TemplateView } from "#api/schemas.ts";
import { synonymsOf } from "#surfaces/synonyms.ts";

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
    else if ([...synonymsOf(word)].some((one) => name.includes(one) || rest.includes(one))) rank += 1;
    else return 0;
  }
  return rank;
}
