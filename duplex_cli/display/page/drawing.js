// ---- drawing ---------------------------------------------------------------------------------------
function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}
const ruler = make("div", "ruler");
const cursor = make("div", "cursor");
cursor.hidden = true;
view.append(ruler);
for (const l of shown) {
  l.node = make("div", "lane " + l.id);
  const title = make("b", "", l.name);
  if (l.hint) title.append(make("small", "", l.hint));
  l.body = make("div");
  l.used = l.rows = Math.min(l.rows || 0, Math.max(1, l.items?.length || 0));
  l.node.append(title, l.body);
  if (l.draw) { l.canvas = make("canvas"); l.canvas.setAttribute("aria-hidden", "true"); l.body.append(l.canvas); }
  view.append(l.node);
}
view.append(cursor);

const pen = (canvas, w, h) => {
  const dpr = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(w * dpr) || canvas.height !== Math.round(h * dpr)) {
    canvas.width = Math.round(w * dpr); canvas.height = Math.round(h * dpr);
  }
  const c = canvas.getContext("2d");
  c.setTransform(dpr, 0, 0, dpr, 0, 0);
  c.clearRect(0, 0, w, h);
  return c;
};
const STEPS = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

function paint() {
  ruler.replaceChildren();
  const step = STEPS.find((s) => s * zoom >= 76) || 7200;
  for (let t = Math.max(0, Math.floor(timeAt(origin) / step) * step); t <= end && x(t) < width; t += step) {
    if (x(t) < origin) continue;
    const mark = make("span", "", clockText(t, step < 1));
    mark.style.left = x(t) + "px";
    ruler.append(mark);
  }
  const colours = css();
  for (const l of shown) if (l.draw) {
    l.canvas.style.height = l.height + "px";
    l.draw(pen(l.canvas, width, l.height), l.height, (name) => colours.getPropertyValue(name).trim());
  } else place(l);
  cursor.hidden = selected < 0;
  if (selected >= 0) cursor.style.left = x(at[selected]) + "px";
  const from = Math.max(0, timeAt(origin)), to = Math.min(end, timeAt(width));
  $("span").textContent = clockText(from, false) + " – " + clockText(to, false);
  paintMap(colours);
}

/** Buttons for the items in sight: labels where there is room, thin marks where there is none. */
function place(l) {
  const nodes = [], free = new Array(l.rows).fill(-1e9), marks = new Array(l.rows).fill(-1e9);
  const inSight = l.items.filter((it) => x(it.to) > origin - 460 && x(it.from) < width);
  const next = new Array(l.rows).fill(null);
  for (const it of inSight) {
    const left = x(it.from), length = Math.max(4, (it.to - it.from) * zoom);
    const label = (it.lead ? it.lead + " " : "") + it.text;
    const wanted = Math.max(length, Math.min(440, label.length * 7.1 + 16 + (it.frame ? 44 : 0)));
    let row = free.findIndex((edge) => edge <= left);
    const crowded = row < 0;
    if (crowded) {
      // The row whose label began longest ago gives its end away; very dense marks are drawn once.
      row = marks.indexOf(Math.min(...marks));
      if (left - marks[row] < 4) continue;
      const before = next[row];
      if (before) before.style.width = Math.max(4, Math.min(parseFloat(before.style.width), left - marks[row] - 2)) + "px";
    }
    const node = make("button", "item" + (it.position === selected ? " on" : ""));
    node.type = "button";
    node.tabIndex = -1;
    node.style.left = left + "px";
    node.style.top = TOP + row * ROW + (narrow ? CAPTION : 0) + "px";
    node.style.width = wanted + "px";
    const bar = make("i");
    bar.style.width = length + "px";
    const words = make("bdi");
    if (it.lead) words.append(make("em", "", it.lead));
    words.append(it.text);
    node.append(bar);
    if (it.frame) { const picture = make("img"); picture.src = it.frame; picture.alt = ""; node.append(picture); }
    node.append(words);
    node.title = clockText(it.from) + " " + label;
    node.addEventListener("click", (event) => { event.stopPropagation(); select(it.position, false, it.remark); });
    next[row] = node;
    marks[row] = left;
    free[row] = left + wanted + 6;
    nodes.push(node);
  }
  for (const node of nodes) if (parseFloat(node.style.width) < SLIM) {
    node.classList.add("slim");
    node.replaceChildren(node.firstChild);
  }
  l.body.replaceChildren(...nodes);
}

