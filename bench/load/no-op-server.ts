import Fastify from 'fastify';

// The control: the same framework, the same body, the same kind of answer, and nothing decided.
const app = Fastify({ logger: false });
const reply = { decision: { verdict: { kind: 'allow' } }, padding: 'x'.repeat(1200) };
app.post('/', async () => reply);
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
process.on('SIGTERM', () => process.exit(0));
