import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { seeds, targets } from './boundary-seeds.js';

const root = join(import.meta.dirname, '../..');

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

/** Runs the same command as `npm run boundaries`, on any tree. */
async function violationsOf(tree: string): Promise<Violation[]> {
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    depcruise,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'src',
    'migrations',
  ];
  const json = await new Promise<string>((resolve, reject) => {
    const env = { PATH: process.env.PATH };
    const done = (error: Error | null, stdout: string) =>
      stdout ? resolve(stdout) : reject(error ?? new Error('dependency-cruiser printed nothing'));
    execFile(process.execPath, args, { cwd: tree, env, maxBuffer: 256 * 2 ** 20 }, done);
  });
  return (JSON.parse(json) as { summary: { violations: Violation[] } }).summary.violations;
}

/** A tree of its own with our real configuration, in which every seed breaks its rule twice: by value and by type. */
async function plantSeeds(): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'boundaries-'));
  for (const file of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) {
    await copyFile(join(root, file), join(tree, file));
  }
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  };
  for (const target of targets) await write(target, 'export type Thing = string;\nexport const Thing = 1;\n');
  for (const { from, imports } of seeds) {
    const plant = (path: string, text: (source: string) => string) =>
      write(`${path}.ts`, text(imports.replace('{self}', basename(path))));
    await plant(from, (source) => `import { Thing } from '${source}';\nexport const used = Thing;\n`);
    await plant(
      `${from}.by-type`,
      (source) => `import type { Thing } from '${source}';\nexport type Used = Thing;\n`,
    );
  }
  return tree;
}

describe('the boundaries', () => {
  let tree: string;
  let found: Set<string>;

  beforeAll(async () => {
    tree = await plantSeeds();
    found = new Set((await violationsOf(tree)).map(({ rule, from }) => `${rule.name}: ${from}`));
  }, 60_000);

  afterAll(() => rm(tree, { recursive: true, force: true }));

  it('hold in the real tree', async () => {
    expect(await violationsOf(root)).toEqual([]);
  }, 60_000);

  it.each(seeds.filter(({ breaks }) => breaks))(
    '$breaks is broken by $from importing $imports',
    ({ breaks, from }) => {
      expect(found).toContain(`${breaks}: ${from}.ts`);
    },
  );

  it.each(seeds.filter(({ breaks, typesAllowed }) => breaks && !typesAllowed))(
    '$breaks is broken by $from importing only a type of $imports',
    ({ breaks, from }) => {
      expect(found).toContain(`${breaks}: ${from}.by-type.ts`);
    },
  );

  it.each(seeds.filter(({ breaks }) => !breaks))('$from may import $imports', ({ from }) => {
    expect([...found].filter((violation) => violation.includes(`: ${from}.`))).toEqual([]);
  });

  it('have a seeded violation for every rule', async () => {
    const config = (await import(join(root, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: { name: string }[] };
    };
    const seeded = new Set(seeds.map(({ breaks }) => breaks));
    expect(config.default.forbidden.map(({ name }) => name).filter((name) => !seeded.has(name))).toEqual([]);
  });
});
