// The project's counter of messages (lib/realtime/rate_counter/rate_counter.ex): an average over up to a minute, in
// twelve buckets. A short burst passes after a quiet time, and exceeds the limit at the start of a connection.

import { settings } from "./settings.mjs";

const BUCKETS = 12;

export class RateCounter {
  constructor(limit = settings.messagesPerSecond) {
    this.limit = limit;
    this.buckets = [0];
    this.current = 0;
    this.isTriggered = false;
    this.timer = setInterval(() => this.tick(), settings.tick);
    this.timer.unref();
  }

  add(count = 1) {
    this.current += count;
  }

  tick() {
    this.buckets = [this.current, ...this.buckets].slice(0, BUCKETS);
    this.current = 0;
    const seconds = (this.buckets.length * settings.tick) / 1000;
    const average = this.buckets.reduce((sum, count) => sum + count, 0) / seconds;
    if (average >= this.limit && !this.isTriggered) {
      console.log("realtime: MessagePerSecondRateLimitReached: Too many messages per second");
    }
    this.isTriggered = average >= this.limit;
  }

  stop() {
    clearInterval(this.timer);
  }
}
