/** What a build knows, as statements take it: one array of names and one of versions, in the same order. */
export function namesAndVersions(
  known: readonly { readonly name: string; readonly version: number }[],
): [string[], number[]] {
  return [known.map(({ name }) => name), known.map(({ version }) => version)];
}
