import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Problem } from '../../platform/http/problem.js';
import type { Glance } from './audit-entry.entity.js';
import { violationsOf } from '../../platform/http/validation/violations.js';
import type { ResultRefused } from '../engine/stimulus.js';

export function sagaNotFound(id: string): Problem {
  return new Problem({ status: 404, code: 'SAGA.NOT_FOUND', detail: `There is no saga ${id}.` });
}

export function dependencyNotFound(name: string): Problem {
  return new Problem({
    status: 404,
    code: 'SAGA.DEPENDENCY_NOT_FOUND',
    detail: `No saga definition names a dependency "${name}".`,
  });
}

/** The action does not apply to what it is about as that is; the answer says how it is. */
export function doesNotApply(code: string, detail: string, now: Glance): Problem {
  return new Problem({ status: 409, code, detail, details: { ...now } });
}

/** What the saga has done is no valid beginning of the version that it was to move to: the answer says from where on. */
export function hasDiverged(detail: string, step: string | null, now: Glance): Problem {
  return new Problem({ status: 409, code: 'SAGA.DIVERGED', detail, details: { ...now, step } });
}

/** The result that was given is none that the step can have; the answer says where. */
export function resultDoesNotFit({ code, message, faults }: ResultRefused, result: unknown): Problem {
  const { issues = [] } = (faults ?? {}) as { issues?: readonly StandardSchemaV1.Issue[] };
  const errors = violationsOf(issues, result, ['result']);
  return new Problem({
    status: 422,
    code,
    detail: message,
    errors: errors.length > 0 ? errors : [{ pointer: '/result', code, detail: message }],
  });
}

/** Nothing is decided about a saga by a build that does not know its definition; one that does will. */
export function definitionUnknown(name: string, version: number): Problem {
  return new Problem({
    status: 409,
    code: 'SAGA.DEFINITION_UNKNOWN',
    detail: `This process runs a build that has no saga definition ${name} v${version}. Ask one that has it.`,
    details: { definition: name, version },
  });
}

/** Neither in this build nor ever released. */
export function definitionNeverKnown(name: string, version: number): Problem {
  return new Problem({
    status: 404,
    code: 'SAGA.DEFINITION_NOT_FOUND',
    detail: `This build knows no saga definition ${name} v${version}, and none was released.`,
  });
}

export function definitionNotFound(name: string, version: number, inFlight: number): Problem {
  return new Problem({
    status: 404,
    code: 'SAGA.DEFINITION_NOT_FOUND',
    detail: `This build has no saga definition ${name} v${version}.`,
    details: { inFlight },
  });
}
