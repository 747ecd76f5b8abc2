import { Problem } from '../../platform/http/problem.js';

export function noSuchDefinition(name: string): Problem {
  return new Problem({
    status: 404,
    code: 'SAGA.DEFINITION_NOT_FOUND',
    detail: `This build has no saga definition "${name}".`,
  });
}
