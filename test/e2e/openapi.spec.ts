import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { signWebhook } from '../support/sign-webhook.js';
import type { Order } from './contract.js';
import {
  type DocumentedRequest,
  documentedRequests,
  type OpenApiDocument,
  type Schema,
} from './openapi-document.js';
import { Shop } from './shop.js';

const FILE = join(import.meta.dirname, '../../openapi.json');

describe('the OpenAPI document', () => {
  let shop: Shop;
  let document: OpenApiDocument;
  beforeAll(async () => {
    // Every order waits for a person, so that there is time to do with it what the examples do.
    shop = await Shop.open({ REVIEW_ABOVE: '0', SECOND_PERSON_ABOVE: '1', WEBHOOK_SECRET: 'whsec' });
    document = (await shop.client.get<OpenApiDocument>('/docs-json', { key: null })).body;
  }, 60_000);
  afterAll(() => shop.close());

  it('is the one that is checked in (npm run openapi:write)', async () => {
    expect(document).toEqual(JSON.parse(await readFile(FILE, 'utf8')));
  });

  it('is shown by Swagger UI, with all that the page needs', async () => {
    const page = await fetch(`${shop.url}/docs`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('<title>Orders API</title>');
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(assets.length).toBeGreaterThan(2);
    for (const path of assets) {
      const asset = await fetch(new URL(path, page.url));
      expect({ path, status: asset.status }).toEqual({ path, status: 200 });
      // Nothing is fetched from elsewhere, so that it works without the internet.
      expect(new URL(asset.url).origin).toBe(shop.url);
    }
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  describe('its examples run as they are pasted', () => {
    const waitingOrder = async (): Promise<Order> => {
      const { id } = await shop.place();
      return shop.until(async () => {
        const order = await shop.order(id);
        expect(order.fulfillment.status).toBe('waiting');
        return order;
      });
    };
    const approve = ({ id }: Order) => shop.operator.post(`/v1/orders/${id}/approve`, { reason: 'Good.' });
    const sagaOf = async (order: Order) => ({ parameters: { id: (await shop.saga(order.id)).id } });

    /** Takes a second for each order that waits. */
    const job = async () => {
      const body = { action: 'pause', filter: { status: 'waiting' }, reason: 'Lunch.', ratePerSecond: 1 };
      return shop.succeed(shop.operator.post<{ id: string }>('/v1/admin/sagas/bulk', body));
    };

    /** An override that waits for another supervisor. */
    const askedFor = async () => {
      // Something that has cost money, and cannot be shipped.
      await shop.setFaults({ payments: 'up', carrier: 'down' });
      const order = await waitingOrder();
      await approve(order);
      const { parameters } = await sagaOf(order);
      const asker = shop.operator.as('demo-supervisor-2');
      const asked = await shop.until(async () => {
        const path = `/v1/admin/sagas/${parameters.id}/terminate`;
        const answer = await asker.post<{ approvalId?: string }>(path, { reason: 'Lost.' });
        expect(answer.status).toBe(202);
        return answer.body;
      });
      return { parameters: { id: asked.approvalId } };
    };

    /** What must be there before a request makes sense; its example of an id stands for the id of that. */
    const preparations: Readonly<
      Record<string, () => Promise<{ parameters?: object; headers?: Record<string, string> }>>
    > = {
      'GET /v1/orders/{id}': async () => ({ parameters: await shop.place() }),
      'GET /v1/orders/{id}/timeline': async () => ({ parameters: await shop.place() }),
      'GET /v1/orders/{id}/events': async () => ({ parameters: await shop.place() }),
      'PATCH /v1/orders/{id}': async () => {
        const order = await waitingOrder();
        return { parameters: order, headers: { 'If-Match': `"${order.version}"` } };
      },
      'POST /v1/orders/{id}/cancel': async () => ({ parameters: await waitingOrder() }),
      'POST /v1/orders/{id}/approve': async () => ({ parameters: await waitingOrder() }),
      'POST /v1/orders/{id}/decline': async () => ({ parameters: await waitingOrder() }),
      'GET /v1/admin/sagas/{id}': async () => sagaOf(await waitingOrder()),
      'GET /v1/admin/sagas/{id}/journal': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/compensate': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/move': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/skip': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/terminate': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/pause': async () => sagaOf(await waitingOrder()),
      'POST /v1/admin/sagas/{id}/resume': async () => {
        const saga = await sagaOf(await waitingOrder());
        await shop.operator.post(`/v1/admin/sagas/${saga.parameters.id}/pause`, { reason: 'Lunch.' });
        return saga;
      },
      'POST /v1/admin/approvals/{id}/approve': askedFor,
      'POST /v1/admin/approvals/{id}/decline': askedFor,
      'GET /v1/admin/jobs/{id}': async () => ({ parameters: await job() }),
      'POST /v1/admin/jobs/{id}/cancel': async () => {
        for (let n = 0; n < 5; n++) await waitingOrder();
        return { parameters: await job() };
      },
      'POST /v1/admin/sagas/{id}/retry': async () => {
        await shop.setFaults({ payments: 'down' });
        const order = await waitingOrder();
        await approve(order);
        await shop.until(async () => expect((await shop.saga(order.id)).cause).not.toBeNull());
        return sagaOf(order);
      },
    };

    /** Sends what the document shows, as somebody with a role that it names. */
    const send = async (request: DocumentedRequest) => {
      const { method, path, roles, body } = request;
      const { parameters = {}, headers = {} } = (await preparations[request.name]?.()) ?? {};
      const values = { ...request.parameters, ...parameters };
      const text = body === undefined ? undefined : JSON.stringify(body);
      const [role] = roles;
      const hangUp = new AbortController();
      const response = await fetch(
        shop.url + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(Reflect.get(values, name))),
        {
          method,
          headers: {
            ...request.headers,
            ...headers,
            ...(text === undefined ? {} : { 'content-type': 'application/json' }),
            ...(role === 'public'
              ? signWebhook('whsec', text ?? '')
              : { authorization: `Bearer demo-${role}` }),
          },
          ...(text === undefined ? {} : { body: text }),
          signal: hangUp.signal,
        },
      );
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      const answer: unknown = isJson ? await response.json() : null;
      if (!isJson) hangUp.abort(); // A stream would go on.
      return { status: response.status, answer };
    };

    it('every one, and the answers are as the document says', async () => {
      const requests = documentedRequests(document);
      expect(requests.length).toBeGreaterThan(30);
      for (const request of requests) {
        const { status, answer } = await send(request);
        if (status < 200 || status > 299)
          throw new Error(`${request.name}: ${JSON.stringify({ status, answer })}`);
        const schema = request.answerSchema(status);
        const faults = schema ? faultsOf(answer, schema) : [];
        expect({ name: request.name, faults }).toEqual({ name: request.name, faults: [] });
      }
    }, 120_000);
  });
});

/** Where an answer is not what its schema says. */
function faultsOf(answer: unknown, schema: Schema): unknown[] {
  const parsed = z.fromJSONSchema(schema, { defaultTarget: 'openapi-3.0' }).safeParse(answer);
  return parsed.error?.issues ?? [];
}
