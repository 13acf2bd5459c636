import { runConformanceTests } from "@durable-streams/server-conformance-tests";

runConformanceTests({ baseUrl: process.env.FACE_URL, longPollTimeoutMs: 2000 });
