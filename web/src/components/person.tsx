/** Who a run is about. Names follow their own direction; an address always reads from left to right. */
export function Person({ name, none = "No person" }: { name: string | null; none?: string }) {
  if (name === null) return <span className="font-normal text-ink-3">{none}</span>;
  return <bdi dir={name.includes("@") || /^\+?[\d ()-]+$/.test(name) ? "ltr" : "auto"}>{name}</bdi>;
}
