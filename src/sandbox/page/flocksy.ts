import { grouped } from "#kernel/grouped.ts";
import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import type { Flocksy } from "../twins/flocksy/flocksy.ts";
import { html, type Markup } from "./html.ts";
import { page } from "./layout.ts";
import { day, hooksSection, lineForm, loginPanel, tableOf } from "./twins.ts";

const controls = "/sandbox/flocksy";

/** The pretend Flocksy: what it has of tags, metrics, profiles and campaigns, and forms to change them by hand. */
export const flocksyPage = ({ flocksy, faults }: Core): Markup =>
  page(
    "Flocksy",
    "/ui/flocksy",
    html` <header>
        <div>
          <h1>Flocksy</h1>
          <p class="quiet">Pretends to be Flocksy, by the convention of its app in Millrace. Flocksy publishes no API.</p>
        </div>
      </header>
      ${loginPanel(
        "/flocksy",
        flocksy.logins,
        html`<dt>Consent page</dt>
          <dd class="mono">/flocksy/oauth/authorize</dd>
          <dt>Token address</dt>
          <dd class="mono">/flocksy/oauth/token</dd>`,
      )}
      ${tags(flocksy)} ${metrics(flocksy)} ${profiles(flocksy)} ${campaigns(flocksy)} ${hooksSection(flocksy.hooks)}`,
    faults.list().length,
  );

const tags = ({ tags: table, mappings }: Flocksy): Markup =>
  html`<section>
    <h2>Tags</h2>
    ${tableOf(
      "There are no tags.",
      ["Name", "Colour", "Description", "Changed (UTC)"],
      table.all().map(({ name, colour, description, updatedAt }) => [name, colour, description, day(updatedAt)]),
    )}
    ${lineForm(`${controls}/tags`, "Save tag", [
      ["name", "Name"],
      ["colour", "Colour"],
      ["description", "Description"],
    ])}
    <h2>Tag mappings</h2>
    ${tableOf(
      "No tag is mapped yet.",
      ["Sub-account", "HighLevel's tag", "Name", "Details"],
      mappings.all().map(({ locationId, tagId, tagName, details }) => [locationId, tagId, tagName, details]),
    )}
  </section>`;

/** A small dashboard: the newest value of each metric, with those before it. */
function metrics({ metrics: table, wanted }: Flocksy): Markup {
  const groups = grouped(table.all(), ({ metricId, locationId }) => `${metricId} · ${locationId}`);
  const lines = [...groups].map(([name, values]) => {
    const sorted = values.toSorted((a, b) => (a.date < b.date ? 1 : -1));
    const before = sorted
      .slice(1, 8)
      .map(({ value }) => String(value))
      .join(", ");
    return [name, sorted[0]!.date, String(sorted[0]!.value), before];
  });
  return html`<section>
    <h2>Dashboard</h2>
    ${tableOf("No metric has a value yet.", ["Metric", "Day", "Value", "Before"], lines)}
    ${lineForm(`${controls}/wanted`, "Ask for a metric", [
      ["metricId", "Metric", "posts"],
      ["date", "Day"],
      ["locationId", "Sub-account id", acmeDental],
    ])}
    ${wanted.size > 0 && html`<p class="quiet">${wanted.size} asked for, and not there yet.</p>`}
  </section>`;
}

const profiles = ({ profiles: table }: Flocksy): Markup =>
  html`<section>
    <h2>Profiles</h2>
    ${tableOf(
      "There are no profiles.",
      ["User", "Name", "E-mail", "Segments", "Tags", "Changed (UTC)"],
      table
        .all()
        .map(({ userId, name, email, segments, tagIds, updatedAt }) => [
          userId,
          name,
          email,
          segments.join(", "),
          tagIds.join(", "),
          day(updatedAt),
        ]),
    )}
    ${lineForm(`${controls}/profiles`, "Save profile", [
      ["userId", "User id"],
      ["segments", "Segments, comma between them"],
    ])}
  </section>`;

const campaigns = ({ campaigns: table }: Flocksy): Markup =>
  html`<section>
    <h2>Campaigns</h2>
    ${tableOf(
      "There are no campaigns.",
      ["Name", "Tags", "Segments", "Audience", "Refreshed (UTC)"],
      table
        .all()
        .map(({ name, tags: words, segments, audience, refreshedAt }) => [
          name,
          words.join(", "),
          segments.join(", "),
          audience,
          day(refreshedAt),
        ]),
    )}
  </section>`;
