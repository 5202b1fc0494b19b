/** The mark and the name. */
export function Wordmark() {
  return (
    <span className="flex items-center gap-2 text-body font-semibold tracking-[-0.01em] text-ink">
      <svg aria-hidden viewBox="0 0 20 20" className="size-5 shrink-0">
        <rect width="20" height="20" rx="5" fill="var(--accent)" />
        <g fill="none" stroke="var(--on-accent)" strokeWidth="1.7" strokeLinecap="round">
          <path d="M4 7.4c2-1.900 4-1.900 6 0s4 1.900 6 0" />
          <path d="M4 12.800c2-1.900 4-1.900 6 0s4 1.900 6 0" opacity="0.65" />
        </g>
      </svg>
      Millrace
    </span>
  );
}
