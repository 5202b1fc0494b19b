import type { TemplateView } from "#api/schemas.ts";
import { findIn } from "#surfaces/find-operations.ts";

/** Templates that have every word or a synonym of it, those with the words in their title first. */
export const findTemplates = (templates: readonly TemplateView[], words: string): TemplateView[] =>
  findIn(templates, words, ({ title, about, category, keywords, does, apps }) => ({
    title,
    rest: [title, about, category, ...keywords, ...does.map(({ text }) => text), ...apps].join(" ").toLowerCase(),
  }));
