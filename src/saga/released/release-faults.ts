import {
  describeDefinition,
  diffDefinitions,
  fingerprint,
  fingerprintOf,
  type SagaDefinition,
} from '../definition/index.js';
import type { ReleasedVersions } from './released-versions.js';

/** A definition that is not as it was released. */
export interface ReleaseFault {
  /**
   * - `differs`: the code does something else now. No process runs it.
   * - `missing`: the code does not have it any more. That is no harm as long as no saga needs it.
   * - `edited`: the list of released versions has been edited.
   */
  readonly kind: 'differs' | 'missing' | 'edited';
  readonly name: string;
  readonly version: number;
  /** What is wrong and what to do, in one line. */
  readonly text: string;
  /** What differs, a line each; empty where there is nothing to compare. */
  readonly differences: readonly string[];
}

const guide = 'docs/operating/changing-a-saga.md';

/** Compares what this build has with what was released. A version that was not released yet may be anything. */
export function releaseFaults(
  definitions: readonly SagaDefinition[],
  released: ReleasedVersions,
): ReleaseFault[] {
  return released.all().flatMap(({ name, version, description, removedOn, ...one }): ReleaseFault[] => {
    const label = `${name} v${version}`;
    if (fingerprintOf(description) !== one.fingerprint) {
      const text = `${label}: its entry in sagas.released.json has been edited; put back what was released.`;
      return [{ kind: 'edited', name, version, text, differences: [] }];
    }
    const now = definitions.find((each) => each.name === name && each.version === version);
    if (!now) {
      if (removedOn !== undefined) return [];
      const text =
        `${label} is released and not in the code: put it back. When no saga uses it any more, take it out ` +
        `with \`npm run sagas:remove -- ${name} ${version}\`; see ${guide}.`;
      return [{ kind: 'missing', name, version, text, differences: [] }];
    }
    if (fingerprint(now) === one.fingerprint) return [];
    const [, ...differences] = diffDefinitions(description, describeDefinition(now)).text.split('\n');
    const text = `${label} is released and has been changed: put it back, and give the change a version of its own; see ${guide}.`;
    return [{ kind: 'differs', name, version, text, differences }];
  });
}
