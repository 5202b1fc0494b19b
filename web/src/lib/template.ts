export type TemplatePiece = { kind: "text" | "value"; text: string };

/** A template's pieces: `Call {{ trigger.name | capitalize }}` is text, then a value. */
export function templatePieces(template: string): TemplatePiece[] {
  return template
    .split(/(\{\{.*?\}\})/s)
    .filter((part) => part !== "")
    .map((part) => (/^\{\{.*\}\}$/s.test(part) ? { kind: "value", text: part.slice(2, -2).trim() } : { kind: "text", text: part }));
}
