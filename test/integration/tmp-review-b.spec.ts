import net from 'node:net';
import { EventsHandler } from '@nestjs/cqrs';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLab } from './tmp-review-lab.js';
import { Lease } from '../../src/saga/engine/lease.js';
import { Runner } from '../../src/saga/engine/runner.js';
import * as m from '../support/lab/messages.js';

const heard: string[] = [];
@EventsHandler(m.Announced)
@Injectable()
class Listener { handle(e: m.Announced) { heard.push((e.data as { key: string }).key); return Promise.resolve(); } }

it('half-open connections', async () => {
  const lab = await openLab();
  const target = new URL(lab.url);
  let armed = 0; let frozen = 0; const socks: net.Socket[] = [];
  const proxy = net.createServer((c) => {
    const s = net.connect(Number(target.port), target.hostname); socks.push(c, s);
    let dead = false;
    c.on('data', (d) => { if (dead) return; if (armed > 0 && d.includes('COMMIT')) { armed--; frozen++; dead = true; return; } s.write(d); });
    s.on('data', (d) => { if (!dead) c.write(d); });
    c.on('error', () => 0); s.on('error', () => 0); c.on('close', () => { if (!dead) s.destroy(); }); s.on('close', () => { if (!dead) c.destroy(); });
  });
  await new Promise<void>((r) => proxy.listen(0, '127.0.0.1', r));
  const url = new URL(lab.url); url.hostname = '127.0.0.1'; url.port = String((proxy.address() as net.AddressInfo).port);
  const a = await lab.startWorker({ LEASE_SECONDS: '1', DBURL: url.href });
  const api = await lab.startWorker({ ROLE: 'api' });
  armed = 2; // the next two commits of A's pool are black-holed: its two lanes
  await lab.start(api, 'x1'); await sleep(2000); await lab.start(api, 'x2'); await sleep(4000);
  console.log('frozen', frozen);
  await lab.start(api, ...Array.from({ length: 10 }, (_, i) => `n${i}`));
  await sleep(8000);
  const b = await lab.startWorker({ LEASE_SECONDS: '1' });
  await sleep(8000);
  const rows = await lab.admin.query(`SELECT i.correlation_id, i.status, i.owner, w.expires_at > clock_timestamp() AS live FROM saga.instance i LEFT JOIN saga.worker w ON w.id = i.owner`);
  console.log('A', a.app.get(Lease).workerId, 'knows', a.app.get(Runner).known.length, 'B', b.app.get(Lease).workerId, rows);
  console.log(await lab.admin.query(`SELECT state, now() - state_change AS since, left(query, 60) q FROM pg_stat_activity WHERE state LIKE 'idle in%'`));
  socks.forEach((s) => s.destroy()); proxy.close();
  await sleep(6000);
  console.log('after sockets are closed', await lab.admin.query(`SELECT status, count(*)::int FROM saga.instance GROUP BY 1`));
  await lab.close().catch((e) => console.log(String(e)));
}, 90_000);

it('one bad journal', async () => {
  const lab = await openLab({ settings: { LEASE_SECONDS: '10' } });
  const api = await lab.startWorker({ ROLE: 'api' });
  const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);
  await lab.start(api, ...keys);
  const row = await lab.rowOf('k0');
  await lab.admin.query(`INSERT INTO saga.journal (saga_id, seq, at, epoch, entries) VALUES ($1, $2, now(), 1, '[{"kind":"from-a-newer-build","at":"2026-01-01T00:00:00.000Z"}]')`, [row.id, Number(row.length) + 1]);
  await lab.startWorker();
  const log: number[] = [];
  for (let i = 0; i < 12; i++) { await sleep(2500); log.push((await lab.admin.query(`SELECT count(*)::int c FROM saga.instance WHERE status = 'completed'`))[0].c); }
  console.log('completed of 199, every 2.5 s', log, await lab.rowOf('k0'));
  await lab.close();
}, 90_000);

it('unknown event type of a known subscriber', async () => {
  const lab = await openLab({ providers: [Listener] });
  await lab.startWorker();
  await lab.admin.query(`INSERT INTO platform.delivery (subscriber, message_id, type, key, payload) VALUES ('Listener', gen_random_uuid(), 'lab.of-the-next-build.v1', 'k', '{"key":"k"}')`);
  await sleep(5000);
  console.log('left in outbox', (await lab.admin.query(`SELECT count(*)::int c FROM platform.delivery`))[0].c, 'heard', heard);
  await lab.close();
}, 60_000);
