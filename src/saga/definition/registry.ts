import type { SagaDefinition } from './types.js';

/** All definitions this build knows, by name and version. */
export class DefinitionRegistry {
  private readonly byKey = new Map<string, SagaDefinition>();

  /** @throws Error when a version is registered twice. */
  constructor(definitions: readonly SagaDefinition[]) {
    for (const definition of definitions) {
      const key = keyOf(definition.name, definition.version);
      if (this.byKey.has(key)) throw new Error(`Saga definition ${key} is registered twice.`);
      this.byKey.set(key, definition);
    }
  }

  all(): SagaDefinition[] {
    return [...this.byKey.values()];
  }

  /** Null when this build does not know the version. */
  find(name: string, version: number): SagaDefinition | null {
    return this.byKey.get(keyOf(name, version)) ?? null;
  }

  /** @throws Error when this build does not know the version. */
  get(name: string, version: number): SagaDefinition {
    const found = this.find(name, version);
    if (!found) throw new Error(`This build has no saga definition ${keyOf(name, version)}.`);
    return found;
  }

  /** The versions of a definition, ascending. */
  versions(name: string): number[] {
    return this.all()
      .filter((definition) => definition.name === name)
      .map((definition) => definition.version)
      .sort((a, b) => a - b);
  }
}

function keyOf(name: string, version: number): string {
  return `${name} v${version}`;
}
