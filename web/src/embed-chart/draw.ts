import type { ChartView } from "#api/schemas.ts";
import { allOf, series, shortDay, summaryOf, texts } from "./texts.ts";

const svgSpace = "http://www.w3.org/2000/svg";
const height = 220;
const margin = { top: 8, right: 4, bottom: 24, left: 44 };
const gridLines = 4;
/** A low mark at the bottom, which nobody takes for a number. */
const unknownHeight = 4;
/** The least width of a label below the days. */
const labelWidth = 64;

/** The chart as an SVG of this width, in pixels: a bar for each day, stacked by what became of the runs. */
export function drawChart(view: ChartView, width: number): SVGElement {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": summaryOf(view) });
  const most = roundedUp(Math.max(1, ...view.days.map(({ runs }) => (runs ? allOf(runs) : 0))));
  const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const y = (value: number) => margin.top + plot.height * (1 - value / most);
  for (let line = 0; line <= gridLines; line++) svg.append(...gridLine((most * line) / gridLines, y, width));
  const step = plot.width / view.days.length;
  view.days.forEach((_, at) => svg.append(dayBar(view, at, { x: margin.left + at * step, step, y })));
  svg.append(...dayLabels(view, step));
  return svg;
}

/** The numbers as a table, the newest day first. */
export function drawTable(view: ChartView): HTMLElement {
  const table = element("table");
  const head = element("tr");
  for (const label of [texts.day, ...series.map(([, each]) => each), texts.total]) head.append(element("th", label, { scope: "col" }));
  const body = element("tbody");
  for (const { date, runs } of view.days.toReversed()) {
    const row = element("tr");
    row.append(element("th", shortDay(date), { scope: "row" }));
    if (runs === null) row.append(element("td", texts.unknown, { colspan: String(series.length + 1) }));
    else for (const n of [...series.map(([name]) => runs[name]), allOf(runs)]) row.append(element("td", n.toLocaleString("en")));
    body.append(row);
  }
  const top = element("thead");
  top.append(head);
  table.append(element("caption", texts.heading(view)), top, body);
  return table;
}

/** An element with a text in it. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text = "",
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function gridLine(value: number, y: (value: number) => number, width: number): SVGElement[] {
  const line = shape("line", { x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value), class: "grid" });
  const label = shape("text", { x: margin.left - 8, y: y(value) + 4, "text-anchor": "end" });
  label.textContent = value.toLocaleString("en", { notation: "compact" });
  return [line, label];
}

interface Place {
  x: number;
  step: number;
  y: (value: number) => number;
}

function dayBar({ days }: ChartView, at: number, { x, step, y }: Place): SVGElement {
  const { date, runs } = days[at]!;
  const group = shape("g", {});
  const inner = { x: x + step * 0.12, width: step * 0.76 };
  if (runs === null) {
    group.append(
      shape("rect", { ...inner, y: y(0) - unknownHeight, height: unknownHeight, class: "unknown" }),
      titled(`${shortDay(date)}: ${texts.unknown}`),
    );
    return group;
  }
  let below = 0;
  for (const [name] of series.filter(([each]) => runs[each] > 0)) {
    const top = y(below + runs[name]);
    group.append(shape("rect", { ...inner, y: top, height: y(below) - top, class: name }));
    below += runs[name];
  }
  const parts = series.filter(([name]) => runs[name] > 0).map(([name, label]) => `${runs[name]} ${label.toLowerCase()}`);
  group.append(titled(`${shortDay(date)}: ${parts.join(", ") || "0"}`));
  return group;
}

function dayLabels({ days }: ChartView, step: number): SVGElement[] {
  const every = Math.ceil(labelWidth / step);
  return days.flatMap(({ date }, at) => {
    if ((days.length - 1 - at) % every !== 0) return [];
    const isLast = at === days.length - 1;
    const x = margin.left + (isLast ? (at + 1) * step : (at + 0.5) * step);
    const label = shape("text", { x, y: height - 6, "text-anchor": isLast ? "end" : "middle" });
    label.textContent = shortDay(date);
    return [label];
  });
}

const titled = (text: string): SVGElement => {
  const title = shape("title", {});
  title.textContent = text;
  return title;
};

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** The least number that is not below this one and whose quarters are easy to read. */
export function roundedUp(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most));
  return Math.max(
    gridLines,
    [1, 2, 4, 8, 10].map((each) => each * unit).find((each) => each >= most)!,
  );
}
