// The AI SDK's own server side: createUIMessageStream, piped to a node:http response.
import { createServer } from 'node:http';
import { createUIMessageStream, pipeUIMessageStreamToResponse } from 'ai';
import { subscribe, usage, words } from './ticker.js';

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://bench');
  if (url.pathname === '/usage') return response.end(usage());
  const stream = createUIMessageStream({
    execute: ({ writer }) =>
      new Promise((resolve) => {
        writer.write({ type: 'text-start', id: 'txt-0' });
        const stop = subscribe(Number(url.searchParams.get('hz')), () => {
          if (!response.writableNeedDrain) writer.write({ type: 'text-delta', id: 'txt-0', delta: words });
        });
        response.on('close', () => {
          stop();
          resolve();
        });
      }),
  });
  pipeUIMessageStreamToResponse({ response, stream });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
