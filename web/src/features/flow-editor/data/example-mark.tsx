/** Stands beside a value that no event and no call has given. */
export const ExampleMark = () => <span className="shrink-0 rounded-sm bg-warning-soft px-1 text-meta text-warning">example</span>;
