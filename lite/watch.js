/* Runs before Python's worker does: tells the page when a part of Python does not arrive. */
const plain = self.fetch;
const parts = new URL("./pyodide/", import.meta.url).href;

self.fetch = async (asked, options) => {
  const ours = new URL(asked.url ?? asked, self.location.href).href.startsWith(parts);
  try {
    const answer = await plain(asked, options);
    if (ours && !answer.ok) self.postMessage({ vgkdLost: true });
    return answer;
  } catch (error) {
    if (ours) self.postMessage({ vgkdLost: true });
    throw error;
  }
};
