import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { validationProblem } from '../problem.js';
import { parseWith } from './parse-with.js';

/**
 * Checks every parameter of a route that names a schema (`@Body({ schema })`, `@Query({ schema })`,
 * `@Param('id', { schema })`) and hands the parsed value on. Nest's own pipe would remove `__proto__` in silence
 * and report one text for all.
 * @throws Problem 400 `HTTP.VALIDATION` with every violation of that parameter.
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  async transform(value: unknown, { schema, type, data }: ArgumentMetadata): Promise<unknown> {
    if (!schema || type === 'custom') return value;
    const parsed = await parseWith(schema, value, data === undefined ? [] : [data]);
    if ('violations' in parsed) throw validationProblem(parsed.violations);
    return parsed.value;
  }
}
