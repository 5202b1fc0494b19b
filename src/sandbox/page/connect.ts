import type { Core, IssuedToken } from "../core.ts";
import { defaultAppId } from "../defaults.ts";
import type { Delivery } from "../webhooks.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, page, when } from "./layout.ts";

/** Tokens, the marketplace app, and webhooks. A secret is shown once, when it is made. */
export function connectPage(core: Core, made?: IssuedToken | { clientSecret: string }): Markup {
  const app = core.grants.apps.get(defaultAppId)!;
  const locations = core.state.locations.all();
  return page(
    "Connect",
    "/ui/connect",
    html` <header>
        <div>
          <h1>Connect</h1>
          <p class="quiet">Logins for the pretend HighLevel, and where its webhooks go.</p>
        </div>
      </header>
      ${
        made &&
        html`<div class="panel">
          <h2>${"accessToken" in made ? "Private integration token" : "Client secret"}</h2>
          <p class="quiet">Copy it now: it is not shown again.</p>
          <p class="secret mono">${"accessToken" in made ? made.accessToken : made.clientSecret}</p>
        </div>`
      }
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
      <section class="panel">
        <h2>OAuth app</h2>
        <dl>
          <dt>Name</dt>
          <dd>${app.name}</dd>
          <dt>Client id</dt>
          <dd class="mono">${app.clientId}</dd>
          <dt>Consent page</dt>
          <dd class="mono">/v2/oauth/chooselocation</dd>
          <dt>Token address</dt>
          <dd class="mono">/oauth/token</dd>
        </dl>
        <div class="row apart">
          <p class="quiet">A new client secret ends the one before.</p>
          <form method="post" action="/ui/connect/secret"><button>Make client secret</button></form>
        </div>
      </section>
      <section class="panel">
        <h2>Webhooks</h2>
        <form class="line" method="post" action="/sandbox/webhook">
          <label class="field"
            >Post events to<input type="url" name="url" value="${app.webhookUrl}" placeholder="http://127.0.0.1:4400/hooks/…" /></label
          ><button>Save address</button>
        </form>
        <p class="row apart quiet">Signed with Ed25519 in X-GHL-Signature. Public key:</p>
        <p class="mono wrap">${core.signer.publicKey}</p>
      </section>
      <section>
        <h2>Deliveries</h2>
        ${deliveries(core.webhooks.list(30))}
      </section>`,
    core.faults.list().length,
  );
}

const deliveries = (list: Delivery[]) =>
  list.length === 0
    ? html`<div class="panel">${empty("No webhook was sent yet.")}</div>`
    : html` <div class="tablewrap">
        <table>
          <thead>
            <tr>
              <th>Event</th>
              <th>State</th>
              <th class="number">Attempts</th>
              <th>Answer</th>
              <th>Due (UTC)</th>
            </tr>
          </thead>
          <tbody>
            ${list.map(
              (d) =>
                html`<tr>
                  <td>${d.event}</td>
                  <td class="tight">${badge(marks[d.status], d.status)}</td>
                  <td class="number">${d.attempts}</td>
                  <td>${d.answer}</td>
                  <td class="tight quiet">${when(d.nextAt)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;

const marks = { waiting: "plain", delivered: "good", failed: "bad", lost: "warn" } as const;
