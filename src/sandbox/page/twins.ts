import type { TwinHooks } from "../twins/hooks.ts";
import type { TwinLogins } from "../twins/logins.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, when } from "./layout.ts";

/** What the pages of the twins have in common. */

/** How one logs in to a twin. */
export const loginPanel = (prefix: string, { client, key }: TwinLogins, more: Markup | false = false): Markup =>
  html`<section class="panel">
    <h2>How to log in</h2>
    <dl>
      <dt>Base address</dt>
      <dd class="mono">${prefix}, at this sandbox</dd>
      <dt>Client id</dt>
      <dd class="mono">${client.id}</dd>
      <dt>Client secret</dt>
      <dd class="mono">${client.secret}</dd>
      <dt>API key</dt>
      <dd class="mono">${key}</dd>
      ${more}
    </dl>
  </section>`;

/** Who is told of what, and what was sent. */
export const hooksSection = (hooks: TwinHooks): Markup =>
  html`<section>
    <h2>Webhooks</h2>
    ${tableOf(
      "No webhook is registered.",
      ["Address", "Events"],
      hooks.list().map(({ url, events }) => [html`<span class="mono wrap">${url}</span>`, events.join(", ")]),
    )}
    <h2>Events sent</h2>
    ${tableOf(
      "No event was sent yet.",
      ["When (UTC)", "Event", "Receiver"],
      hooks
        .sent()
        .map(({ at, event, status }) => [
          when(at),
          event,
          badge(typeof status === "number" && status < 300 ? "good" : status === "lost" ? "warn" : "bad", String(status)),
        ]),
    )}
  </section>`;

type Cell = Markup | string | number | null | undefined;

/** A table, or a sentence where it has no rows. */
export const tableOf = (sentence: string, heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup =>
  rows.length === 0
    ? html`<div class="panel">${empty(sentence)}</div>`
    : html`<div class="tablewrap">
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

/** A form of one line of texts, and the button that sends it. */
export const lineForm = (action: string, button: string, fields: readonly [name: string, label: string, value?: string][]): Markup =>
  html`<form class="line" method="post" action="${action}">
    ${fields.map(([name, label, value = ""]) => html`<label class="field">${label}<input name="${name}" value="${value}" /></label>`)}
    <button>${button}</button>
  </form>`;

export const day = (iso: string | null): Markup | string => (iso === null ? "not yet" : when(Date.parse(iso)));
