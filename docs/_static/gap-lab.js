// The gap lab: the points that two scores must differ by, for the numbers that a reader enters.
{
  function gapLab(lab) {
    const form = lab.querySelector("form");
    const status = lab.querySelector("[role=status]");
    const rows = [...lab.querySelectorAll("tbody tr")];
    const assumptions = JSON.parse(lab.dataset.assumptions); // [run on the same expressions, inflation]
    const { set, expressions } = form.elements;

    function draw() {
      if (!form.checkValidity()) return;
      const value = (name) => Number(form.elements[name].value);
      const printed = Math.abs(value("first") - value("second"));
      const share = (value("first") + value("second")) / 200;
      const disagree = value("disagree") / 100;
      const most = 100 * Math.min(2 * share, 2 - 2 * share);
      const possible = 100 * disagree >= printed - 1e-9 && 100 * disagree <= most + 1e-9;
      status.textContent = possible ? "" : lab.dataset.impossible.replace("{least}", printed.toFixed(1)).replace("{most}", most.toFixed(1));
      assumptions.forEach(([paired, inflation], at) => {
        const variance = paired ? disagree : 2 * share * (1 - share);
        const needed = 100 * Number(lab.dataset.z) * Math.sqrt((inflation * variance) / value("expressions"));
        const [, points, gap, apart] = rows[at].cells;
        const known = !paired || possible;
        points.textContent = known ? needed.toFixed(2) : "–";
        gap.textContent = printed.toFixed(2);
        apart.textContent = !known ? "–" : printed > needed ? lab.dataset.yes : lab.dataset.no;
      });
    }

    form.addEventListener("input", (event) => {
      if (event.target === set && set.value) expressions.value = set.value;
      if (event.target === expressions && expressions.value !== set.value) set.value = "";
      draw();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    draw();
  }

  document.querySelectorAll(".gap-lab").forEach(gapLab);
}