function drawGate(c, h, colour) {
  const floor = h - 5, scale = h - 12;
  c.fillStyle = colour("--line");
  c.fillRect(origin, floor, width, 1);
  const w = Math.max(2, tick * zoom - 1);
  for (const [position, , say, call, other] of data.gates) {
    const left = x(at[position]) - w;
    if (left < origin - w || left > width) continue;
    let y = floor;
    for (const [share, name] of [[say, "--said"], [call, "--done"], [other, "--cost"]]) {
      const part = share * scale;
      c.fillStyle = colour(name);
      if (part > 0.2) c.fillRect(left, y - part, w, part);
      y -= part;
    }
    if (y > floor - 1.5) { c.fillStyle = colour("--cost"); c.fillRect(left, floor - 2, w, 2); }
  }
  if (data.threshold !== null) dashed(c, floor - data.threshold * scale, colour("--soft"), "threshold " + data.threshold);
}
function dashed(c, y, style, text) {
  c.strokeStyle = style; c.fillStyle = style; c.setLineDash([4, 4]);
  c.beginPath(); c.moveTo(origin, Math.round(y) + .5); c.lineTo(width, Math.round(y) + .5); c.stroke(); c.setLineDash([]);
  c.font = "11px system-ui, sans-serif"; c.textAlign = "right";
  c.fillStyle = css().getPropertyValue("--card"); c.fillRect(width - 10 - c.measureText(text).width, y - 14, 200, 13);
  c.fillStyle = style; c.fillText(text, width - 6, y - 4);
}
function drawCost(c, h, colour) {
  const full = data.tick_ms * 1.35, scale = (h - 4) / full, limit = data.tick_ms;
  const fine = colour("--cost"), dear = colour("--cost-dear"), bad = colour("--bad");
  const from = positionAt(Math.max(0, timeAt(origin))), w = Math.max(1, tick * zoom - (zoom * tick > 4 ? 1 : 0));
  let column = -1e9, worst = 0, hit = false;
  const flush = () => {
    if (column < -1e8) return;
    const y = Math.min(full, worst) * scale;
    c.fillStyle = hit || worst >= limit ? bad : worst >= limit * .7 ? dear : fine;
    c.fillRect(column, h - y, w, y);
    if (hit) { c.fillStyle = bad; c.beginPath(); c.moveTo(column - 4, 0); c.lineTo(column + w + 4, 0); c.lineTo(column + w / 2, 8); c.fill(); }
  };
  for (let i = Math.max(0, from); i < count; i++) {
    const left = Math.round(x(at[i]) - w);
    if (left > width) break;
    if (left !== column) { flush(); column = left; worst = 0; hit = false; }
    worst = Math.max(worst, costs[i]);
    hit = hit || lost.has(i);
  }
  flush();
  dashed(c, h - limit * scale, bad, limit + " ms");
}

function paintMap(colours) {
  const w = map.clientWidth, h = 44, c = pen(map, w, h), colour = (n) => colours.getPropertyValue(n).trim();
  const px = (t) => 6 + t / end * (w - 12), full = data.tick_ms * 1.2;
  let column = -1, worst = 0, hit = false;
  const flush = () => { if (column >= 0) { c.fillStyle = hit || worst >= data.tick_ms ? colour("--bad") : colour("--cost"); const y = Math.min(1, worst / full) * 22; c.fillRect(column, h - y, 1, y); } };
  c.globalAlpha = .8;
  for (let i = 0; i < count; i++) {
    const left = Math.floor(px(at[i]));
    if (left !== column) { flush(); column = left; worst = 0; hit = false; }
    worst = Math.max(worst, costs[i]); hit = hit || lost.has(i);
  }
  flush();
  c.globalAlpha = 1;
  c.fillStyle = colour("--heard");
  for (const p of data.phrases) c.fillRect(px(p[0]), 5, Math.max(1.5, px(p[1]) - px(p[0])), 4);
  c.fillStyle = colour("--said");
  for (const r of data.remarks) c.fillRect(px(r.at), 11, Math.max(2, px(r.end) - px(r.at)), 7);
  const a = px(Math.max(0, timeAt(origin))), b = px(Math.min(end, timeAt(width)));
  c.strokeStyle = colour("--focus"); c.lineWidth = 2;
  c.strokeRect(a, 1, Math.max(4, b - a), h - 2);
  if (selected >= 0) { c.fillStyle = colour("--ink"); c.fillRect(px(at[selected]), 0, 1.5, h); }
}
