"use strict";
(function () {
  var form = document.querySelector("form.filters");
  if (form) {
    var findings = Array.prototype.slice.call(document.querySelectorAll("details.finding"));
    var status = form.querySelector("[role=status]");
    var chosen = function (name) {
      var boxes = form.querySelectorAll("input[name=" + name + "]:checked");
      return Array.prototype.map.call(boxes, function (box) { return box.value; });
    };
    var apply = function () {
      var severities = chosen("severity"), families = chosen("family"), shown = 0;
      findings.forEach(function (finding) {
        var keep = severities.indexOf(finding.dataset.severity) >= 0 && families.indexOf(finding.dataset.family) >= 0;
        finding.hidden = !keep;
        shown += keep ? 1 : 0;
      });
      status.textContent = shown + " of " + findings.length + " findings are shown.";
    };
    form.hidden = false;
    form.addEventListener("change", apply);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    apply();
  }
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open]):not([hidden])"));
    folded.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (each) { each.open = false; });
    folded = [];
  });
})();
