import type { Core } from "../core.ts";
import { acmeDental } from "../defaults.ts";
import { fieldTypes } from "../highlevel/custom-fields.ts";
import { portalActions } from "../portal.ts";
import type { Location } from "../types.ts";
import { families, type Family, type Line } from "./families.ts";
import { html, type Markup } from "./html.ts";
import { empty, page } from "./layout.ts";

const shown = 100;

interface Asked {
  location?: string;
  family?: string;
  /** The record to be changed. */
  change?: string;
}

/** What a sub-account has, one family at a time, and what may be done to it by hand. */
export function recordsPage(core: Core, asked: Asked): Markup {
  const { state, faults } = core;
  const location = state.locations.get(asked.location ?? acmeDental) ?? state.locations.all()[0]!;
  const name = asked.family !== undefined && Object.hasOwn(families, asked.family) ? asked.family : "appointments";
  const family = families[name]!;
  const lines = family.lines(state, location.id);
  const changing = lines.find(({ id }) => id === asked.change);
  const back = `/ui/records?family=${name}&location=${location.id}`;
  return page(
    family.title,
    "/ui/records",
    html` <header>
        <div>
          <h1>${family.title}</h1>
          <p class="quiet">${location.name} · ${lines.length > shown ? `the latest ${shown} of ${lines.length}` : lines.length}</p>
        </div>
        <form class="row" action="/ui/records">
          <input type="hidden" name="family" value="${name}" />
          <label class="hidden" for="location">Sub-account</label>
          <select id="location" name="location">
            ${state.places().map((l) => html`<option value="${l.id}" ${l.id === location.id && html`selected`}>${l.name}</option>`)}
          </select>
          <button>Show</button>
        </form>
      </header>
      <p class="tabs">
        ${Object.entries(families).map(
          ([key, { title }]) =>
            html`<a href="/ui/records?family=${key}&amp;location=${location.id}" ${key === name && html`aria-current="true"`}>${title}</a>`,
        )}
      </p>
      ${changing && family.portal !== undefined && changePanel(family.portal, changing, back)} ${additions(core, name, location, back)}
      ${lines.length === 0 ? html`<div class="panel">${empty("There are none here yet.")}</div>` : table(family, lines.slice(0, shown), back)}`,
    faults.list().length,
  );
}

const table = ({ heads, portal }: Family, lines: Line[], back: string) =>
  html`<div class="tablewrap">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}${portal && html`<th><span class="hidden">Change</span></th>`}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ id, cells }) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}${portal && html`<td class="number"><a href="${back}&amp;change=${id}">Change</a></td>`}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** One record, and what may be done to it. */
function changePanel(portal: string, { id, name, active, cells }: Line, back: string): Markup {
  const { rename, activate, remove } = portalActions[portal]!;
  const action = `/sandbox/records/${portal}/${id}`;
  return html`<section class="panel change">
    <h2>${cells[0]} <small class="mono">${id}</small></h2>
    <div class="row">
      ${
        rename &&
        html`<form class="line" method="post" action="${action}">
          <input type="hidden" name="back" value="${back}" />
          <label class="field">Name<input name="name" value="${name}" required maxlength="200" /></label><button>Rename</button>
        </form>`
      }
      ${
        activate &&
        html`<form method="post" action="${action}" class="end">
          <input type="hidden" name="back" value="${back}" /><input type="hidden" name="active" value="${String(!active)}" />
          <button>${active ? "Switch off" : "Switch on"}</button>
        </form>`
      }
      ${
        remove &&
        html`<form method="post" action="${action}/delete" class="end">
          <input type="hidden" name="back" value="${back}" /><button class="danger">Delete</button>
        </form>`
      }
      <a class="button end" href="${back}">Leave</a>
    </div>
  </section>`;
}

/** What can be added by hand, because the API cannot or to try it quickly. */
function additions({ state }: Core, family: string, location: Location, back: string): Markup | false {
  if (family === "customFields")
    return html`<form class="line add" method="post" action="/sandbox/fields">
      <input type="hidden" name="back" value="${back}" /><input type="hidden" name="locationId" value="${location.id}" />
      <label class="field">New field<input name="name" required maxlength="200" placeholder="Shoe size" /></label>
      <label class="field"
        >Type<select name="dataType">
          ${fieldTypes.map((type) => html`<option>${type}</option>`)}
        </select></label
      ><button>Add</button>
    </form>`;
  if (family !== "stages") return false;
  return html`<form class="line add" method="post" action="/sandbox/stages">
    <input type="hidden" name="back" value="${back}" />
    <label class="field"
      >Pipeline<select name="pipelineId">
        ${state.pipelines.inLocation(location.id).map((row) => html`<option value="${row.id}">${row.name}</option>`)}
      </select></label
    ><label class="field">New stage<input name="name" required maxlength="200" placeholder="Recalled" /></label><button>Add</button>
  </form>`;
}
