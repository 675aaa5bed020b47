// A Node.js application that was deployed without its dependencies.
'use strict';

const server = require('a-module-that-is-not-installed');

server.listen(8080, '127.0.0.1');
