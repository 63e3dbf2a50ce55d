// The same hall drawn three ways and moved for `frames` frames; each answers with the milliseconds between frames.

const between = (frames, move) => new Promise((done) => {
  const times = [];
  let last = null, count = 0;
  const step = (now) => {
    if (last !== null) times.push(now - last);
    last = now;
    if (count++ === frames) done(times);
    else { move(count); requestAnimationFrame(step); }
  };
  requestAnimationFrame(step);
});

// A circle and back, a zoom in and out: what a finger does.
const where = (frame) => ({ dx: 4 * Math.cos(frame / 8), dy: 4 * Math.sin(frame / 8), factor: frame % 40 < 20 ? 1.04 : 1 / 1.04 });

window.drawWidget = (frames) => {
  const canvas = document.querySelector("usher-seat-map").shadowRoot.querySelector(".stage");
  const box = canvas.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  let [px, py] = [x, y];
  const finger = (type, clientX, clientY) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "touch", clientX, clientY, button: 0, bubbles: true }));
  canvas.setPointerCapture = () => undefined;
  finger("pointerdown", x, y);
  return between(frames, (frame) => {
    const { dx, dy, factor } = where(frame);
    finger("pointermove", (px += dx), (py += dy));
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -Math.log(factor) / 0.0025, clientX: x, clientY: y, cancelable: true }));
  });
};

const area = () => {
  const place = document.createElement("div");
  Object.assign(place.style, { position: "fixed", inset: "0", background: "white" });
  document.body.append(place);
  return place;
};

window.drawSvg = async (seats, frames) => {
  const place = area();
  const make = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = make("svg");
  Object.assign(svg.style, { width: "100%", height: "100%" });
  for (let seat = 0; seat < seats.x.length; seat++) {
    const mark = make("circle");
    mark.setAttribute("cx", seats.x[seat]);
    mark.setAttribute("cy", seats.y[seat]);
    mark.setAttribute("r", 9);
    mark.setAttribute("fill", seat % 3 ? "#336699" : "#cccccc");
    svg.append(mark);
  }
  place.append(svg);
  const right = Math.max(...seats.x), bottom = Math.max(...seats.y);
  let view = { x: 0, y: 0, width: right, height: bottom };
  const times = await between(frames, (frame) => {
    const { dx, dy, factor } = where(frame);
    view = { x: view.x - dx, y: view.y - dy, width: view.width / factor, height: view.height / factor };
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  });
  place.remove();
  return times;
};

window.drawWebGl = async (seats, frames) => {
  const place = area();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: innerWidth, height: innerHeight });
  place.append(canvas);
  const gl = canvas.getContext("webgl");
  if (!gl) { place.remove(); return null; }
  const shader = (type, source) => { const made = gl.createShader(type); gl.shaderSource(made, source); gl.compileShader(made); return made; };
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl.VERTEX_SHADER, `attribute vec2 seat; uniform vec3 view; uniform vec2 size;
    void main() { vec2 p = (seat * view.z + view.xy) / size * 2. - 1.; gl_Position = vec4(p.x, -p.y, 0, 1); gl_PointSize = max(2., 18. * view.z); }`));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `precision mediump float;
    void main() { if (length(gl_PointCoord - .5) > .5) discard; gl_FragColor = vec4(.2, .4, .6, 1); }`));
  gl.linkProgram(program);
  gl.useProgram(program);
  const points = new Float32Array(seats.x.length * 2);
  for (let seat = 0; seat < seats.x.length; seat++) { points[2 * seat] = seats.x[seat]; points[2 * seat + 1] = seats.y[seat]; }
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, points, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(gl.getAttribLocation(program, "seat"), 2, gl.FLOAT, false, 0, 0);
  gl.uniform2f(gl.getUniformLocation(program, "size"), canvas.width, canvas.height);
  const scale = Math.min(canvas.width / Math.max(...seats.x), canvas.height / Math.max(...seats.y));
  let view = { x: 0, y: 0, scale };
  const times = await between(frames, (frame) => {
    const { dx, dy, factor } = where(frame);
    view = { x: view.x + dx, y: view.y + dy, scale: view.scale * factor };
    gl.clearColor(1, 1, 1, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform3f(gl.getUniformLocation(program, "view"), view.x, view.y, view.scale);
    gl.drawArrays(gl.POINTS, 0, seats.x.length);
  });
  place.remove();
  return times;
};
