/** Which version of a definition new sagas get while its rollout says nothing. A class, so that it is its own injection token. */
export class DefaultVersions {
  constructor(private readonly byName: Readonly<Record<string, number>>) {}

  /** Null for a definition without a default. */
  find(name: string): number | null {
    return this.byName[name] ?? null;
  }

  /** @throws Error for a definition without a default */
  of(name: string): number {
    const version = this.byName[name];
    if (version === undefined)
      throw new Error(`There is no default version of the saga definition "${name}".`);
    return version;
  }
}
