/** Lines that a script wrote. */
export function ScriptLog({ lines }: { lines: readonly string[] }) {
  return (
    <pre
      tabIndex={0}
      aria-label="What the script wrote"
      className="max-h-44 overflow-auto rounded-md border border-line bg-sunken p-2.5 font-mono text-meta leading-5"
    >
      {lines.join("\n")}
    </pre>
  );
}
