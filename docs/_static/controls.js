// The bar's menus, and what a keyboard needs beside them. Menus open without this script.
{
  const menus = [...document.querySelectorAll("details.menu")];
  const close = (menu) => { menu.open = false; };
  const leave = (target) => menus.filter((menu) => menu.open && !menu.contains(target)).forEach(close);

  document.addEventListener("pointerdown", (event) => leave(event.target));
  document.addEventListener("focusin", (event) => leave(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((one) => one.open)) {
      const inside = menu.contains(document.activeElement);
      close(menu);
      if (inside) menu.querySelector("summary").focus();
    }
  });

  // the chosen scheme is said, not only shown
  const root = document.documentElement;
  const modes = document.querySelectorAll("button.theme-change-button");
  const say = () => modes.forEach((one) => one.setAttribute("aria-pressed", one.dataset.mode === root.dataset.mode));
  new MutationObserver(say).observe(root, { attributeFilter: ["data-mode"] });
  say();

  document.querySelectorAll("[data-action=print]").forEach((button) => {
    button.addEventListener("click", () => { menus.forEach(close); print(); });
  });

  // the theme drops the focus of a pressed toggle; whoever pressed it by key goes on from there
  document.querySelectorAll(".sidebar-toggle, .search-button").forEach((toggle) => { toggle.blur = () => {}; });

  // what scrolls sideways can be reached by key, named by what it holds
  const wide = document.querySelectorAll("div.math, .chart, .bd-article pre");
  const reach = () => wide.forEach((one) => { if (one.scrollWidth > one.clientWidth) one.tabIndex = 0; });
  addEventListener("resize", reach);
  reach();
}
