import { cpus, loadavg } from 'node:os';
import { type Application, createApplication } from './engine/application.ts';
import { contendersFor } from './engine/contenders.ts';
import { GDRIVE } from './engine/gdrive.ts';
import { GITHUB } from './engine/github.ts';
import { measure, micros } from './engine/measure.ts';
import { TINYTODO } from './engine/tinytodo.ts';

console.log(
  `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}, node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
const control = measure([0], () => 0);
console.log(`the timer alone: p50 ${micros(control.p50Ns)} µs, p99 ${micros(control.p99Ns)} µs\n`);
for (const model of [GDRIVE, GITHUB, TINYTODO]) for (const size of [5, 10, 50]) compare(createApplication(model, size));

function compare(application: Application): void {
  const contenders = contendersFor(application);
  const [first] = contenders;
  const allowed = application.requests.filter((request) => first?.decide(request) === 'allow').length;
  console.log(
    `${application.name}: ${Object.keys(application.policies).length} policies, ${application.entities.length} entities, ${allowed} of ${application.requests.length} allowed`,
  );
  for (const { name, decide } of contenders) {
    const { p50Ns, p99Ns, count } = measure(application.requests, decide);
    console.log(
      `  ${name.padEnd(48)} p50 ${micros(p50Ns).padStart(8)} µs  p99 ${micros(p99Ns).padStart(8)} µs  (${count})`,
    );
  }
}
