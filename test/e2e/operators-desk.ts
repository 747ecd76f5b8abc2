import { eventually } from '../support/eventually.js';
import { type MetricsPage, readMetricsPage } from '../support/metrics-page.js';
import type { Dependency, FailureGroup, Job, JobItem, Page } from './contract.js';
import type { Shop } from './shop.js';

/** What Prometheus would find in the rules that are shipped, as far as one page tells it; `for` left aside. */
export const conditions: Readonly<Record<string, { expr: string; holds: (page: MetricsPage) => boolean }>> = {
  BreakerOpen: {
    expr: 'max by (dependency) (saga_dependency_state{state=~"open|half-open"}) == 1',
    holds: ({ samples }) =>
      samples.some(
        ({ name, labels, value }) =>
          name === 'saga_dependency_state' && /^(open|half-open)$/.test(labels.state!) && value === 1,
      ),
  },
  SagasParked: {
    expr: 'max by (definition, version, step, code) (saga_attention{status="parked"}) > 0',
    holds: ({ sum }) => sum('saga_attention', { status: 'parked' }) > 0,
  },
  MoneyAtRisk: {
    expr: 'sum by (currency) (max by (definition, version, currency) (saga_money_at_risk_minor_units)) > 1000000',
    // All in one currency.
    holds: ({ sum }) => sum('saga_money_at_risk_minor_units') > 1_000_000,
  },
  CompensationParked: {
    expr: 'sum by (definition, version, step) (increase(saga_parked_total{role="compensation"}[1h])) > 0',
    // All within the hour: the counter began at nothing.
    holds: ({ sum }) => sum('saga_parked_total', { role: 'compensation' }) > 0,
  },
};

/** What operators see and do during an incident, over HTTP only. */
export class OperatorsDesk {
  constructor(private readonly shop: Shop) {}

  see<Body>(path: string): Promise<Body> {
    return this.shop.succeed(this.shop.operator.get<Body>(`/v1/admin/${path}`));
  }

  act<Body>(path: string, body: object = {}): Promise<Body> {
    return this.shop.succeed(
      this.shop.operator.post<Body>(`/v1/admin/${path}`, { reason: 'It is back.', ...body }),
    );
  }

  async metrics(): Promise<MetricsPage> {
    return readMetricsPage((await this.shop.client.get<string>('/metrics', { key: null })).body);
  }

  /** The alerts whose conditions hold. */
  async alerts(): Promise<string[]> {
    const page = await this.metrics();
    return Object.keys(conditions).filter((name) => conditions[name]!.holds(page));
  }

  async failures(): Promise<FailureGroup[]> {
    return (await this.see<{ items: FailureGroup[] }>('failures')).items;
  }

  async dependency(wanted: string): Promise<Dependency> {
    const { items } = await this.see<Page<Dependency>>('dependencies');
    return items.find(({ name }) => name === wanted)!;
  }

  async parked(): Promise<number> {
    return (await this.see<Page<unknown>>('sagas?status=parked')).items.length;
  }

  /** Orders an action on many, and waits for its end. */
  async bulk(asked: object): Promise<Job> {
    const { id } = await this.act<Job>('sagas/bulk', asked);
    return this.shop.until(async () => {
      const job = await this.see<Job>(`jobs/${id}?limit=1`);
      expect(job.status).not.toBe('running');
      return job;
    });
  }

  results({ id }: Job): Promise<JobItem[]> {
    return this.shop.all<JobItem>(`/v1/admin/jobs/${id}`);
  }

  /** Lets back-off pass by the database's clock until `probe` holds; in between sagas get to their next attempts. */
  afterBackOff<T>(byMs: number, probe: () => Promise<T>): Promise<T> {
    return eventually(
      async () => {
        try {
          return await probe();
        } catch (error) {
          await this.shop.clock.advance(byMs);
          throw error;
        }
      },
      { within: 60_000, every: 300 },
    );
  }

  /** @param atLeast entries that must be sealed by then */
  async auditIsIntact(atLeast: number): Promise<void> {
    await this.shop.until(async () => {
      const chain = await this.see<{ sealed: number }>('audit/verify');
      expect(chain).toMatchObject({ intact: true, fault: null, unsealed: 0 });
      expect(chain.sealed).toBeGreaterThanOrEqual(atLeast);
    });
  }

  async booksAreClean(): Promise<void> {
    const check = this.shop.operator.post<{ violations: unknown[] }>('/v1/admin/invariants/check');
    expect((await this.shop.succeed(check)).violations).toEqual([]);
  }
}
