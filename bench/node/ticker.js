// Calls each subscriber at its rate, from one timer: the same schedule as bench/stream_bench.cpp.
const subscribers = new Set();
const start = performance.now();
let done = 0;
let phases = 0;

export function subscribe(hz, tick) {
  const period = hz ? Math.floor(1000 / hz) : 0;
  const one = { period, phase: phases++, tick };
  if (period) subscribers.add(one);
  return () => subscribers.delete(one);
}

setInterval(() => {
  const until = Math.floor(performance.now() - start);
  if (until > done + 20) done = until - 20;
  while (done < until) {
    ++done;
    for (const s of subscribers) if ((done + s.phase) % s.period === 0) s.tick();
  }
}, 1);

export function usage() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, resident: rss, allocated: heapUsed + external });
}

export const words = 'some words of an answer, ';
