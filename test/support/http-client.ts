export interface HttpAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined when the answer has no body. */
  readonly body: Body;
}

export interface HttpRequest {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Whose key to send; null sends none. Default: the client's own. */
  readonly key?: string | null;
}

/** Calls one server as a client does, with a bearer key. Any status is an answer; only a lost connection throws. */
export class HttpClient {
  constructor(
    readonly baseUrl: string,
    private readonly key = 'demo-client',
  ) {}

  /** The same server with another key. */
  as(key: string): HttpClient {
    return new HttpClient(this.baseUrl, key);
  }

  get<Body>(path: string, request?: HttpRequest): Promise<HttpAnswer<Body>> {
    return this.send<Body>('GET', path, request);
  }

  post<Body>(path: string, body?: unknown, request?: HttpRequest): Promise<HttpAnswer<Body>> {
    return this.send<Body>('POST', path, { body, ...request });
  }

  put<Body>(path: string, body?: unknown, request?: HttpRequest): Promise<HttpAnswer<Body>> {
    return this.send<Body>('PUT', path, { body, ...request });
  }

  patch<Body>(path: string, body?: unknown, request?: HttpRequest): Promise<HttpAnswer<Body>> {
    return this.send<Body>('PATCH', path, { body, ...request });
  }

  delete<Body>(path: string, request?: HttpRequest): Promise<HttpAnswer<Body>> {
    return this.send<Body>('DELETE', path, request);
  }

  private async send<Body>(
    method: string,
    path: string,
    request: HttpRequest = {},
  ): Promise<HttpAnswer<Body>> {
    const { body, headers = {}, key = this.key } = request;
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      // A string goes out as it is, for tests of malformed bodies.
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : isJson ? JSON.parse(text) : text) as Body,
    };
  }
}
