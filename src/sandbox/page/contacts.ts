import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import { matches } from "../highlevel/contact-list.ts";
import { fullName } from "../highlevel/contact-views.ts";
import type { Contact, CustomField } from "../types.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, page, when } from "./layout.ts";

const perPage = 25;

/** The contacts of one sub-account, newest change first. */
export function contactsPage(core: Core, query: { location?: string; q?: string; page?: string }): Markup {
  const { state } = core;
  const location = state.locations.get(query.location ?? acmeDental) ?? state.locations.all()[0]!;
  const contacts = state.contacts
    .inLocation(location.id)
    .filter(matches(query.q))
    .sort((a, b) => b.dateUpdated - a.dateUpdated || (a.id < b.id ? -1 : 1));
  const pages = Math.max(1, Math.ceil(contacts.length / perPage));
  const at = Math.min(pages, Math.max(1, Math.floor(Number(query.page)) || 1));
  const link = (to: number) =>
    `/?${new URLSearchParams({ location: location.id, ...(query.q && { q: query.q }), page: String(to) }).toString()}`;
  const rows = contacts.slice((at - 1) * perPage, at * perPage);
  return page(
    "Contacts",
    "/",
    html` <header>
        <div>
          <h1>Contacts</h1>
          <p class="quiet">${location.name} · ${location.timezone} · ${state.contacts.countIn(location.id)} contacts</p>
        </div>
        <form class="row" action="/" role="search">
          <label class="hidden" for="location">Sub-account</label>
          <select id="location" name="location">
            ${state.places().map((l) => html`<option value="${l.id}" ${l.id === location.id && html`selected`}>${l.name}</option>`)}
          </select>
          <label class="hidden" for="q">Search</label>
          <input type="search" id="q" name="q" value="${query.q}" placeholder="Name, e-mail or phone" maxlength="75" />
          <button>Search</button>
        </form>
      </header>
      ${rows.length === 0 ? html`<div class="panel">${empty(query.q ? `Nobody matches “${query.q}”.` : "There are no contacts here yet.")}</div>` : table(rows)}
      <div class="row apart">
        <p class="quiet">
          ${contacts.length === 0 ? "" : `${(at - 1) * perPage + 1}–${(at - 1) * perPage + rows.length} of ${contacts.length}`}
        </p>
        <div class="row">
          ${at > 1 && html`<a class="button" href="${link(at - 1)}" rel="prev">Previous</a>`}${at < pages && html`<a class="button" href="${link(at + 1)}" rel="next">Next</a>`}
        </div>
      </div>
      <section class="panel">
        <h2>New contact</h2>
        <form class="line" method="post" action="/sandbox/contacts">
          <input type="hidden" name="locationId" value="${location.id}" />${detailInputs()}<button>Add</button>
        </form>
      </section>
      <section class="row">
        <form class="line" method="post" action="/sandbox/seed">
          <input type="hidden" name="locationId" value="${location.id}" /><label class="field"
            >How many<input type="number" name="count" value="100" min="1" max="100000" /></label
          ><button>Add made-up contacts</button>
        </form>
      </section>`,
    core.faults.list().length,
  );
}

