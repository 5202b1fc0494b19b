import type { Core } from "../core.ts";
import { type Fault, faultKinds, type FaultKind } from "../faults.ts";
import { html, type Markup } from "./html.ts";
import { badge, page } from "./layout.ts";

/** One line a fault: switch it on for a number of requests, or off. */
export function faultsPage(core: Core): Markup {
  const on = core.faults.list();
  return page(
    "Faults",
    "/ui/faults",
    html` <header>
        <div>
          <h1>Faults</h1>
          <p class="quiet">Make the pretend systems misbehave. A fault strikes every request it concerns, unless you say how often.</p>
        </div>
        ${on.length > 0 && html`<form method="post" action="/sandbox/faults/clear"><button>Switch all off</button></form>`}
      </header>
      <div class="panel faults">
        ${(Object.keys(faultKinds) as FaultKind[]).map((kind) =>
          fault(
            kind,
            on.filter((f) => f.kind === kind),
          ),
        )}
      </div>`,
    on.length,
  );
}

const fault = (kind: FaultKind, on: readonly Fault[]) =>
  html`<div class="fault">
    <div>
      <strong>${faultKinds[kind]}</strong>
      <p>
        ${on.length === 0 ? html`<small>Off</small>` : on.map((f) => html`<span class="row">${badge("warn", "On")}<small>${described(f)}</small></span>`)}
      </p>
    </div>
    ${
      on.length > 0
        ? html`<form method="post" action="/sandbox/faults/clear">
            <input type="hidden" name="id" value="${kind}" /><button>Switch off</button>
          </form>`
        : html`<form class="line" method="post" action="/sandbox/faults">
            <input type="hidden" name="kind" value="${kind}" />
            ${!placed.has(kind) && html`<label class="field">Where<input class="wide" name="route" placeholder="${kind.startsWith("webhook") ? "ContactCreate" : "POST /contacts/*"}" maxlength="200" /></label>`}
            <label class="field">Times<input type="number" name="count" min="1" placeholder="always" /></label>
            ${timed.has(kind) && html`<label class="field">Milliseconds<input type="number" name="ms" min="0" placeholder="${defaultMs(kind)}" /></label>`}
            ${kind === "server_error" && html`<label class="field">Status<input type="number" name="status" min="500" max="599" placeholder="500" /></label>`}
            <button>Switch on</button>
          </form>`
    }
  </div>`;

/** These can only strike in one place. */
const placed = new Set<FaultKind>(["refresh_spent", "location_inactive", "webhook_bare_task"]);
const timed = new Set<FaultKind>(["latency", "index_lag", "webhook_late"]);
const defaultMs = (kind: FaultKind) => (kind === "latency" ? 2000 : kind === "index_lag" ? 5000 : 60_000);

function described({ route, count, probability, ms, status, struck }: Fault): string {
  const parts = [
    route ?? "everywhere",
    count === undefined ? "always" : `${count - struck} more`,
    probability !== undefined && `${Math.round(probability * 100)} %`,
    ms !== undefined && `${ms} ms`,
    status !== undefined && `status ${status}`,
    `struck ${struck}`,
  ];
  return parts.filter(Boolean).join(" · ");
}
