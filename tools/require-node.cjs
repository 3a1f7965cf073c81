// Loaded before a TypeScript entry (`node -r`): plain CommonJS, so that any Node can read it and say what is wrong,
// instead of failing on the first `.ts` file.
'use strict';
const NODE_MAJOR_MIN = 24;
if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  console.error(
    `This needs Node ${NODE_MAJOR_MIN} or later; "node" here is ${process.version}.\n` +
      'Fix: run "npm ci" in the clone (it brings its own Node), then use npm: "npm test", "npm start".',
  );
  process.exit(2);
}
