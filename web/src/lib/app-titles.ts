import { humanize } from "./words.ts";

const titles: Record<string, string> = {
  highlevel: "HighLevel",
  sightmill: "SightMill",
  flocksy: "Flocksy",
  http: "HTTP",
  millrace: "Millrace",
};

/** An app's name as its makers write it. */
export function appTitle(app: string): string {
  return titles[app] ?? humanize(app);
}
