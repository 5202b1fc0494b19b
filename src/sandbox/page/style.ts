/** The one style sheet: light and dark side by side, one accent. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: oklch(0.985 0.002 230); --panel: #fff; --line: oklch(0.91 0.006 230); --soft: oklch(0.96 0.005 230);
  --ink: oklch(0.24 0.015 235); --quiet: oklch(0.5 0.015 235);
  --accent: oklch(0.52 0.095 205); --on-accent: #fff; --tint: oklch(0.95 0.025 205);
  --good: oklch(0.5 0.11 150); --bad: oklch(0.53 0.17 25); --warn: oklch(0.55 0.11 75);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: oklch(0.19 0.012 235); --panel: oklch(0.225 0.013 235); --line: oklch(0.32 0.014 235); --soft: oklch(0.27 0.014 235);
    --ink: oklch(0.93 0.006 230); --quiet: oklch(0.71 0.012 230);
    --accent: oklch(0.75 0.1 200); --on-accent: oklch(0.2 0.03 220); --tint: oklch(0.3 0.04 210);
    --good: oklch(0.77 0.13 155); --bad: oklch(0.74 0.14 25); --warn: oklch(0.8 0.12 80);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 Inter, "Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
a { color: inherit; text-decoration: none; } a:hover { text-decoration: underline; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1 { font-size: 22px; line-height: 28px; font-weight: 600; margin: 0; letter-spacing: -0.01em; } h2 { font-size: 16px; font-weight: 600; margin: 0 0 12px; }
p { margin: 0; } small { font-size: 12px; color: var(--quiet); } code, .mono { font: 12px/1.5 "JetBrains Mono", ui-monospace, "SF Mono", Menlo, monospace; }
.quiet { color: var(--quiet); } .wrap { overflow-wrap: anywhere; } .hidden { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.shell { display: grid; grid-template-columns: 220px minmax(0, 1fr); min-height: 100vh; }
nav { border-right: 1px solid var(--line); padding: 20px 12px; display: flex; flex-direction: column; gap: 2px; position: sticky; top: 0; height: 100vh; }
.brand { font-weight: 600; display: flex; align-items: center; gap: 8px; padding: 0 8px 16px; }
.mark { width: 16px; height: 16px; border-radius: 50%; border: 4px solid var(--accent); border-right-color: transparent; }
nav a { padding: 5px 8px; border-radius: 6px; color: var(--quiet); font-weight: 500; font-size: 13px; display: flex; justify-content: space-between; }
nav a:hover { background: var(--soft); color: var(--ink); text-decoration: none; } nav a[aria-current] { background: var(--tint); color: var(--ink); }
.count { font-size: 12px; color: var(--warn); } .foot { margin-top: auto; padding: 8px; font-size: 12px; color: var(--quiet); }
main { padding: 24px 32px 48px; max-width: 1200px; width: 100%; } main.alone { margin: 12vh auto 0; max-width: 460px; }
header { display: flex; align-items: start; justify-content: space-between; gap: 16px; flex-wrap: wrap; margin-bottom: 20px; }
section { margin-top: 28px; } section > * + h2 { margin-top: 28px; } :is(.tablewrap, .panel) + form.line { margin-top: 12px; }
.row { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; } .row.apart { justify-content: space-between; margin-top: 12px; }
.tablewrap { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th { text-align: left; font-weight: 500; font-size: 12px; color: var(--quiet); padding: 8px 12px; white-space: nowrap; } td { padding: 7px 12px; border-top: 1px solid var(--line); vertical-align: top; }
td.tight, th.tight { white-space: nowrap; } tbody tr:hover { background: var(--soft); } td.number, th.number { text-align: right; }
td > a { font-weight: 500; }
.panel { border: 1px solid var(--line); border-radius: 10px; background: var(--panel); padding: 16px; }
.split { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 24px; align-items: start; } .split > * { min-width: 0; } .split section:first-child, .split > section { margin-top: 0; } .split:has(> section) { align-items: stretch; }
dl { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: 6px 12px; margin: 0; font-size: 13px; } dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
ul.plain { list-style: none; margin: 0; padding: 0; } ul.plain li + li { border-top: 1px solid var(--line); margin-top: 10px; padding-top: 10px; }
.tag { display: inline-block; padding: 0 7px; border-radius: 5px; background: var(--soft); font-size: 12px; line-height: 20px; margin: 0 4px 2px 0; white-space: nowrap; }
.badge { font-size: 12px; font-weight: 500; white-space: nowrap; } .badge::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 6px; }
.badge.good { color: var(--good); } .badge.good::before { background: currentColor; border-radius: 50%; }
.badge.bad { color: var(--bad); } .badge.bad::before { background: currentColor; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.badge.warn { color: var(--warn); } .badge.warn::before { background: currentColor; transform: rotate(45deg); }
.badge.plain { color: var(--quiet); } .badge.plain::before { border: 1.5px solid currentColor; border-radius: 50%; }
input, select, button, .button { font: inherit; font-size: 13px; height: 32px; border: 1px solid var(--line); border-radius: 6px; padding: 0 10px; background: var(--panel); color: var(--ink); min-width: 0; }
input[type=radio], input[type=checkbox] { height: auto; flex: none; accent-color: var(--accent); } input[type=number] { width: 104px; } input[type=search], input[type=url] { width: 260px; max-width: 100%; }
button, .button { cursor: pointer; font-weight: 500; display: inline-flex; align-items: center; } button:hover, .button:hover { background: var(--soft); text-decoration: none; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); } .primary:hover { background: color-mix(in oklch, var(--accent) 88%, var(--ink)); }
label.field { display: grid; gap: 4px; font-size: 12px; color: var(--quiet); } form.line { display: flex; gap: 12px; align-items: end; flex-wrap: wrap; }
.panel.faults { padding: 0; } .fault { display: grid; grid-template-columns: minmax(180px, 1fr) auto; gap: 12px; align-items: center; padding: 10px 16px; border-top: 1px solid var(--line); } .fault:first-child { border-top: 0; }
.fault .line input { width: 112px; } .fault .line input.wide { width: 170px; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; margin-bottom: 16px; } .tabs a { padding: 3px 10px; border-radius: 6px; color: var(--quiet); font-size: 13px; } .tabs a:hover { background: var(--soft); color: var(--ink); text-decoration: none; } .tabs a[aria-current] { background: var(--tint); color: var(--ink); font-weight: 500; }
.panel.change, .add { margin: 0 0 16px; } .panel.change h2 small { margin-left: 8px; font-weight: 400; } .panel.change .row { align-items: end; } .apart { margin-top: 12px; } .below { margin-bottom: 12px; }
button.small { height: 26px; font-size: 12px; padding: 0 8px; } .danger { color: var(--bad); } .inline { display: inline-block; margin-left: 8px; } .short { width: 96px; height: 26px; } .grow { flex: 1; min-width: 180px; } .grow input[type=url] { width: 100%; }
td.number form { display: inline-block; } td.payload { max-width: 340px; } td.payload summary { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } pre { font: 12px/1.5 "JetBrains Mono", ui-monospace, "SF Mono", Menlo, monospace; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; margin: 8px 0 0; }
.ticks { columns: 250px; column-gap: 24px; margin: 12px 0; } .tick { display: flex; gap: 8px; align-items: center; font-size: 13px; padding: 2px 0; break-inside: avoid; }
.several { display: none; padding: 0 12px 4px 38px; } fieldset:has([value=several]:checked) .several { display: grid; } .tick.future { display: none; padding-left: 38px; } fieldset:has([value=several]:checked, [value=agency]:checked) .tick.future { display: flex; }
.empty { color: var(--quiet); padding: 16px; font-size: 13px; }
.consent { display: grid; gap: 16px; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); padding: 24px; } fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 8px; }
.choice { display: flex; gap: 10px; align-items: center; border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; } .choice span { display: grid; } .choice:has(:checked) { border-color: var(--accent); background: var(--tint); }
.consent .primary { justify-content: center; height: 36px; } summary { cursor: pointer; font-size: 13px; color: var(--quiet); }
.secret { background: var(--tint); border-radius: 8px; padding: 12px; overflow-wrap: anywhere; user-select: all; }
@media (max-width: 860px) {
  .shell { grid-template-columns: minmax(0, 1fr); } nav { flex-direction: row; height: auto; position: static; border-right: 0; border-bottom: 1px solid var(--line); overflow-x: auto; padding: 8px 12px; }
  nav a { white-space: nowrap; gap: 6px; } .brand, .foot { display: none; } main { padding: 20px 16px 40px; } .split, .fault { grid-template-columns: minmax(0, 1fr); } dl { grid-template-columns: 110px minmax(0, 1fr); } td:has(> .tag) { white-space: nowrap; }
}
`;
