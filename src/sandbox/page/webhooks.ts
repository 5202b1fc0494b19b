import type { Core } from "../core.ts";
import { eventsByHand } from "../highlevel/events-by-hand.ts";
import type { OAuthApp } from "../oauth/app.ts";
import type { Delivery } from "../webhooks.ts";
import { appChoice, appNamed } from "./apps.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, page, when } from "./layout.ts";

/** Where an app's webhooks go, what was sent and answered, and a way to send any event by hand. */
export function webhooksPage(core: Core, id?: string): Markup {
  const app = appNamed(core, id);
  const sent = core.webhooks.list(50);
  return page(
    "Webhooks",
    "/ui/webhooks",
    html` <header>
        <div>
          <h1>Webhooks</h1>
          <p class="quiet">What the app hears of. Addresses and ticks are those of the vendor's developer portal.</p>
        </div>
        <div class="row">${appChoice(core, "/ui/webhooks", app)}<a class="button" href="/ui/webhooks?app=${app.id}">Reload</a></div>
      </header>
      <div class="split">
        <section class="panel">${addresses(app)}</section>
        <section class="panel">${delivery(app)}</section>
      </div>
      <section class="panel">${byHand(core, app)}</section>
      <section>
        <h2>Sent</h2>
        ${sent.length === 0 ? html`<div class="panel">${empty("No webhook was sent yet.")}</div>` : deliveries(sent)}
      </section>
      <section class="panel">${ticks(app)}</section>`,
    core.faults.list().length,
  );
}

/** Whose form it is, and where it leads back to. */
const ofApp = ({ id }: OAuthApp) =>
  html`<input type="hidden" name="appId" value="${id}" /><input type="hidden" name="back" value="/ui/webhooks?app=${id}" />`;

const addresses = (app: OAuthApp) =>
  html`<h2>Addresses</h2>
    <form class="line" method="post" action="/sandbox/webhook">
      ${ofApp(app)}
      <label class="field grow"
        >All events<input type="url" name="url" value="${app.webhookUrl}" placeholder="http://127.0.0.1:4400/hooks/…" /></label
      ><button>Save</button>
    </form>
    <form class="line apart" method="post" action="/sandbox/webhook">
      ${ofApp(app)}
      <label class="field">One event elsewhere${eventChoice("eventName")}</label>
      <label class="field grow">Address<input type="url" name="eventUrl" placeholder="empty takes it away" /></label><button>Save</button>
    </form>
    ${Object.entries(app.eventUrls ?? {}).map(([event, url]) => html`<p class="wrap apart"><strong>${event}</strong> <span class="mono">${url}</span></p>`)}`;

const delivery = (app: OAuthApp) =>
  html`<h2>Delivery</h2>
    <form class="line" method="post" action="/sandbox/webhook">
      ${ofApp(app)}
      <label class="field"
        >Signatures<select name="signatures">
          ${options({ new: "Ed25519", both: "Ed25519 and RSA", old: "RSA alone", none: "None (N/A)" }, app.signatures ?? "new")}
        </select></label
      >
      <label class="field"
        >Sent again<select name="retries">
          ${options({ throttled: "On 429: 6 times, every 10 min", failed: "On any failure: 12 times, ever later" }, app.retries ?? "throttled")}
        </select></label
      >
      <label class="field"
        >Families without a type<select name="typed">
          ${options({ false: "As documented", true: "With a type" }, String(app.typed ?? false))}
        </select></label
      ><button>Save</button>
    </form>`;

const options = (choices: Record<string, string>, chosen: string) =>
  Object.entries(choices).map(([value, text]) => html`<option value="${value}" ${value === chosen && html`selected`}>${text}</option>`);

const eventChoice = (name: string) =>
  html`<select name="${name}">
    ${eventsByHand.map((event) => html`<option ${event === "ContactCreate" && html`selected`}>${event}</option>`)}
  </select>`;

const byHand = ({ state }: Core, { webhookUrl, eventUrls }: OAuthApp) =>
  html`<h2>Send an event</h2>
    <form class="line" method="post" action="/sandbox/events">
      <label class="field">Event${eventChoice("event")}</label>
      <label class="field"
        >Of<select name="locationId">
          ${state.places().map((l) => html`<option value="${l.id}">${l.name}</option>`)}
        </select></label
      ><button class="primary">Send</button>
    </form>
    <p class="quiet apart">
      ${webhookUrl || eventUrls ? "It tells of the newest record there is, or of one that is made up." : "There is no address yet: nothing will leave."}
    </p>`;

const ticks = (app: OAuthApp) =>
  html`<details>
    <summary>Events: ${app.events ? `${app.events.length} of ${eventsByHand.length} ticked` : "all ticked"}</summary>
    <form method="post" action="/sandbox/webhook">
      ${ofApp(app)}<input type="hidden" name="events" value="" />
      <div class="ticks">
        ${eventsByHand.map(
          (event) =>
            html`<label class="tick"
              ><input
                type="checkbox"
                name="events"
                value="${event}"
                ${(app.events?.includes(event) ?? true) && html`checked`}
              />${event}</label
            >`,
        )}
      </div>
      <button>Save ticks</button>
    </form>
  </details>`;

const deliveries = (list: Delivery[]) =>
  html` <div class="tablewrap">
    <table>
      <thead>
        <tr>
          <th>Event</th>
          <th>State</th>
          <th class="number">Attempts</th>
          <th>Answer</th>
          <th>Due (UTC)</th>
          <th>Payload</th>
          <th><span class="hidden">Again</span></th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          (d) =>
            html`<tr>
              <td class="tight">${d.event}</td>
              <td class="tight">${badge(marks[d.status], d.status)}</td>
              <td class="number">${d.attempts}</td>
              <td class="wrap">${d.answer}</td>
              <td class="tight quiet">${when(d.nextAt)}</td>
              <td class="payload">
                <details>
                  <summary>${d.url}</summary>
                  <pre>${JSON.stringify(JSON.parse(d.body), null, 2)}</pre>
                </details>
              </td>
              <td class="number">
                <form method="post" action="/sandbox/webhooks/${d.id}/again"><button class="small">Send again</button></form>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

const marks = { waiting: "plain", delivered: "good", failed: "bad", lost: "warn" } as const;
