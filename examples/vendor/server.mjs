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
    const { works, connection } = await Millrace.connect(url);
    show(works ? "Connected as " + connection : "Saved as " + connection + ", and not seen to work yet");
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
  const reply = await fetch(`${millrace}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.text() };
}

/** The link by which the customer connects. */
const connectLink = ({ app, like, ...server }, origin) =>
  ask(server, "/connect-links", { app, like, title: "Customer 42", returnTo: `${origin}/` });

/** The address of a chart, which this origin's pages may show for an hour. */
const chart = (server, origin) => ask(server, "/embed-tokens", { chart: "runs", days: 30, zone: "Europe/Paris", origin });

/** The vendor's server: `millrace` is the address of Millrace, `app` what its customers connect, `like` the vendor's own connection to it. */
export function createVendor(settings) {
  return createServer((request, reply) => {
    const origin = `http://${request.headers.host}`;
    const send = (status, type, body) => reply.writeHead(status, { "content-type": `${type}; charset=utf-8` }).end(body);
    const pass = (answer) =>
      void answer.then(
        ({ status, body }) => send(status, "application/json", body),
        () => send(502, "application/json", JSON.stringify({ error: { message: "Millrace did not answer" } })),
      );
    if (request.method === "POST" && request.url === "/connect-link") return pass(connectLink(settings, origin));
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
