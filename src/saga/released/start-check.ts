import { Injectable, type OnModuleInit } from '@nestjs/common';
import { StartupError } from '../../platform/bootstrap/startup-error.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DefinitionRegistry } from '../definition/index.js';
import { findUnknownVersions } from '../store/sql/find-unknown-versions.sql.js';
import { releaseFaults } from './release-faults.js';
import { ReleasedVersions } from './released-versions.js';

/**
 * Keeps a build from starting that would run sagas in another way than they began, or could not run them at all. In
 * every role: an API decides on sagas too, when somebody acts on them.
 */
@Injectable()
export class StartCheck implements OnModuleInit {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly definitions: DefinitionRegistry,
    private readonly released: ReleasedVersions,
  ) {}

  /** @throws StartupError in one line */
  async onModuleInit(): Promise<void> {
    const changed = releaseFaults(this.definitions.all(), this.released).filter(
      ({ kind }) => kind !== 'missing',
    );
    if (changed.length > 0) refuse(changed.map(({ text }) => text));
    const unknown = await this.unitOfWork.query<{ definition: string; version: number; count: number }>(
      findUnknownVersions,
      [this.definitions.all().map(({ name }) => name), this.definitions.all().map(({ version }) => version)],
    );
    if (unknown.length > 0) {
      refuse(
        unknown.map(({ definition, version, count }) => {
          const sagas = count === 1 ? '1 saga in flight needs' : `${count} sagas in flight need`;
          return `${sagas} ${definition} v${version}, which this build does not have: start a build that has it.`;
        }),
      );
    }
  }
}

function refuse(reasons: readonly string[]): never {
  throw new StartupError(reasons.join(' '));
}
