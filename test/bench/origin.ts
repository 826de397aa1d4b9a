// The bench's origin, a process of its own: answers everything with the same small page, as fast as Node can.
import { createServer } from 'node:http';

const PAGE = Buffer.from(`<!doctype html><title>Bench</title><p>${'Quiet evening. '.repeat(60)}</p>\n`);

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': PAGE.length });
  response.end(PAGE);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit(0));
