/** Pure: paths such as `steps[1].then[0].input.email`, as agents write them and as findings name places. */

/** The names and list places of a path; empty for an empty one. */
export const pathOf = (path: string): (string | number)[] =>
  [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) => (index === undefined ? name! : Number(index)));
