import "./style.css";
import type { ChartView } from "#api/schemas.ts";
import { drawChart, drawTable, element } from "./draw.ts";
import { allOf, series, texts, totals } from "./texts.ts";

/** The page of one chart, for a frame of another product. Its token is after the `#` of the address, and goes nowhere but into the request. */

const main = document.getElementById("chart")!;
const smallest = 260;
let asTable = false;
let shown: ChartView | null = null;

async function load(): Promise<void> {
  const token = window.location.hash.slice(1);
  if (token === "") return fail(texts.noToken, false);
  main.replaceChildren(element("p", texts.loading, { role: "status" }));
  const reply = await fetch("/api/v1/embed/data", { headers: { authorization: `Bearer ${token}` }, cache: "no-store" }).catch(() => null);
  const body = (await reply?.json().catch(() => null)) as (ChartView & { error?: { message: string } }) | null;
  if (reply?.ok && body) return show(body);
  fail(body?.error?.message ?? texts.offline, reply?.status !== 401);
}

function fail(message: string, mayHeal: boolean): void {
  shown = null;
  main.replaceChildren(element("p", message, { role: "alert" }));
  if (!mayHeal) return;
  const again = element("button", texts.again, { type: "button" });
  again.addEventListener("click", () => void load());
  main.append(again);
}

function show(view: ChartView): void {
  shown = view;
  document.title = texts.heading(view);
  const head = element("header");
  head.append(element("h1", texts.heading(view)));
  const notes = [texts.zone(view), ...(view.missing === null ? [] : [view.missing])].map((text) => element("p", text, { class: "note" }));
  if (allOf(totals(view)) === 0) return main.replaceChildren(head, element("p", texts.empty(view), { role: "status" }), ...notes);
  const change = element("button", asTable ? texts.showChart : texts.showTable, { type: "button" });
  change.addEventListener("click", () => {
    asTable = !asTable;
    show(view);
    main.querySelector("button")?.focus();
  });
  head.append(change);
  main.replaceChildren(head, ...(asTable ? [scrollable(drawTable(view))] : [drawChart(view, widthOf(main)), legendOf(view)]), ...notes);
}

/** Wide tables are scrolled in their box, by keyboard too. */
function scrollable(table: HTMLElement): HTMLElement {
  const box = element("div", "", { class: "scrolled", tabindex: "0", role: "region", "aria-label": texts.showTable });
  box.append(table);
  return box;
}

function legendOf(view: ChartView): HTMLElement {
  const list = element("ul", "", { class: "legend" });
  const counts = totals(view);
  for (const [name, label] of series.filter(([each]) => counts[each] > 0)) {
    const item = element("li", `${label} ${counts[name].toLocaleString("en")}`);
    item.prepend(element("span", "", { class: `key ${name}` }));
    list.append(item);
  }
  return list;
}

const widthOf = ({ clientWidth }: HTMLElement): number => Math.max(smallest, clientWidth);

let drawnFor = widthOf(main);
new ResizeObserver(() => {
  if (shown === null || asTable || widthOf(main) === drawnFor) return;
  drawnFor = widthOf(main);
  main.querySelector("svg")?.replaceWith(drawChart(shown, drawnFor));
}).observe(main);
window.addEventListener("hashchange", () => void load());
void load();
