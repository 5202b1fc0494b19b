import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import { html, type Markup } from "./html.ts";
import { page } from "./layout.ts";
import { day, hooksSection, lineForm, loginPanel, tableOf } from "./twins.ts";

const controls = "/sandbox/your-app";

/** The pretend app of a customer: where its document is, what it has, and forms to change it by hand. */
export const yourAppPage = ({ yourApp, faults }: Core): Markup =>
  page(
    "Your App",
    "/ui/your-app",
    html` <header>
        <div>
          <h1>Your App</h1>
          <p class="quiet">Pretends to be an app of the customer's own. It is imported by its OpenAPI document.</p>
        </div>
      </header>
      ${loginPanel(
        "/your-app",
        yourApp.logins,
        html`<dt>OpenAPI document</dt>
          <dd><a class="mono" href="/your-app/openapi.json">/your-app/openapi.json</a></dd>`,
      )}
      <section>
        <h2>Tags</h2>
        ${tableOf(
          "No tags came yet.",
          ["Sub-account", "Tags", "As of"],
          yourApp.tags.all().map(({ locationId, tags, timestamp }) => [locationId, tags.map(({ name }) => name).join(", "), timestamp]),
        )}
        <h2>Tag details</h2>
        ${tableOf(
          "There are no tag details.",
          ["Tag", "Colour", "Description", "Changed (UTC)", "Confirmed (UTC)"],
          yourApp.details
            .all()
            .map(({ name, colour, description, changedAt, confirmedAt }) => [name, colour, description, day(changedAt), day(confirmedAt)]),
        )}
        ${lineForm(`${controls}/tag-details`, "Save tag detail", [
          ["locationId", "Sub-account id", acmeDental],
          ["tagId", "Tag id"],
          ["name", "Name"],
          ["colour", "Colour"],
          ["description", "Description"],
        ])}
      </section>
      <section>
        <h2>Statistics</h2>
        ${tableOf(
          "No statistics came yet.",
          ["Sub-account", "When", "Values"],
          yourApp.statistics
            .all()
            .slice(-30)
            .map(({ locationId, timestamp, statistics }) => [
              locationId,
              timestamp,
              Object.entries(statistics)
                .map(([name, value]) => `${name} ${value}`)
                .join(", "),
            ]),
        )}
        ${lineForm(`${controls}/statistics`, "Ask for statistics", [["locationId", "Sub-account id", acmeDental]])}
      </section>
      ${hooksSection(yourApp.hooks)}`,
    faults.list().length,
  );
