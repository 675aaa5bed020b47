// A small Node.js application that fails on demand, by path.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.url === '/crash') {
    // An error that nobody catches ends the process, in the middle of the request.
    setImmediate(() => JSON.parse('{'));
    return;
  }
  response.setHeader('Content-Type', 'text/plain');
  response.end('well\n');
});

server.listen(8080, '127.0.0.1');
