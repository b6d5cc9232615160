// A caller that speaks to the service byte by byte, for what a well-behaved client would never send.
import { connect, type Socket } from 'node:net';

export interface RawCaller {
  readonly socket: Socket;
  write(text: string): void;
  /** Everything the service sent, once it has closed the connection. */
  readonly answer: Promise<string>;
}

export function callRaw(address: string): RawCaller {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString());
    });
  });
  return { socket, write: (text) => void socket.write(text), answer };
}
