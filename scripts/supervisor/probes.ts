import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import type { Probe } from './process-definition.ts';

const loopback = '127.0.0.1';

/** Healthy while the page answers with a success. */
export function httpProbe(port: number, path: string): Probe {
  return async (signal) => {
    const response = await fetch(`http://${loopback}:${port}${path}`, { signal });
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${body}`.trim().slice(0, 200));
  };
}

/** Healthy while Redis answers, which it does not while it loads its data. */
export function redisProbe(port: number): Probe {
  return (signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: loopback, port, signal }, () => socket.write('PING\r\n'));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('no answer')));
      socket.once('data', (answer) => {
        if (answer.toString() === '+PONG\r\n') resolve();
        else reject(new Error(answer.toString().trim()));
        socket.destroy();
      });
    });
}

/** Healthy while MariaDB lets this user in and answers. */
export function mariadbProbe(url: string): Probe {
  return async (signal) => {
    const connection = await createConnection({ uri: url, connectTimeout: 1_000 });
    const drop = () => connection.destroy();
    signal.addEventListener('abort', drop, { once: true });
    try {
      await connection.query('SELECT 1');
    } finally {
      signal.removeEventListener('abort', drop);
      await connection.end().catch(drop);
    }
  };
}
