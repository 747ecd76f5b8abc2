import { z } from 'zod';
import { defineSaga } from './builder.js';
import { DefinitionRegistry } from './registry.js';

const version = (name: string, number: number) => defineSaga(name, number, z.object({})).build();

describe('the registry of definitions', () => {
  const registry = new DefinitionRegistry([version('a', 10), version('a', 9), version('b', 1)]);

  it('knows each version of each definition, the versions in their numbers’ order', () => {
    expect(registry.versions('a')).toEqual([9, 10]);
    expect(registry.get('a', 9)).toMatchObject({ name: 'a', version: 9 });
    expect(registry.all()).toHaveLength(3);
  });

  it('says which version it does not have', () => {
    expect(registry.find('b', 2)).toBeNull();
    expect(() => registry.get('b', 2)).toThrow('b v2');
    expect(registry.versions('c')).toEqual([]);
  });

  it('refuses the same version twice', () => {
    expect(() => new DefinitionRegistry([version('a', 1), version('a', 1)])).toThrow(
      'a v1 is registered twice',
    );
  });
});
