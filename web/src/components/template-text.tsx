import { templatePieces } from "../lib/template.ts";

/** A template with its inserted values as chips. */
export function TemplateText({ template }: { template: string }) {
  return (
    <span className="break-words whitespace-pre-wrap">
      {templatePieces(template).map((piece, index) =>
        piece.kind === "text" ? (
          <bdi key={index}>{piece.text}</bdi>
        ) : (
          <code key={index} className="rounded-sm bg-accent-soft px-1 py-px font-mono text-meta text-accent-ink">
            {piece.text}
          </code>
        ),
      )}
    </span>
  );
}
