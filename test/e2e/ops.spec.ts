import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AlertRule, readAlertRules } from '../support/alert-rules.js';
import { readMetricsPage, type MetricsPage } from '../support/metrics-page.js';
import { Shop } from './shop.js';

const root = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFile(join(root, path), 'utf8');

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}

const notNames =
  /^(sum|max|min|avg|count|by|without|on|ignoring|group_left|group_right|and|or|unless|time|bool)$/;

/** The metrics that an expression reads, each with the labels it says that they have. */
function readBy(expr: string): { readonly metric: string; readonly labels: readonly string[] }[] {
  const labels = [...expr.matchAll(/\b(?:by|without|on|group_right|group_left)\s*\(([^)]*)\)/g)].flatMap(
    ([, list = '']) =>
      list
        .split(',')
        .map((label) => label.trim())
        .filter(Boolean),
  );
  const bare = expr
    .replaceAll(/\b(?:by|without|on|group_right|group_left)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?/g)].flatMap(
    ([, name = '', matchers = '', call]) => {
      if (call !== undefined || notNames.test(name)) return [];
      const matched = [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!);
      return [{ metric: name, labels: [...labels, ...matched] }];
    },
  );
}

describe('What is shipped for operators', () => {
  let shop: Shop;
  let page: MetricsPage;
  let rules: readonly AlertRule[];
  let panels: readonly string[];

  beforeAll(async () => {
    rules = await readAlertRules();
    const dashboard = JSON.parse(await textOf('ops/grafana/dashboards/order-saga.json')) as Dashboard;
    panels = dashboard.panels.flatMap(({ targets = [] }) =>
      targets.map(({ expr }) => expr.replaceAll(/"?\$\w+"?/g, '"any"')),
    );
    shop = await Shop.open();
    // So that most metrics have samples, and with them labels.
    await shop.settle();
    await shop.settle({ paymentMethod: 'pm_card_declined' });
    await shop.setFaults({ carrier: 'down' });
    await shop.place();
    page = await shop.until(async () => {
      const { body } = await shop.client.get<string>('/metrics');
      expect(body).toMatch(/^saga_attention\{/m);
      expect(body).toMatch(/^saga_dependency_state\{/m);
      expect(body).toMatch(/^saga_rejections_total\{/m);
      expect(body).toMatch(/^saga_money_at_risk_minor_units\{/m);
      return readMetricsPage(body);
    });
  }, 120_000);
  afterAll(() => shop.close());

  /** What an expression reads and nothing shows. */
  const unknownIn = (expr: string) =>
    readBy(expr).flatMap(({ metric, labels }) => {
      if (rules.some(({ name }) => name === metric)) return [];
      const base = page.metrics.get(metric) ? metric : metric.replace(/_(bucket|sum|count)$/, '');
      const known = page.metrics.get(base);
      if (!known) return [metric];
      if (known.labels.size === 0) return [];
      return labels
        .filter((label) => !known.labels.has(label) && !['instance', 'job'].includes(label))
        .map((label) => `${metric}{${label}}`);
    });

  it('reads metrics and labels that exist', () => {
    expect(rules.length).toBeGreaterThan(15);
    expect(panels.length).toBeGreaterThan(20);
    const unknown = [...rules.map(({ expr }) => expr), ...panels].flatMap((expr) =>
      unknownIn(expr).map((what) => `${what} in ${expr}`),
    );
    expect(unknown).toEqual([]);
  });

  it('would not overlook one that does not', () => {
    expect(unknownIn('sum by (definition) (rate(saga_startet_total[5m])) > 0')).toEqual([
      'saga_startet_total',
    ]);
    expect(unknownIn('saga_started_total{step="x"} and on (definition) saga_duration_seconds_count')).toEqual(
      ['saga_started_total{step}'],
    );
  });

  it('says for each alert what is to be done', async () => {
    for (const { name, runbook } of rules) {
      if (runbook === null) continue;
      const [path = '', anchor] = runbook.split('#');
      expect(runbook).toBe(`docs/operating/alerts.md#${name.toLowerCase()}`);
      const headings = [...(await textOf(path)).matchAll(/^## (.+)$/gm)].map(([, title]) =>
        title?.toLowerCase(),
      );
      expect(headings).toContain(anchor);
    }
  });

  it('describes each metric of ours, and no other', async () => {
    const [text = ''] = (await textOf('docs/operating/signals.md')).split('\n## Log\n');
    const described = [...text.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name!);
    const ours = [...page.metrics.keys()].filter((name) => !/^(process|nodejs)_/.test(name));
    expect(described.toSorted()).toEqual(ours.toSorted());
  });
});
