(function () {
  'use strict';
  var live = document.getElementById('live');
  var form = document.querySelector('form');
  form.addEventListener('change', function (event) {
    if (event.target !== live) { form.submit(); }
  });
  live.parentElement.hidden = false;
  document.getElementById('show').hidden = true;
  function refresh() {
    if (!live.checked || document.hidden) { return; }
    fetch(location.href, { headers: { Accept: 'text/html' }, credentials: 'same-origin' })
      .then(function (answer) {
        if (!answer.ok) { throw new Error('status ' + answer.status); }
        return answer.text();
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('figures');
        var old = document.getElementById('figures');
        if (old.contains(document.activeElement) || String(window.getSelection())) { return; }
        old.querySelectorAll('details[open]').forEach(function (open) {
          var same = open.id && fresh.querySelector('#' + CSS.escape(open.id));
          if (same) { same.open = true; }
        });
        old.replaceWith(document.adoptNode(fresh));
        document.getElementById('state').textContent = 'live';
      })
      .catch(function (problem) {
        document.getElementById('state').textContent = 'not reachable (' + problem.message + '), figures are old';
      });
  }
  setInterval(refresh, 5000);
})();
