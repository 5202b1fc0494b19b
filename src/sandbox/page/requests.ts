import type { Core } from "../core.ts";
import type { RequestEntry } from "../request-log.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, page } from "./layout.ts";

/** The last requests, with the fault that struck and the refusal given. */
export function requestsPage(core: Core): Markup {
  const entries = core.log.last(100);
  return page(
    "Requests",
    "/ui/requests",
    html` <header>
        <div>
          <h1>Requests</h1>
          <p class="quiet">The last ${entries.length} requests to the pretend systems. Times are UTC.</p>
        </div>
        <a class="button" href="/ui/requests">Reload</a>
      </header>
      ${
        entries.length === 0
          ? html`<div class="panel">${empty("Nobody has called yet.")}</div>`
          : html` <div class="tablewrap">
              <table>
                <thead>
                  <tr>
                    <th>When</th>
                    <th>Answer</th>
                    <th>Request</th>
                    <th>By</th>
                    <th>Said</th>
                  </tr>
                </thead>
                <tbody>
                  ${entries.map(row)}
                </tbody>
              </table>
            </div>`
      }`,
    core.faults.list().length,
  );
}

const row = (entry: RequestEntry) =>
  html`<tr>
    <td class="tight quiet">${new Date(entry.at).toISOString().slice(11, 23)}</td>
    <td class="tight">${answer(entry)}</td>
    <td class="mono wrap">${entry.method} ${entry.path}</td>
    <td class="tight">${entry.who}</td>
    <td class="wrap">${entry.fault && html`<span class="tag">fault: ${entry.fault.replaceAll("_", " ")}</span>`}${entry.message}</td>
  </tr>`;

function answer({ status }: RequestEntry): Markup {
  if (status === "dropped") return badge("bad", "dropped");
  return badge(status < 300 ? "good" : status < 400 ? "plain" : status < 500 ? "warn" : "bad", String(status));
}
