import { calendarAndDeals } from "./calendar-and-deals.ts";
import { contacts } from "./contacts.ts";
import { exchange } from "./exchange.ts";
import { flocksyTemplates } from "./flocksy.ts";
import type { TemplateLibrary } from "./library.ts";
import { reports } from "./reports.ts";
import { segments } from "./segments.ts";
import { surveys } from "./surveys.ts";

/** The templates that come with Millrace. To add one, add it to the file of its kind; the tests hold it to what a template has to be. */
export const builtInTemplates: TemplateLibrary = {
  ...surveys,
  ...contacts,
  ...calendarAndDeals,
  ...reports,
  ...exchange,
  ...flocksyTemplates,
  ...segments,
};
