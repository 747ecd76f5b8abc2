import type { Settings } from '../config/settings.js';

const firstOrder = {
  customerId: 'c-42',
  currency: 'EUR',
  lines: [{ sku: 'SKU-1', quantity: 2 }],
  paymentMethod: 'pm_card_visa',
  shippingAddress: {
    name: 'Ada Lovelace',
    line1: 'Hauptstr. 1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
};

/** What somebody who has just started the server wants to do next. */
export function welcome(settings: Settings, address: string): string {
  const lines = [`Listening on ${address}`, `Swagger UI   ${address}/docs`];
  if (settings.demoKeys) {
    lines.push(
      `Keys         ${settings.apiKeys.map(({ name }) => name).join(', ')}`,
      'A first order:',
      `  curl -s ${address}/v1/orders -H 'Authorization: Bearer demo-client' -H 'Content-Type: application/json' \\`,
      `    -H 'Prefer: wait=5' -d '${JSON.stringify(firstOrder)}'`,
    );
  }
  return lines.join('\n');
}

/** The address to show: what was bound, or this machine where that was every interface. */
export function shownAddress(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
