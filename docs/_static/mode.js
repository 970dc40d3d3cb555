// Before anything is drawn: the colour scheme that the reader chose, else the system's.
{
  let mode = null;
  try { mode = localStorage.getItem("mode"); } catch { /* storage is blocked: follow the system */ }
  if (mode !== "light" && mode !== "dark") mode = "auto";
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const { dataset } = document.documentElement;
  dataset.mode = mode;
  dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
}
