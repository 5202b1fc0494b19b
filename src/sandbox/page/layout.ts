import { html, Markup } from "./html.ts";

const sections = [
  ["/", "Contacts"],
  ["/ui/records", "Records"],
  ["/ui/webhooks", "Webhooks"],
  ["/ui/requests", "Requests"],
  ["/ui/faults", "Faults"],
  ["/ui/sightmill", "SightMill"],
  ["/ui/flocksy", "Flocksy"],
  ["/ui/your-app", "Your App"],
  ["/ui/connect", "Connect"],
] as const;

/** A page with the rail on its left. `at` is the section it belongs to. */
export const page = (title: string, at: (typeof sections)[number][0], content: Markup, faultsOn = 0): Markup =>
  document(
    title,
    html` <div class="shell">
      <nav aria-label="Sandbox">
        <p class="brand"><span class="mark" aria-hidden="true"></span>Millrace sandbox</p>
        ${sections.map(([path, name]) => html`<a href="${path}" ${path === at && html`aria-current="page"`}>${name}${path === "/ui/faults" && faultsOn > 0 && html` <span class="count">${faultsOn}</span>`}</a>`)}
        <p class="foot">A pretend HighLevel, SightMill, Flocksy and an app of yours, on this machine. No real account is touched.</p>
      </nav>
      <main>${content}</main>
    </div>`,
  );

/** A page with nothing around it. */
export const bare = (title: string, content: Markup): Markup => document(title, html`<main class="alone">${content}</main>`);

const document = (title: string, body: Markup): Markup =>
  html`${new Markup("<!doctype html>")}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Millrace sandbox</title>
        <link rel="stylesheet" href="/ui/style.css" />
      </head>
      <body>
        ${body}
      </body>
    </html>`;

/** When something was, exact to the minute, in UTC. */
export const when = (ms: number): Markup =>
  html`<time datetime="${new Date(ms).toISOString()}">${new Date(ms).toISOString().slice(0, 16).replace("T", " ")}</time>`;

/** A state in words with a shape of its own, never by colour alone. */
export const badge = (kind: "good" | "bad" | "warn" | "plain", text: string): Markup => html`<span class="badge ${kind}">${text}</span>`;

export const empty = (sentence: string): Markup => html`<p class="empty">${sentence}</p>`;
