// What the printed book needs done in the browser, before it is printed.
const prepare = {
  // smaller type, step by step, for a table wider than its page: Chromium would shrink the whole book to it
  fitTables() {
    for (const table of document.querySelectorAll("table")) {
      const room = table.parentElement.clientWidth + 1;
      for (let size = 7.4; table.offsetWidth > room && size >= 5.4; size -= 0.4) {
        table.style.fontSize = `${size}pt`;
      }
      table.classList.toggle("fitted", table.offsetWidth > room);
    }
  },

  // Chromium prints a hatched area as a picture of dots: its tiles are drawn out, clipped to its shape
  drawHatches() {
    const make = (name, attributes, ...children) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(attributes).forEach(([key, value]) => value && element.setAttribute(key, value));
      element.append(...children);
      return element;
    };
    // of a tile's path, the pieces that touch the shape; only absolute commands can be taken apart
    const within = (part, box, left, top) => {
      const drawn = part.cloneNode(true);
      const path = part.getAttribute("d") ?? "";
      if (!/^[MLCz\d\s.,-]+$/.test(path)) return drawn;
      const pieces = path.split(/(?=M)/).filter((piece) => {
        const points = piece.match(/-?[\d.]+/g).map(Number);
        const across = points.filter((_, at) => at % 2 === 0).map((value) => value + left);
        const down = points.filter((_, at) => at % 2 === 1).map((value) => value + top);
        return Math.max(...across) >= box.x && Math.min(...across) <= box.x + box.width
          && Math.max(...down) >= box.y && Math.min(...down) <= box.y + box.height;
      });
      drawn.setAttribute("d", pieces.join(""));
      return drawn;
    };
    const shapes = document.querySelectorAll('svg [style*="url(#"], svg [fill^="url(#"]');
    [...shapes].forEach((shape, number) => {
      const name = getComputedStyle(shape).fill.match(/#([^"')]+)/)?.[1];
      const pattern = name && document.getElementById(name);
      if (pattern?.localName !== "pattern") return;
      const [x, y, width, height] = ["x", "y", "width", "height"].map((key) => pattern[key].baseVal.value);
      const box = shape.getBBox();
      const tiles = [];
      for (let left = x + width * Math.floor((box.x - x) / width); left < box.x + box.width; left += width) {
        for (let top = y + height * Math.floor((box.y - y) / height); top < box.y + box.height; top += height) {
          const parts = [...pattern.children].map((part) => within(part, box, left - x, top - y));
          tiles.push(make("g", { transform: `translate(${left - x} ${top - y})` }, ...parts));
        }
      }
      const outline = shape.cloneNode();
      outline.removeAttribute("clip-path");
      const area = make("clipPath", { id: `hatch-${number}` }, outline);
      const hatched = make("g", { "clip-path": `url(#hatch-${number})` }, ...tiles);
      shape.before(area, make("g", { "clip-path": shape.getAttribute("clip-path") }, hatched));
      shape.style.fill = "none";
    });
  },

  // the page of each place in the contents
  number(pages) {
    for (const place of document.querySelectorAll("[data-page-of]")) {
      place.textContent = pages[place.dataset.pageOf];
    }
  },
};
