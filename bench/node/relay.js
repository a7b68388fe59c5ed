// A relay with the AI SDK: streamText from an OpenAI-compatible service, piped to a node:http response.
import { createServer } from 'node:http';
import { createOpenAI } from '@ai-sdk/openai';
import { streamText } from 'ai';

const openai = createOpenAI({ baseURL: `http://127.0.0.1:${process.argv[2]}/v1`, apiKey: 'bench' });
const server = createServer((request, response) => {
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const result = streamText({ model: openai.chat('m'), prompt: 'How?', abortSignal: abort.signal, onError() {} });
  result.pipeUIMessageStreamToResponse(response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
