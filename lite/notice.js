/* Says what runs here, what went wrong in one sentence, and where to go then.
   Old syntax on purpose: it has to run where nothing else does. */
(function () {
  "use strict";
  var worst = "running", bar, words;

  function link(text, address, file) {
    var a = document.createElement("a");
    a.href = address;
    a.appendChild(document.createTextNode(text));
    if (file) a.setAttribute("download", file);
    bar.appendChild(a);
  }

  function show() {
    if (!bar) return;
    var asked = /[?&]path=([\w.%-]+)\.ipynb/.exec(location.search);
    bar.className = worst === "running" ? "" : "failed";
    bar.textContent = words[worst];
    bar.setAttribute("data-state", worst);
    if (!asked) return;
    link(words.page, "../../notebooks/" + asked[1] + ".html");
    if (words.binder_address) link(words.binder, words.binder_address + asked[1] + ".md");
    link(words.file, "../files/" + asked[1] + ".ipynb", asked[1] + ".ipynb");
    // the notebook ends where the notice begins
    document.documentElement.style.setProperty("--vgkd-notice", bar.offsetHeight + "px");
  }

  function say(what) {
    if (worst !== "running") return; // the first failure explains the ones after it
    worst = what;
    show();
  }

  function old() {
    try {
      if (!window.WebAssembly || !window.Worker || !window.Promise || !window.BigInt) return true;
      new Function("a", "return import(a?.b ?? '')"); // the newest syntax that JupyterLab is written in
      return false;
    } catch (error) {
      return true;
    }
  }

  // a worker made of a blob keeps the page's policy; one loaded from a file would be free of it
  function guard(Plain) {
    function Guarded(address, options) {
      var url = String(address);
      if (options && options.type === "module" && url.indexOf("blob:") !== 0) {
        var modules = [new URL("../watch.js", location.href), new URL(url, location.href)];
        url = URL.createObjectURL(new Blob(
          modules.map(function (module) { return "import " + JSON.stringify(module.href) + ";\n"; }),
          { type: "text/javascript" }));
      }
      var worker = new Plain(url, options);
      worker.addEventListener("error", function () { say("lost"); });
      worker.addEventListener("message", function (event) {
        var data = event.data || {}, log = data._logMessage || {};
        if (data.vgkdLost) say("lost");
        // comlink's form of an error: Python did not start
        if (data.type === "HANDLER" && data.name === "throw") {
          say(/import|fetch/i.test(JSON.stringify(data.value)) ? "lost" : "broken");
        }
        if (log.level === "critical" && /fatal error|no longer be used/.test(log.data)) say("broken");
      });
      return worker;
    }
    Guarded.prototype = Plain.prototype;
    return Guarded;
  }

  // what the page itself asks for: the application, its settings, the notebook
  function watch(plain) {
    return function (asked, options) {
      return plain.call(window, asked, options).then(function (answer) {
        if (!answer.ok) say("lost");
        return answer;
      }, function (error) {
        say("lost");
        throw error;
      });
    };
  }

  window.addEventListener("error", function (event) {
    // a script or style that did not arrive
    if (event.target && event.target !== window && event.target.tagName) say("lost");
  }, true);
  document.addEventListener("DOMContentLoaded", function () {
    bar = document.getElementById("vgkd-notice");
    words = JSON.parse(document.getElementById("vgkd-notice-words").textContent);
    show();
  });

  if (old()) say("old");
  else {
    window.Worker = guard(window.Worker);
    window.fetch = watch(window.fetch);
  }
})();
