// Bare node:http with the frames of the AI SDK's UI message stream.
import { createServer } from 'node:http';
import { subscribe, usage, words } from './ticker.js';

const frame = `data: ${JSON.stringify({ type: 'text-delta', id: 'txt-0', delta: words })}\n\n`;

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://bench');
  if (url.pathname === '/usage') return response.end(usage());
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const stop = subscribe(Number(url.searchParams.get('hz')), () => {
    if (!response.writableNeedDrain) response.write(frame);  // a reader that lags gets less
  });
  response.on('close', stop);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
