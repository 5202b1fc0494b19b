import type { Core } from "../core.ts";
import { defaultAppId } from "../defaults.ts";
import type { OAuthApp } from "../oauth/app.ts";
import { html, type Markup } from "./html.ts";

/** The app a page is about: the one named, or the one the sandbox knows from the start. */
export const appNamed = ({ grants }: Core, id: string | undefined): OAuthApp =>
  (id === undefined ? undefined : grants.apps.get(id)) ?? grants.apps.get(defaultAppId)!;

/** Leads to the same page of another app, where there are several. */
export function appChoice({ grants }: Core, path: string, { id }: OAuthApp): Markup | false {
  const apps = grants.apps.all();
  return (
    apps.length > 1 &&
    html`<form class="row" action="${path}">
      <label class="hidden" for="app">App</label>
      <select id="app" name="app">
        ${apps.map((app) => html`<option value="${app.id}" ${app.id === id && html`selected`}>${app.name}</option>`)}
      </select>
      <button>Show</button>
    </form>`
  );
}
