import { Injectable } from '@nestjs/common';
import {
  DefinitionRegistry,
  describeDefinition,
  diffDefinitions,
  type DefinitionDiff,
  type Description,
} from '../definition/index.js';
import { ReleasedVersions } from '../released/released-versions.js';
import { definitionNeverKnown } from './saga-problems.js';

/** Compares versions of this build with each other, and with released ones whose code is gone. */
@Injectable()
export class DefinitionDiffs {
  constructor(
    private readonly definitions: DefinitionRegistry,
    private readonly released: ReleasedVersions,
  ) {}

  /** @throws Problem 404 `SAGA.DEFINITION_NOT_FOUND` for a version that this build does not know of */
  between(name: string, from: number, to: number): DefinitionDiff {
    return diffDefinitions(this.described(name, from), this.described(name, to));
  }

  private described(name: string, version: number): Description {
    const definition = this.definitions.find(name, version);
    if (definition) return describeDefinition(definition);
    const released = this.released.find(name, version);
    if (!released) throw definitionNeverKnown(name, version);
    return released.description;
  }
}
