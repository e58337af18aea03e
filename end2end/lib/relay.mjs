// A line to the portal that can be cut and mended. (Chromium's offline mode leaves open streams alone.)

import { connect, createServer } from "node:net";

/** @returns {Promise<{base: string, cut: () => void, mend: () => void, close: () => void}>} */
export function openRelay(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  let isCut = false;
  const drop = () => open.forEach((socket) => socket.destroy());
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      done({
        base: `http://127.0.0.1:${server.address().port}`,
        cut: () => {
          isCut = true;
          drop();
        },
        mend: () => (isCut = false),
        close: () => {
          drop();
          server.close();
        },
      });
    });
  });
}
