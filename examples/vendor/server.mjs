// A vendor's product in one file: its customers connect their own accounts to Millrace from its page, and see a chart there. What it shows is in docs/embed.md.
//
//   MILLRACE_URL=http://127.0.0.1:4400 MILLRACE_API_KEY=… LIKE=agency-login node examples/vendor/server.mjs
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const page = (millrace) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A vendor's product</title></head>
<body>
<main>
<h1>Integrations</h1>
<p><button id="connect">Connect your account</button></p>
<p id="result" role="status"></p>
<h2>Activity</h2>
<div id="chart"></div>
</main>
<script src="${millrace}/embed/connect.js"></script>
<script src="/page.js"></script>
</body></html>
`;

const script = `document.getElementById("connect").addEventListener("click", async () => {
  const show = (text) => (document.getElementById("result").textContent = text);
  try {
    const { url, error } = await (await fetch("/connect-link", { method: "POST" })).json();
    if (error) return show(error.message);
    await Millrace.connect(url);
    const { connection } = await (await fetch("/connected")).json(); // what the page heard is a hint; the server knows
    if (!connection) return show("Nothing is connected yet.");
    const { works, name } = connection;
    show(works ? "Connected as " + name : "Saved as " + name + ", and not seen to work yet");
  } catch (error) {
    show(error.message);
  }
});
fetch("/chart").then((reply) => reply.json()).then(({ url, error }) => {
  const place = document.getElementById("chart");
  if (!url) return place.append(error.message);
  const frame = document.createElement("iframe");
  Object.assign(frame, { title: "Runs per day", src: url, height: 400 });
  frame.style = "width: 100%; border: 0";
  place.append(frame);
});
`;

/** Asks Millrace for something. The API key stays on the server. */
async function ask({ millrace, apiKey }, path, body) {
  const authorization = `Bearer ${apiKey}`;
  const post = { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(`${millrace}/api/v1${path}`, body === undefined ? { headers: { authorization } } : post);
  return { status: reply.status, body: await reply.text() };
}

/** The ids of the links, by customer. A real product keeps them in its database. */
const linkIds = new Map();

/** The link by which a customer connects. Its id stays here, and so does which customer it is for. */
async function connectLink({ app, like, ...server }, origin, customer) {
  const wish = { app, like, title: `Customer ${customer}`, reference: customer, returnTo: `${origin}/` };
  const { status, body } = await ask(server, "/connect-links", wish);
  const { id, url, error } = JSON.parse(body);
  if (id) linkIds.set(customer, id);
  return { status, body: JSON.stringify({ url, error }) };
}

/** What the customer's own link made. */
const connected = async (server, customer) =>
  linkIds.has(customer) ? ask(server, `/connect-links/${linkIds.get(customer)}`) : { status: 200, body: "{}" };

/** The address of a chart, which this origin's pages may show for an hour. */
const chart = (server, origin) => ask(server, "/embed-tokens", { chart: "runs", days: 30, zone: "Europe/Paris", origin });

/** The vendor's server: `millrace` is the address of Millrace, `app` what its customers connect, `like` the vendor's own connection to it. */
export function createVendor(settings) {
  return createServer((request, reply) => {
    const origin = `http://${request.headers.host}`;
    const customer = "42"; // whoever is signed in
    const send = (status, type, body) => reply.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
    const pass = (answer) =>
      void answer.then(
        ({ status, body }) => send(status, "application/json", body),
        () => send(502, "application/json", JSON.stringify({ error: { message: "Millrace did not answer" } })),
      );
    if (request.method === "POST" && request.url === "/connect-link") return pass(connectLink(settings, origin, customer));
    if (request.url === "/connected") return pass(connected(settings, customer));
    if (request.url === "/chart") return pass(chart(settings, origin));
    if (request.url === "/page.js") return send(200, "text/javascript", script);
    return send(200, "text/html", page(settings.millrace));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { MILLRACE_URL: millrace = "http://127.0.0.1:4400", MILLRACE_API_KEY: apiKey, APP: app = "highlevel", LIKE: like } = process.env;
  createVendor({ millrace, apiKey, app, like }).listen(4500, "127.0.0.1", () =>
    process.stdout.write("The vendor's page is at http://127.0.0.1:4500\n"),
  );
}
