// Follows one stream once per case with the browsers' EventSource as a package, and prints what came.
import { EventSource } from "eventsource";

const { url, cookie, cases } = JSON.parse(process.argv[2]);

function follow(number) {
  return new Promise((resolve) => {
    const seen = [];
    const source = new EventSource(`${url}?after=0&case=${number}`, {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Cookie: cookie } }),
    });
    source.onmessage = (message) => {
      seen.push([message.lastEventId, message.data]);
      if (JSON.parse(message.data).type === "run.finished") {
        source.close();
        resolve(seen);
      }
    };
  });
}

console.log(JSON.stringify(await Promise.all(cases.map(follow))));
