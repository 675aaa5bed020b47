// The Node.js application with a primary process that starts a new worker when one ends.
'use strict';

const cluster = require('node:cluster');

if (cluster.isPrimary) {
  // One that crashes must not take the listening socket with it, and each request ends one: there are as
  // many as somebody asks for before the next ones are up.
  for (let started = 0; started < 12; started += 1) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  require('./app.js');
}
