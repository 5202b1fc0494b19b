/** A moment for people: "30 Nov 2026, 14:22 (Europe/Berlin)". */
export function moment(at: number, zone: string): string {
  return `${new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at)} (${zone})`;
}
