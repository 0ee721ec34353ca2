// The session, unpacked; the lanes; zoom and place. Text reaches the page only as textContent, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const scroll = $("scroll"), wide = $("wide"), view = $("view"), map = $("map");
const GUTTER = 84, NARROW = 700, ROW = 26, TOP = 4, CAPTION = 17, MAX_ZOOM = 400, SLIM = 26;
const css = () => getComputedStyle(document.documentElement);

// ---- the session, unpacked -------------------------------------------------------------------------
const count = data.steps.length;
const at = new Float64Array(count);
for (let i = 0, sum = 0; i < count; i++) { sum += data.steps[i]; at[i] = sum / 100; }
const costs = data.costs;
const lost = new Map(data.missed);
const gates = new Map(data.gates.map((g) => [g[0], g]));
const tick = data.tick_ms / 1000;
const end = Math.max(data.end, 1);
const eventful = [...new Set([...Object.keys(data.turns).map(Number), ...gates.keys()])].sort((a, b) => a - b);

const indexOf = (position) => {
  let low = 0, high = data.jumps.length;
  while (low < high) { const mid = (low + high) >> 1; if (data.jumps[mid][0] <= position) low = mid + 1; else high = mid; }
  if (!low) return position;
  const [from, index] = data.jumps[low - 1];
  return index + position - from;
};
/** Position of the first micro-turn that closed at `t` or later. */
const positionAt = (t) => {
  let low = 0, high = count;
  while (low < high) { const mid = (low + high) >> 1; if (at[mid] < t - 1e-6) low = mid + 1; else high = mid; }
  return Math.min(low, count - 1);
};
/** The micro-turn in which a remark was begun; where the journal does not tell, the one it sounded in. */
const begun = new Map();
for (const [key, turn] of Object.entries(data.turns)) {
  for (const [kind, , remark] of turn.acts || []) if (kind === "say" && !begun.has(remark)) begun.set(remark, Number(key));
}
const decidedAt = (remark) => begun.get(Number(remark.n)) ?? positionAt(remark.at);
const clockText = (s, tenths = true) => {
  const n = Math.max(0, Math.round(s * 10)), h = Math.floor(n / 36000), m = Math.floor(n / 600) % 60, r = Math.floor(n / 10) % 60;
  const two = (v) => String(v).padStart(2, "0");
  return (h ? h + ":" : "") + two(m) + ":" + two(r) + (tenths ? "." + (n % 10) : "");
};

// ---- lanes -----------------------------------------------------------------------------------------
const item = (from, to, text, position, more) => ({ from, to, text, position, ...more });
const lanes = [
  { id: "heard", name: "heard", rows: 1, items: data.phrases.map((p) => item(p[0], p[1], p[2], p[3])) },
  { id: "seen", name: "seen", rows: 4, items: [] },
  { id: "due", name: "due", rows: 1, items: [] },
  { id: "gate", name: "decides", hint: "p to act", height: 64, draw: drawGate },
  { id: "said", name: "said", rows: 3, items: data.remarks.map((r) => item(r.at, r.end, r.text, decidedAt(r), { remark: r })) },
  { id: "done", name: "did", rows: 2, items: [] },
  { id: "held", name: "withheld", rows: 1, items: [] },
  { id: "cost", name: "tick", hint: "ms each", height: 72, draw: drawCost },
];
const lane = Object.fromEntries(lanes.map((l) => [l.id, l]));
for (const [key, turn] of Object.entries(data.turns)) {
  const position = Number(key), t = at[position];
  for (const [when, kind, text, where, frame] of turn.percepts || []) {
    if (["see", "rep", "motion", "result"].includes(kind)) {
      lane.seen.items.push(item(when, when, text, position, { lead: kind === "see" ? where : kind, frame: data.frames[frame] }));
    } else if (kind === "due") lane.due.items.push(item(when, when, text, position, {}));
    else if (kind === "cut") lane.done.items.push(item(when, when, text, position, { lead: "cut off" }));
  }
  for (const [kind, text] of turn.acts || []) if (kind !== "say") lane.done.items.push(item(t, t, text, position, { lead: kind }));
  if (turn.withheld) lane.held.items.push(item(t, t, turn.withheld, position, {}));
}
const optional = new Set(["due", "done", "held"]);
const shown = lanes.filter((l) => l.draw || l.items.length || !optional.has(l.id));
for (const l of shown) if (l.items) l.items.sort((a, b) => a.from - b.from);

// ---- zoom and place --------------------------------------------------------------------------------
let zoom = 1, selected = -1, width = 0, origin = 0, narrow = false, queued = false;
const room = () => Math.max(50, width - origin - 12);
const fit = () => room() / end;
const x = (t) => origin + 6 + t * zoom - scroll.scrollLeft;
const timeAt = (px) => (px - origin - 6 + scroll.scrollLeft) / zoom;
const draw = () => { if (!queued) { queued = true; requestAnimationFrame(() => { queued = false; paint(); }); } };

function setZoom(next, keepTime, keepPx) {
  const t = keepTime ?? timeAt(origin + room() / 2), px = keepPx ?? x(t);
  zoom = Math.min(MAX_ZOOM, Math.max(fit(), next));
  size();
  scroll.scrollLeft = origin + 6 + t * zoom - px;
  draw();
}
function size() { wide.style.width = Math.max(width, origin + 12 + end * zoom) + "px"; }
function layout() {
  const before = zoom, wasFit = !width || Math.abs(zoom - fit()) < 1e-9;
  width = scroll.clientWidth;
  narrow = width < NARROW;
  origin = narrow ? 6 : GUTTER;
  view.classList.toggle("narrow", narrow);
  view.style.width = width + "px";
  for (const l of shown) l.node.style.height = (l.height || l.used * ROW + TOP * 2) + (narrow ? CAPTION : 0) + "px";
  zoom = Math.min(MAX_ZOOM, wasFit ? fit() : Math.max(fit(), before));
  size();
  draw();
}
