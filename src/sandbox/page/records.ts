import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import { localTime, zoneOf } from "../highlevel/slots.ts";
import type { State } from "../state.ts";
import { html, type Markup } from "./html.ts";
import { empty, page, when } from "./layout.ts";

const shown = 100;
type Cells = (string | Markup)[];
interface Family {
  title: string;
  heads: string[];
  rows(state: State, locationId: string): Cells[];
}

const contactLink = (state: State, id: string): Markup =>
  html`<a href="/ui/contacts/${id}"
    >${[state.contacts.get(id)?.firstName, state.contacts.get(id)?.lastName].filter(Boolean).join(" ") || id}</a
  >`;
const latest = <T extends { id: string }>(rows: T[], at: (row: T) => number): T[] => rows.sort((a, b) => at(b) - at(a)).slice(0, shown);

const families: Record<string, Family> = {
  appointments: {
    title: "Appointments",
    heads: ["Title", "Contact", "Calendar", "Starts (local)", "Status"],
    rows: (state, locationId) =>
      latest(state.appointments.inLocation(locationId), (row) => row.startsAt).map((row) => [
        row.title,
        contactLink(state, row.contactId),
        state.calendars.get(row.calendarId)?.name ?? row.calendarId,
        localTime(row.startsAt, zoneOf(state, locationId)).slice(0, 16).replace("T", " "),
        row.status,
      ]),
  },
  opportunities: {
    title: "Opportunities",
    heads: ["Name", "Contact", "Stage", "Value", "Status", "Changed (UTC)"],
    rows: (state, locationId) =>
      latest(state.opportunities.inLocation(locationId), (row) => row.updatedAt).map((row) => [
        row.name,
        contactLink(state, row.contactId),
        state.pipelines.get(row.pipelineId)?.stages.find(({ id }) => id === row.pipelineStageId)?.name ?? "",
        String(row.monetaryValue),
        row.status,
        when(row.updatedAt),
      ]),
  },
  messages: {
    title: "Messages",
    heads: ["When (UTC)", "Contact", "Channel", "Direction", "Text"],
    rows: (state, locationId) =>
      latest(state.messages.inLocation(locationId), (row) => row.dateAdded).map((row) => [
        when(row.dateAdded),
        contactLink(state, row.contactId),
        row.channel,
        row.direction,
        row.body,
      ]),
  },
  users: {
    title: "Users",
    heads: ["Name", "E-mail", "Role"],
    rows: (state, locationId) =>
      state.users
        .all()
        .filter(({ locationIds }) => locationIds.includes(locationId))
        .map((row) => [`${row.firstName} ${row.lastName}`, row.email, row.role]),
  },
  businesses: {
    title: "Businesses",
    heads: ["Name", "City", "Changed (UTC)"],
    rows: (state, locationId) =>
      latest(state.businesses.inLocation(locationId), (row) => row.updatedAt).map((row) => [
        row.name,
        row.details.city ?? "",
        when(row.updatedAt),
      ]),
  },
  relations: {
    title: "Relations",
    heads: ["Kind", "First record", "Second record"],
    rows: (state, locationId) =>
      state.relations
        .inLocation(locationId)
        .slice(0, shown)
        .map((row) => [state.associations.get(row.associationId)?.key ?? "", row.firstRecordId, row.secondRecordId]),
  },
  posts: {
    title: "Blog posts",
    heads: ["Title", "Slug", "Status", "Changed (UTC)"],
    rows: (state, locationId) =>
      latest(state.blogPosts.inLocation(locationId), (row) => row.updatedAt).map((row) => [
        row.title,
        row.urlSlug,
        row.status,
        when(row.updatedAt),
      ]),
  },
};

/** What a sub-account has beside contacts, one family at a time. */
export function recordsPage({ state, faults }: Core, query: { location?: string; family?: string }): Markup {
  const location = state.locations.get(query.location ?? acmeDental) ?? state.locations.all()[0]!;
  const name = query.family !== undefined && Object.hasOwn(families, query.family) ? query.family : "appointments";
  const { title, heads, rows: rowsOf } = families[name]!;
  const rows = rowsOf(state, location.id);
  return page(
    title,
    "/ui/records",
    html` <header>
        <div>
          <h1>${title}</h1>
          <p class="quiet">${location.name} · the latest ${shown} at most</p>
        </div>
        <form class="row" action="/ui/records">
          <label class="hidden" for="family">Family</label>
          <select id="family" name="family">
            ${Object.entries(families).map(([key, family]) => html`<option value="${key}" ${key === name && html`selected`}>${family.title}</option>`)}
          </select>
          <label class="hidden" for="location">Sub-account</label>
          <select id="location" name="location">
            ${state.locations.all().map((l) => html`<option value="${l.id}" ${l.id === location.id && html`selected`}>${l.name}</option>`)}
          </select>
          <button>Show</button>
        </form>
      </header>
      ${rows.length === 0 ? html`<div class="panel">${empty("There are none here yet.")}</div>` : table(heads, rows)}`,
    faults.list().length,
  );
}

const table = (heads: string[], rows: Cells[]) =>
  html`<div class="tablewrap">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
