import { hookPaths } from "../control.ts";
import type { Core } from "../core.ts";
import { type SightMillHook, sightMillHooks, sightMillPosts } from "../sightmill.ts";
import { html, type Markup } from "./html.ts";
import { badge, empty, page, when } from "./layout.ts";
import { tableOf } from "./twins.ts";

/** The pretend SightMill: what it sent, what it was asked, and a button to make people answer. */
export function sightMillPage(core: Core): Markup {
  const { url } = core.sightmill;
  return page(
    "SightMill",
    "/ui/sightmill",
    html` <header>
        <div>
          <h1>SightMill</h1>
          <p class="quiet">Pretends to survey people: posts their answers to an address, and takes survey requests.</p>
        </div>
      </header>
      <div class="panel">
        <form class="line" method="post" action="/sandbox/sightmill/answers">
          <label class="field"
            >Post answers to<input type="url" name="url" value="${url}" placeholder="http://127.0.0.1:4400/hooks/…" required
          /></label>
          <label class="field">How many<input type="number" name="count" value="12" min="1" max="10000" required /></label>
          <button class="primary">Send answers</button>
        </form>
        <form class="line" method="post" action="/sandbox/sightmill/survey">
          <label class="field"
            >Survey those who were added or are due, and post their answers to<input type="url" name="url" value="${url}" required
          /></label>
          <button>Run the scheduled survey</button>
        </form>
      </div>
      ${answersSent(core.sightmill.sent(30))} ${surveysAsked(core.sightmill.received(30))}
      <section>
        <h2>Posted beside answers</h2>
        ${tableOf(
          "Nothing was posted yet.",
          ["When (UTC)", "What", "Receiver", "Fields"],
          core.sightmill
            .posted(30)
            .map(({ at, kind, status, fields }) => [
              when(at),
              sightMillPosts[kind],
              String(status),
              html`${Object.entries(fields).map(([name, value]) => html`<span class="tag">${name}: ${value}</span>`)}`,
            ]),
        )}
      </section>
      <section class="panel">
        <h2>Addresses it listens at</h2>
        <dl>
          ${Object.entries(hookPaths(core)).map(
            ([hook, path]) =>
              html`<dt>${sightMillHooks[hook as SightMillHook]}</dt>
                <dd class="mono">${path}</dd>`,
          )}
        </dl>
      </section>`,
    core.faults.list().length,
  );
}

const answersSent = (sent: ReturnType<Core["sightmill"]["sent"]>): Markup =>
  html`<section>
    <h2>Answers sent</h2>
    ${
      sent.length === 0
        ? html`<div class="panel">${empty("No answer was sent yet.")}</div>`
        : html` <div class="tablewrap">
            <table>
              <thead>
                <tr>
                  <th>When (UTC)</th>
                  <th>Receiver</th>
                  <th>Person</th>
                  <th class="number">Score</th>
                  <th>Comment</th>
                </tr>
              </thead>
              <tbody>
                ${sent.map(
                  ({ at, answer, status }) =>
                    html`<tr>
                      <td class="tight quiet">${when(at)}</td>
                      <td class="tight">${badge(typeof status === "number" && status < 300 ? "good" : "bad", String(status))}</td>
                      <td>${answer.firstname} ${answer.surname}<br /><small>${answer.email || "no e-mail"}</small></td>
                      <td class="number">${answer.score}</td>
                      <td>${answer.comment || html`<span class="quiet">no comment</span>`}</td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;

const surveysAsked = (received: ReturnType<Core["sightmill"]["received"]>): Markup =>
  html`<section>
    <h2>Asked of SightMill</h2>
    ${
      received.length === 0
        ? html`<div class="panel">${empty("No survey was asked for yet.")}</div>`
        : html` <div class="tablewrap">
            <table>
              <thead>
                <tr>
                  <th>When (UTC)</th>
                  <th>What</th>
                  <th>Fields</th>
                </tr>
              </thead>
              <tbody>
                ${received.map(
                  ({ at, hook, fields }) =>
                    html`<tr>
                      <td class="tight quiet">${when(at)}</td>
                      <td class="tight">${sightMillHooks[hook]}</td>
                      <td class="wrap">
                        ${Object.entries(fields).map(([name, value]) => html`<span class="tag">${name}: ${value}</span>`)}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
