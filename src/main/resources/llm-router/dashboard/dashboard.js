(function () {
  'use strict';
  var live = document.getElementById('live');
  var form = document.querySelector('form');
  var byKey = false; // each arrow key changes a select: who uses keys goes on with Show
  form.addEventListener('keydown', function () { byKey = true; });
  form.addEventListener('pointerdown', function () { byKey = false; });
  form.addEventListener('mousedown', function () { byKey = false; });
  form.addEventListener('change', function (event) {
    if (event.target !== live && !byKey) { form.submit(); }
  });
  function say(text) {
    var state = document.getElementById('state');
    if (state.textContent !== text) { state.textContent = text; } // a screen reader says it once
  }
  function boxes(figures) { return Array.from(figures.querySelectorAll('.scroll, .plot')); }
  function named(figures) {
    figures.querySelectorAll('.origin').forEach(function (each) { each.textContent = location.origin; });
  }
  named(document);
  live.addEventListener('change', function () { say(live.checked ? '' : 'figures stay as they are'); });
  document.getElementById('follow').hidden = false;
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
        if (old.contains(document.activeElement) || String(window.getSelection())) {
          say('waits while you read');
          return;
        }
        named(fresh);
        old.querySelectorAll('details[open]').forEach(function (open) {
          var same = open.id && fresh.querySelector('#' + CSS.escape(open.id));
          if (same) { same.open = true; }
        });
        var scrolled = boxes(old).map(function (box) { return box.scrollLeft; });
        old.replaceWith(document.adoptNode(fresh));
        boxes(fresh).forEach(function (box, i) { box.scrollLeft = scrolled[i] || 0; });
        say('');
      })
      .catch(function (problem) {
        say('not reachable (' + problem.message + '), figures are old');
      });
  }
  setInterval(refresh, 5000);
})();
