// ---- one micro-turn --------------------------------------------------------------------------------
const LANE_OF = { hear: "heard", pause: "heard", see: "seen", rep: "seen", motion: "seen", result: "seen", due: "due", played: "said", cut: "done", say: "said" };
function heading(box, text) { box.append(make("h4", "", text)); }
function rows(box, list) {
  const ul = make("ul");
  for (const [when, kind, text, where] of list) {
    const li = make("li", LANE_OF[kind] || "done"), words = make("span");
    words.dir = "auto";
    if (where) words.append(make("span", "where", where + " "));
    words.append(text);
    li.append(make("span", "", when), make("b", "", kind), words);
    ul.append(li);
  }
  box.append(ul);
}
function detail() {
  const box = $("detail"), turn = data.turns[selected] || {}, gate = gates.get(selected);
  box.replaceChildren(make("h3", "", clockText(at[selected]) + " · micro-turn " + indexOf(selected)));
  const missed = lost.get(selected);
  const cost = make("p", missed || costs[selected] >= data.tick_ms ? "bad" : "note", "cost " + costs[selected] + " ms of " + data.tick_ms + (missed ? ", " + missed + " missed before it" : ""));
  box.append(cost);
  if (turn.percepts) { heading(box, "perceived"); rows(box, turn.percepts.map((p) => [clockText(p[0]), p[1], p[2], p[3]])); }
  if (turn.read || turn.line) { heading(box, turn.read ? "as the model read it" : "as the protocol writes it"); box.append(make("pre", "", turn.read || turn.line)); }
  heading(box, "decided");
  if (gate) {
    const grid = make("div", "gate");
    ["silent", "say", "call", "other"].forEach((name, n) => {
      const track = make("span", "track " + (name === "say" ? "said" : name === "call" ? "done" : "")), fill = make("i");
      fill.style.width = gate[n + 1] * 100 + "%";
      track.append(fill);
      grid.append(make("span", "", name), track, make("span", "", gate[n + 1].toFixed(3)));
    });
    box.append(grid);
  } else box.append(make("p", "note", "Nothing was put to the model."));
  if (turn.withheld) { heading(box, "withheld"); box.append(make("p", "", turn.withheld)); }
  if (turn.acts) { heading(box, "did"); rows(box, turn.acts.map((a) => [a[2] >= 0 ? "no. " + a[2] : "", a[0], a[1] + (a[3] ? "" : " …"), ""])); }
  for (const p of turn.percepts || []) if (data.frames[p[4]]) {
    const picture = make("img");
    picture.src = data.frames[p[4]];
    picture.alt = "what was looked at";
    box.append(picture);
    break;
  }
}
function select(position, reveal, remark) {
  if (position < 0 || position >= count) return;
  selected = position;
  detail();
  for (const on of document.querySelectorAll("#remarks .on")) on.classList.remove("on");
  if (remark) {
    const entry = $("remark-" + remark.n), list = $("remarks");
    entry.classList.add("on");
    if (list.scrollHeight > list.clientHeight) list.scrollTop += entry.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 3;
  }
  const px = x(at[position]);
  if (reveal && (px < origin + 20 || px > width - 40)) scroll.scrollLeft += px - origin - room() / 3;
  draw();
}

// ---- hands -----------------------------------------------------------------------------------------
scroll.addEventListener("scroll", draw, { passive: true });
scroll.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const px = event.clientX - scroll.getBoundingClientRect().left;
  setZoom(zoom * Math.exp(-event.deltaY / 300), timeAt(px), px);
}, { passive: false });
view.addEventListener("click", (event) => {
  const px = event.clientX - view.getBoundingClientRect().left;
  if (px >= origin && count) { select(positionAt(timeAt(px)), false); scroll.focus({ preventScroll: true }); }
});
const keepPlace = () => (selected >= 0 && x(at[selected]) >= origin && x(at[selected]) <= width ? at[selected] : undefined);
const bigger = (factor) => setZoom(zoom * factor, keepPlace());
$("in").addEventListener("click", () => bigger(1.6));
$("out").addEventListener("click", () => bigger(1 / 1.6));
$("fit").addEventListener("click", () => setZoom(0, 0));
scroll.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const go = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (go) {
    let position = selected + go;
    if (!event.shiftKey && eventful.length) {
      const after = eventful.findIndex((p) => p > selected), until = after < 0 ? eventful.length : after;
      position = go > 0 ? eventful[Math.min(until, eventful.length - 1)] : eventful[Math.max(0, until - 1 - (eventful[until - 1] === selected ? 1 : 0))];
    }
    select(Math.max(0, position), true);
  } else if (event.key === "Home") { scroll.scrollLeft = 0; select(0, true); }
  else if (event.key === "End") { select(count - 1, true); }
  else if (event.key === "+" || event.key === "=") bigger(1.6);
  else if (event.key === "-") bigger(1 / 1.6);
  else if (event.key === "0") setZoom(0, 0);
  else return;
  event.preventDefault();
});
const toMap = (event) => {
  const box = map.getBoundingClientRect();
  const t = (event.clientX - box.left - 6) / (box.width - 12) * end;
  scroll.scrollLeft = t * zoom - room() / 2;
  draw();
};
map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); toMap(event); });
map.addEventListener("pointermove", (event) => { if (event.buttons) toMap(event); });
const byId = new Map(data.remarks.map((r) => ["remark-" + r.n, r]));
const jump = (remark) => {
  if (!count) return;
  if (zoom < 12) setZoom(Math.min(24, Math.max(fit(), 24)), remark.at, origin + room() / 3);
  select(decidedAt(remark), true, remark);
};
const list = $("remarks");
if (list) {
  list.addEventListener("click", (event) => {
    const entry = event.target.closest("li");
    if (entry) jump(byId.get(entry.id));
  });
  $("filter").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const entry of list.children) {
      const text = entry.textContent.toLowerCase(), hit = words.every((word) => text.includes(word));
      entry.hidden = !hit;
      hits += hit;
    }
    $("found").textContent = hits;
  });
}
const toHash = () => { const remark = byId.get(location.hash.slice(1)); if (remark) jump(remark); };
window.addEventListener("hashchange", toHash);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
new ResizeObserver(layout).observe(scroll);
layout();
if (end > 90) setZoom(room() / 60, 0, origin + 6);
toHash();
