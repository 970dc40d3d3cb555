// The box lab: drag the dashed box or its corner, or move either with the arrow keys; the scores follow.
{
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const LEAST = 24; // the smallest side, so that the box can always be seized again

  function boxLab(lab) {
    const svg = lab.querySelector("svg");
    const box = svg.querySelector("[data-part=box]");
    const corner = svg.querySelector("[data-part=corner]");
    const { width, height } = svg.viewBox.baseVal;
    const number = (element, name) => Number(element.getAttribute(name));
    const read = (element) => ["x", "y", "width", "height"].map((name) => number(element, name));
    const [tx, ty, tw, th] = read(svg.querySelector("[data-part=true]"));
    const grip = number(corner, "width") / 2;
    let [x, y, w, h] = read(box);

    const say = (name, text) => { lab.querySelector(`[data-score=${name}]`).textContent = text; };
    const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

    function draw() {
      for (const [name, value] of Object.entries({ x, y, width: w, height: h })) box.setAttribute(name, value);
      corner.setAttribute("x", x + w - grip);
      corner.setAttribute("y", y + h - grip);
      const shared = Math.max(0, Math.min(x + w, tx + tw) - Math.max(x, tx)) * Math.max(0, Math.min(y + h, ty + th) - Math.max(y, ty));
      const [one, other] = [tw * th, w * h];
      const union = one + other - shared;
      const hull = (Math.max(x + w, tx + tw) - Math.min(x, tx)) * (Math.max(y + h, ty + th) - Math.min(y, ty));
      const areas = { shared, one, other, union };
      say("sum", lab.dataset.sum.replace(/\{(\w+)\}/g, (_, name) => areas[name].toFixed(0)));
      say("iou", (shared / union).toFixed(2));
      say("giou", (shared / union - (hull - union) / hull).toFixed(2));
      say("hit", shared / union >= 0.5 ? lab.dataset.hit : lab.dataset.miss);
    }

    function move([left, top], right, down) {
      x = clamp(left + right, 0, width - w);
      y = clamp(top + down, 0, height - h);
      draw();
    }

    function resize([, , across, along], right, down) {
      w = clamp(across + right, LEAST, width - x);
      h = clamp(along + down, LEAST, height - y);
      draw();
    }

    function seizable(element, change, label) {
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", label);
      // a finger drags the box, not the page
      element.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      element.style.cursor = change === move ? "move" : "nwse-resize";
      let start = null; // where the pointer went down, and the box as it was
      const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      element.addEventListener("pointerdown", (event) => {
        element.setPointerCapture(event.pointerId);
        start = { at: place(event), box: [x, y, w, h] };
      });
      element.addEventListener("pointermove", (event) => {
        if (!start) return;
        const now = place(event);
        change(start.box, Math.round(now.x - start.at.x), Math.round(now.y - start.at.y));
      });
      for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => { start = null; });
      element.addEventListener("keydown", (event) => {
        const step = KEYS[event.key];
        if (!step) return;
        event.preventDefault(); // the page must not scroll
        const size = event.shiftKey ? 1 : 10;
        change([x, y, w, h], size * step[0], size * step[1]);
      });
    }

    // an image hides what is inside it; now there is something to seize in it
    svg.setAttribute("role", "group");
    seizable(box, move, lab.dataset.move);
    seizable(corner, resize, lab.dataset.resize);
  }

  document.querySelectorAll(".box-lab").forEach(boxLab);
}
