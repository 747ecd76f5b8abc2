import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import pg from 'pg';
import { v7 } from 'uuid';
import { serveParent } from './serve-parent.js';

/* What a `POST` costs with Nest and Express and nothing of ours: a route that stores its body as one row. */

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const insert = { name: 'bare.insert', text: 'INSERT INTO by_hand.note (id, body) VALUES ($1, $2)' };

@Controller('v1/orders')
class BareController {
  @Post()
  @HttpCode(202)
  async place(@Body() body: unknown): Promise<{ id: string }> {
    const id = v7();
    await pool.query({ ...insert, values: [id, JSON.stringify(body)] });
    return { id };
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestExpressApplication>(BareModule, { logger: ['error', 'warn'] });

serveParent(
  {
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    },
  },
  async () => {
    await app.close();
    await pool.end();
  },
);
