import type { Core, IssuedToken } from "../core.ts";
import { companyId } from "../defaults.ts";
import type { OAuthApp } from "../oauth/app.ts";
import type { Location } from "../types.ts";
import { appChoice, appNamed } from "./apps.ts";
import { html, type Markup } from "./html.ts";
import { badge, page, when } from "./layout.ts";

/** Tokens, the marketplace app, and where it is installed. A secret is shown once, when it is made. */
export function connectPage(core: Core, { app: id, made }: { app?: string; made?: IssuedToken | { clientSecret: string } } = {}): Markup {
  const app = appNamed(core, id);
  const locations = core.state.places();
  return page(
    "Connect",
    "/ui/connect",
    html` <header>
        <div>
          <h1>Connect</h1>
          <p class="quiet">Logins for the pretend HighLevel, and where the app is installed.</p>
        </div>
        ${appChoice(core, "/ui/connect", app)}
      </header>
      ${made && secretPanel(made)}
      <section class="panel">
        <h2>Private integration token</h2>
        <form class="line" method="post" action="/ui/connect/token">
          <label class="field"
            >For<select name="locationId">
              ${locations.map((l) => html`<option value="${l.id}">${l.name}</option>`)}
              <option value="">Whole agency</option>
            </select></label
          >
          <button class="primary">Create token</button>
        </form>
      </section>
      <section class="panel">${appPanel(core, app)}</section>
      <section>
        <h2>Installed on</h2>
        ${installs(core, app, locations)}
      </section>
      <section class="panel">${providers(app)}</section>
      <section class="panel">
        <h2>Webhook signatures</h2>
        <p class="quiet">Signed with Ed25519 in X-GHL-Signature. Public key of this sandbox:</p>
        <p class="mono wrap">${core.signer.publicKey}</p>
      </section>`,
    core.faults.list().length,
  );
}

const secretPanel = (made: IssuedToken | { clientSecret: string }) =>
  html`<div class="panel">
    <h2>${"accessToken" in made ? "Private integration token" : "Client secret"}</h2>
    <p class="quiet">Copy it now: it is not shown again.</p>
    <p class="secret mono">${"accessToken" in made ? made.accessToken : made.clientSecret}</p>
  </div>`;

const appPanel = ({ grants }: Core, app: OAuthApp) =>
  html`<h2>OAuth app</h2>
    <dl>
      <dt>Name</dt>
      <dd>${app.name}</dd>
      <dt>Client id</dt>
      <dd class="mono">${app.clientId}</dd>
      <dt>Consent page</dt>
      <dd class="mono">/v2/oauth/chooselocation</dd>
      <dt>Token address</dt>
      <dd class="mono">/oauth/token</dd>
      <dt>Refresh tokens</dt>
      <dd>
        ${grants.grace ? "Used twice within 30 seconds, one gives the same new pair." : "Spent at once by their first use."}
        <form method="post" action="/sandbox/settings" class="inline">
          <input type="hidden" name="refreshGrace" value="${String(!grants.grace)}" /><button class="small">
            ${grants.grace ? "Switch the grace off" : "Switch the grace on"}
          </button>
        </form>
      </dd>
    </dl>
    <div class="row apart">
      <p class="quiet">A new client secret ends the one before.</p>
      <form method="post" action="/ui/connect/secret">
        <input type="hidden" name="appId" value="${app.id}" /><button>Make client secret</button>
      </form>
    </div>`;

const installs = ({ state }: Core, app: OAuthApp, locations: Location[]) =>
  html`<div class="tablewrap">
    <table>
      <thead>
        <tr>
          <th>Place</th>
          <th>State</th>
          <th>Since (UTC)</th>
          <th>Plan</th>
          <th><span class="hidden">Change</span></th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td><strong>${state.agencies.get(companyId)?.name}</strong> <span class="quiet">agency</span></td>
          <td>
            ${app.agency ? badge("good", app.agency.future ? "installed, and on what comes" : "installed") : badge("plain", "not installed")}
          </td>
          <td class="quiet">${app.agency && since(app.agency.installedAt)}</td>
          <td></td>
          <td class="number">
            ${app.agency || app.installs.length > 0 ? deed(app, "uninstall", "Uninstall everywhere", {}) : deed(app, "install", "Install", { agency: "true" })}
          </td>
        </tr>
        ${locations.map((l) => installLine(app, l))}
      </tbody>
    </table>
  </div>`;

const since = (ms: number) => (ms === 0 ? "the start" : when(ms));

function installLine(app: OAuthApp, { id, name }: Location): Markup {
  const install = app.installs.find(({ locationId }) => locationId === id);
  return html`<tr>
    <td>${name}</td>
    <td>${install ? badge("good", install.onTrial ? "on trial" : "installed") : badge("plain", "not installed")}</td>
    <td class="quiet">${install && since(install.installedAt)}</td>
    <td>
      ${
        install &&
        html`<form class="row" method="post" action="/sandbox/apps/${app.id}/plan">
          <input type="hidden" name="locationId" value="${id}" />
          <label class="hidden" for="plan-${id}">Plan of ${name}</label>
          <input id="plan-${id}" name="planId" value="${install.planId}" placeholder="none" class="short" /><button class="small">
            Change plan
          </button>
        </form>`
      }
    </td>
    <td class="number">${deed(app, install ? "uninstall" : "install", install ? "Uninstall" : "Install", { locationId: id })}</td>
  </tr>`;
}

const deed = (app: OAuthApp, what: "install" | "uninstall", text: string, fields: Record<string, string>) =>
  html`<form method="post" action="/sandbox/apps/${app.id}/${what}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <button class="small ${what === "uninstall" && "danger"}">${text}</button>
  </form>`;

const providers = ({ id, providers: list = [] }: OAuthApp) =>
  html`<h2>Conversation providers</h2>
    ${list.map(
      (provider) =>
        html`<form class="row below" method="post" action="/sandbox/apps/${id}/providers/${provider.id}/delete">
          <strong>${provider.type}</strong><code>${provider.id}</code>${
            provider.deliveryUrl ? html`<span class="mono wrap">${provider.deliveryUrl}</span>` : html`<span>no delivery address</span>`
          }
          <button class="small danger">Take away</button>
        </form>`,
    )}
    <form class="line" method="post" action="/sandbox/apps/${id}/providers">
      <label class="field"
        >Channel<select name="type">
          <option>SMS</option>
          <option>Email</option>
          <option>Custom</option>
        </select></label
      ><label class="field"
        >Delivery address<input type="url" name="deliveryUrl" required placeholder="http://127.0.0.1:5000/deliver" /></label
      ><button>Add</button>
    </form>
    <p class="quiet apart">A message sent with a provider's id is posted to its address.</p>`;
