/** A ready command that posts an event to a hook. Safe to paste: the body is one quoted word for the shell. */
export function curlOf(url: string, payload: unknown): string {
  return `curl -X POST ${quoted(url)} -H 'content-type: application/json' -d ${quoted(JSON.stringify(payload))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
