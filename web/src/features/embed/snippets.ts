import type { EmbedTokenInput } from "#api/schemas.ts";

/** Pure: the code with which a product shows a chart. The key is a variable of the server, and never in the page. */
export function snippets(millrace: string, body: EmbedTokenInput): { server: string; browser: string } {
  return {
    server: `const reply = await fetch("${millrace}/api/v1/embed-tokens", {
  method: "POST",
  headers: { authorization: \`Bearer \${process.env.MILLRACE_API_KEY}\`, "content-type": "application/json" },
  body: JSON.stringify(${JSON.stringify(body)}),
});
const { url } = await reply.json(); // for your page; it can be used for an hour`,
    browser: `<iframe title="Runs per day" src="THE_URL" style="width: 100%; height: 400px; border: 0"></iframe>`,
  };
}