const table = (rows: Contact[]) =>
  html` <div class="tablewrap">
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>E-mail</th>
          <th>Phone</th>
          <th>Tags</th>
          <th>Changed (UTC)</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (c) =>
            html`<tr>
              <td class="tight"><a href="/ui/contacts/${c.id}">${fullName(c) ?? "No name"}</a></td>
              <td>${c.email ?? html`<span class="quiet">none</span>`}</td>
              <td class="tight">${c.phone}</td>
              <td>${tags(c)}</td>
              <td class="tight quiet">${when(c.dateUpdated)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** One contact with everything that hangs on it. */
export function contactPage(core: Core, contact: Contact): Markup {
  const name = fullName(contact) ?? "No name";
  const location = core.state.locations.get(contact.locationId);
  return page(
    name,
    "/",
    html` <header>
        <div>
          <p><a class="quiet" href="/?location=${contact.locationId}">← ${location?.name}</a></p>
          <h1>${name}</h1>
          <p class="quiet mono">${contact.id}</p>
        </div>
        <div>${contact.dnd ? badge("warn", "Do not disturb") : badge("good", "May be contacted")}</div>
      </header>
      <div class="split">
        <div>
          ${detailsOf(core, contact)} ${tagsOf(contact)} ${changesTo(core, contact)}
          <section class="panel">
            <h2>Custom fields</h2>
            ${facts(fieldsOf(core, contact).map((field) => [field.name, valueOf(contact, field)]))}
          </section>
        </div>
        <div>${tasksOf(core, contact)} ${notesOf(core, contact)}</div>
      </div>`,
    core.faults.list().length,
  );
}

function detailsOf({ state }: Core, contact: Contact): Markup {
  const owner = contact.assignedTo ? state.users.get(contact.assignedTo) : undefined;
  return html`<section class="panel">
    <h2>Details</h2>
    ${facts([
      ["E-mail", contact.email],
      ["Further e-mails", contact.additionalEmails.join(", ")],
      ["Phone", contact.phone],
      ["Company", contact.companyName],
      ["Address", [contact.address1, contact.city, contact.state, contact.postalCode, contact.country].filter(Boolean).join(", ")],
      ["Born", contact.dateOfBirth],
      ["Owner", owner ? `${owner.firstName} ${owner.lastName}` : contact.assignedTo],
      ["Source", contact.source],
      ["Campaigns", contact.campaigns.join(", ")],
      ["Added", when(contact.dateAdded)],
      ["Changed", when(contact.dateUpdated)],
    ])}
  </section>`;
}

const tagsOf = (contact: Contact): Markup =>
  html`<section class="panel">
    <h2>Tags</h2>
    ${contact.tags.length > 0 ? tags(contact) : html`<p class="quiet">No tags.</p>`}
    <form class="line apart" method="post" action="/sandbox/contacts/${contact.id}">
      <label class="field">Tags, with commas between<input name="tags" value="${contact.tags.join(", ")}" /></label>
      <button>Save tags</button>
    </form>
  </section>`;

const changesTo = (core: Core, contact: Contact): Markup =>
  html`<section class="panel">
    <h2>Change</h2>
    <form class="line" method="post" action="/sandbox/contacts/${contact.id}">${detailInputs(contact)}<button>Save</button></form>
    <form class="line apart" method="post" action="/sandbox/contacts/${contact.id}">
      <label class="field"
        >Custom field<select name="field">
          ${fieldsOf(core, contact).map((field) => html`<option value="${field.id}">${field.name}</option>`)}
        </select></label
      ><label class="field">Value<input name="value" /></label><button>Save field</button>
    </form>
  </section>`;

function tasksOf({ state }: Core, { id }: Contact): Markup {
  const tasks = state.tasks.find("contact", id).sort((a, b) => (a.dueDate < b.dueDate ? -1 : 1));
  return html`<section class="panel">
    <h2>Tasks</h2>
    ${
      tasks.length === 0
        ? html`<p class="quiet">No tasks.</p>`
        : html`<ul class="plain">
            ${tasks.map(
              (task) =>
                html`<li>
                  <div class="row apart">
                    <strong>${task.title}</strong>${task.completed ? badge("good", "Done") : badge("plain", "Open")}
                  </div>
                  ${task.body && html`<p class="wrap">${task.body}</p>`}<small>Due ${when(Date.parse(task.dueDate))}</small>
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}

function notesOf({ state }: Core, { id }: Contact): Markup {
  const notes = state.notes.find("contact", id).sort((a, b) => b.dateAdded - a.dateAdded);
  return html`<section class="panel">
    <h2>Notes</h2>
    ${
      notes.length === 0
        ? html`<p class="quiet">No notes.</p>`
        : html`<ul class="plain">
            ${notes.map(
              (note) =>
                html`<li>
                  ${note.title && html`<strong>${note.title}</strong>`}
                  <p class="wrap">${note.body}</p>
                  <small>${when(note.dateAdded)}</small>
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}

/** What a person types to make or change a contact; a webhook is sent as for any change. */
const detailInputs = (contact?: Contact) =>
  (["firstName", "lastName", "email", "phone"] as const).map(
    (field) => html`<label class="field">${detailNames[field]}<input name="${field}" value="${contact?.[field]}" /></label>`,
  );
const detailNames = { firstName: "First name", lastName: "Last name", email: "E-mail", phone: "Phone" };
const fieldsOf = ({ state }: Core, { locationId }: Contact) =>
  state.customFields
    .inLocation(locationId)
    .filter(({ model }) => model === "contact")
    .sort(byPosition);

const facts = (rows: [string, string | Markup | undefined][]) =>
  html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value || html`<span class="quiet">–</span>`}</dd>`,
    )}
  </dl>`;
const tags = (contact: Contact) => contact.tags.map((tag) => html`<span class="tag">${tag}</span>`);
const byPosition = (a: CustomField, b: CustomField) => a.position - b.position;

function valueOf(contact: Contact, field: CustomField): string | undefined {
  const value = contact.customFields.find(({ id }) => id === field.id)?.value;
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value);
}
