import { randomUUID } from 'node:crypto';

/** The API refused; the message is its own words. */
export class ApiError extends Error {
  constructor({ status, code, detail, errors = [], details }) {
    const places = errors.map((one) => `\n  ${one.pointer}: ${one.detail}`).join('');
    const now = details ? `\n  as it is: ${JSON.stringify(details)}` : '';
    super(`${code ?? status}: ${detail ?? 'no more is said'}${places}${now}`);
  }
}

/** Nobody answers there. */
export class Unreachable extends Error {}

/** The operators' part of the API at a URL, with a key. */
export class Api {
  constructor({ url, key }) {
    this.url = url;
    this.key = key;
  }

  get(path, query = {}) {
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const text = pairs.join('&');
    return this.#send('GET', text ? `${path}?${text}` : path);
  }

  /** Under a key of its own: an answer that got lost on its way is asked for again, and nothing is done twice. */
  async post(path, body, headers = {}) {
    const all = { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers };
    return this.#send('POST', path, { headers: all, body: JSON.stringify(body) }, 3);
  }

  async #send(method, path, { headers = {}, body } = {}, tries = 1) {
    const address = `${this.url}/v1/admin${path}`;
    let response;
    try {
      const authorization = `Bearer ${this.key}`;
      const signal = AbortSignal.timeout(60_000);
      response = await fetch(address, { method, headers: { authorization, ...headers }, body, signal });
    } catch (error) {
      if (tries > 1) return this.#send(method, path, { headers, body }, tries - 1);
      throw new Unreachable(`Nobody answers at ${this.url}: ${error.cause?.message ?? error.message}`);
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError({ status: response.status, ...answer });
    return answer;
  }
}
