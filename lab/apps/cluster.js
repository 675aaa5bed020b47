// The Node.js application with a primary process that starts a new worker when one ends.
'use strict';

const cluster = require('node:cluster');

if (cluster.isPrimary) {
  // One that crashes must not take the listening socket with it.
  for (let started = 0; started < 4; started += 1) cluster.fork();
  cluster.on('exit', () => cluster.fork());
} else {
  require('./app.js');
}
