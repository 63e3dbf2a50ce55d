// src/client/availability.ts
function e(e, t) {
	if (t.__typename === "AvailabilityDelta" && e?.version !== t.previousVersion) return null;
	let n = t.__typename === "AvailabilityDelta" ? t.changes : t.seats, r = new Map(t.__typename === "AvailabilityDelta" ? e?.status : void 0);
	for (let e of n) for (let t of e.labels) e.status === "AVAILABLE" ? r.delete(t) : r.set(t, e.status);
	let { version: i, available: a, held: o, sold: s } = t;
	return {
		version: i,
		available: a,
		held: o,
		sold: s,
		status: r,
		places: new Map(t.generalAdmission.map((e) => [e.ticketTypeId, e.available]))
	};
}
// src/words/locale.ts
var t = ["en", "ar"], n = (e) => t.find((t) => e?.toLowerCase().split("-")[0] === t), r = (e) => (globalThis.navigator?.languages ?? []).find((t) => n(t) === e) ?? e;
// src/client/countdown.ts
function i(e, t) {
	let n = performance.now() + (Date.parse(e) - Date.parse(t));
	return { left: () => Math.max(0, n - performance.now()) };
}
function a(e, t) {
	let n = Math.ceil(e / 1e3), i = new Intl.NumberFormat(r(t), {
		minimumIntegerDigits: 2,
		useGrouping: !1
	});
	return `${new Intl.NumberFormat(r(t), { useGrouping: !1 }).format(Math.floor(n / 60))}:${i.format(n % 60)}`;
}
// src/client/layout.ts
function o(e) {
	let t = [], n = [], r = [], i = [], a = [], o = [], u = /* @__PURE__ */ new Set(), d = [], f = e.sections.map((e, c) => {
		let l = d.length, f = t.length;
		for (let s of e.rows) {
			let e = t.length;
			for (let t of s.accessible) u.add(e + t);
			for (let e of s.labels) o.push(d.length);
			t.push(...s.labels), n.push(...s.numbers), r.push(...s.x), i.push(...s.y), a.push(...s.categories), d.push({
				name: s.name,
				section: c,
				first: e,
				end: t.length
			});
		}
		return {
			name: e.name,
			first: l,
			end: d.length,
			middle: s(r, i, f)
		};
	}), p = Float64Array.from(r), m = Float64Array.from(i), h = new Set(e.shapes.map((e) => e.text).filter(Boolean)), g = c(p, m, d);
	return {
		name: e.name,
		labels: t,
		numbers: n,
		x: p,
		y: m,
		rows: d,
		sections: f,
		accessible: u,
		spacing: g,
		category: Uint16Array.from(a),
		row: Uint32Array.from(o),
		at: new Map(t.map((e, t) => [e, t])),
		categories: e.categories,
		shapes: e.shapes,
		bounds: l(p, m, e.shapes, g),
		named: d.some((e) => h.has(e.name))
	};
}
function s(e, t, n) {
	let r = (e) => e.reduce((e, t) => e + t, 0) / e.length, [i, a] = [r(e.slice(n)), r(t.slice(n))], o = n, s = (n) => Math.hypot((e[n] ?? 0) - i, (t[n] ?? 0) - a);
	for (let t = n; t < e.length; t++) s(t) < s(o) && (o = t);
	return o;
}
function c(e, t, n) {
	let r = [];
	for (let i of n) for (let n = i.first + 1; n < i.end; n++) {
		let i = Math.hypot((e[n] ?? 0) - (e[n - 1] ?? 0), (t[n] ?? 0) - (t[n - 1] ?? 0));
		i > 0 && r.push(i);
	}
	return r.sort((e, t) => e - t), r[r.length >> 1] ?? 25;
}
function l(e, t, n, r) {
	let i = {
		left: Infinity,
		top: Infinity,
		right: -Infinity,
		bottom: -Infinity
	}, a = (e, t) => {
		i.left = Math.min(i.left, e), i.top = Math.min(i.top, t), i.right = Math.max(i.right, e), i.bottom = Math.max(i.bottom, t);
	};
	e.forEach((e, n) => a(e, t[n] ?? 0));
	for (let e of n) for (let [t, n] of u(e)) a(t, n);
	if (i.left > i.right) return {
		left: 0,
		top: 0,
		right: 100,
		bottom: 100
	};
	let o = r * 1.6;
	return {
		left: i.left - o,
		top: i.top - o,
		right: i.right + o,
		bottom: i.bottom + o
	};
}
function u({ kind: e, x: t, y: n, width: r = 0, height: i = 0, rotation: a = 0, points: o }) {
	if (o) return o;
	let [s, c] = e === "circle" || e === "ellipse" ? [-r / 2, -(e === "circle" ? r : i) / 2] : [0, 0], [l, u] = e === "text" ? [0, 0] : [r, e === "circle" ? r : i], d = a * Math.PI / 180;
	return [
		[s, c],
		[s + l, c],
		[s + l, c + u],
		[s, c + u]
	].map(([e = 0, r = 0]) => [t + e * Math.cos(d) - r * Math.sin(d), n + e * Math.sin(d) + r * Math.cos(d)]);
}
// node_modules/@0no-co/graphql.web/dist/graphql.web.mjs
var d = {
	NAME: "Name",
	DOCUMENT: "Document",
	OPERATION_DEFINITION: "OperationDefinition",
	VARIABLE_DEFINITION: "VariableDefinition",
	SELECTION_SET: "SelectionSet",
	FIELD: "Field",
	ARGUMENT: "Argument",
	FRAGMENT_SPREAD: "FragmentSpread",
	INLINE_FRAGMENT: "InlineFragment",
	FRAGMENT_DEFINITION: "FragmentDefinition",
	VARIABLE: "Variable",
	INT: "IntValue",
	FLOAT: "FloatValue",
	STRING: "StringValue",
	BOOLEAN: "BooleanValue",
	NULL: "NullValue",
	ENUM: "EnumValue",
	LIST: "ListValue",
	OBJECT: "ObjectValue",
	OBJECT_FIELD: "ObjectField",
	DIRECTIVE: "Directive",
	NAMED_TYPE: "NamedType",
	LIST_TYPE: "ListType",
	NON_NULL_TYPE: "NonNullType"
}, f = class extends Error {
	constructor(e, t, n, r, i, a, o) {
		super(e), this.name = "GraphQLError", this.message = e, i && (this.path = i), t && (this.nodes = Array.isArray(t) ? t : [t]), n && (this.source = n), r && (this.positions = r), a && (this.originalError = a);
		var s = o;
		if (!s && a) {
			var c = a.extensions;
			c && typeof c == "object" && (s = c);
		}
		this.extensions = s || {};
	}
	toJSON() {
		return {
			...this,
			message: this.message
		};
	}
	toString() {
		return this.message;
	}
	get [Symbol.toStringTag]() {
		return "GraphQLError";
	}
}, p, m;
function h(e) {
	return new f(`Syntax Error: Unexpected token at ${m} in ${e}`);
}
function g(e) {
	if (e.lastIndex = m, e.test(p)) return p.slice(m, m = e.lastIndex);
}
var _ = / +(?=[^\s])/y;
function v(e) {
	for (var t = e.split("\n"), n = "", r = 0, i = 0, a = t.length - 1, o = 0; o < t.length; o++) _.lastIndex = 0, _.test(t[o]) && (o && (!r || _.lastIndex < r) && (r = _.lastIndex), i ||= o, a = o);
	for (var s = i; s <= a; s++) s !== i && (n += "\n"), n += t[s].slice(r).replace(/\\"""/g, "\"\"\"");
	return n;
}
function y() {
	for (var e = 0 | p.charCodeAt(m++); e === 9 || e === 10 || e === 13 || e === 32 || e === 35 || e === 44 || e === 65279; e = 0 | p.charCodeAt(m++)) if (e === 35) for (; (e = 0 | p.charCodeAt(m++)) && e !== 10 && e !== 13;);
	m--;
}
function b() {
	for (var e = m, t = 0 | p.charCodeAt(m++); t >= 48 && t <= 57 || t >= 65 && t <= 90 || t === 95 || t >= 97 && t <= 122; t = 0 | p.charCodeAt(m++));
	if (e === m - 1) throw h("Name");
	var n = p.slice(e, --m);
	return y(), n;
}
function x() {
	return {
		kind: "Name",
		value: b()
	};
}
var S = /(?:"""|(?:[\s\S]*?[^\\])""")/y, ee = /(?:(?:\.\d+)?[eE][+-]?\d+|\.\d+)/y;
function C(e) {
	var t;
	switch (p.charCodeAt(m)) {
		case 91:
			m++, y();
			for (var n = []; p.charCodeAt(m) !== 93;) n.push(C(e));
			return m++, y(), {
				kind: "ListValue",
				values: n
			};
		case 123:
			m++, y();
			for (var r = []; p.charCodeAt(m) !== 125;) {
				var i = x();
				if (p.charCodeAt(m++) !== 58) throw h("ObjectField");
				y(), r.push({
					kind: "ObjectField",
					name: i,
					value: C(e)
				});
			}
			return m++, y(), {
				kind: "ObjectValue",
				fields: r
			};
		case 36:
			if (e) throw h("Variable");
			return m++, {
				kind: "Variable",
				name: x()
			};
		case 34:
			if (p.charCodeAt(m + 1) === 34 && p.charCodeAt(m + 2) === 34) {
				if (m += 3, (t = g(S)) == null) throw h("StringValue");
				return y(), {
					kind: "StringValue",
					value: v(t.slice(0, -3)),
					block: !0
				};
			}
			var a = m, o;
			m++;
			var s = !1;
			for (o = 0 | p.charCodeAt(m++); o === 92 && (m++, s = !0) || o !== 10 && o !== 13 && o !== 34 && o; o = 0 | p.charCodeAt(m++));
			if (o !== 34) throw h("StringValue");
			return t = p.slice(a, m), y(), {
				kind: "StringValue",
				value: s ? JSON.parse(t) : t.slice(1, -1),
				block: !1
			};
		case 45:
		case 48:
		case 49:
		case 50:
		case 51:
		case 52:
		case 53:
		case 54:
		case 55:
		case 56:
		case 57:
			for (var c = m++, l; (l = 0 | p.charCodeAt(m++)) >= 48 && l <= 57;);
			var u = p.slice(c, --m);
			if ((l = p.charCodeAt(m)) === 46 || l === 69 || l === 101) {
				if ((t = g(ee)) == null) throw h("FloatValue");
				return y(), {
					kind: "FloatValue",
					value: u + t
				};
			}
			return y(), {
				kind: "IntValue",
				value: u
			};
		case 110:
			if (p.charCodeAt(m + 1) === 117 && p.charCodeAt(m + 2) === 108 && p.charCodeAt(m + 3) === 108) return m += 4, y(), { kind: "NullValue" };
			break;
		case 116:
			if (p.charCodeAt(m + 1) === 114 && p.charCodeAt(m + 2) === 117 && p.charCodeAt(m + 3) === 101) return m += 4, y(), {
				kind: "BooleanValue",
				value: !0
			};
			break;
		case 102: if (p.charCodeAt(m + 1) === 97 && p.charCodeAt(m + 2) === 108 && p.charCodeAt(m + 3) === 115 && p.charCodeAt(m + 4) === 101) return m += 5, y(), {
			kind: "BooleanValue",
			value: !1
		};
	}
	return {
		kind: "EnumValue",
		value: b()
	};
}
function w(e) {
	if (p.charCodeAt(m) === 40) {
		var t = [];
		m++, y();
		do {
			var n = x();
			if (p.charCodeAt(m++) !== 58) throw h("Argument");
			y(), t.push({
				kind: "Argument",
				name: n,
				value: C(e)
			});
		} while (p.charCodeAt(m) !== 41);
		return m++, y(), t;
	}
}
function T(e) {
	if (p.charCodeAt(m) === 64) {
		var t = [];
		do
			m++, t.push({
				kind: "Directive",
				name: x(),
				arguments: w(e)
			});
		while (p.charCodeAt(m) === 64);
		return t;
	}
}
function te() {
	for (var e = 0; p.charCodeAt(m) === 91;) e++, m++, y();
	var t = {
		kind: "NamedType",
		name: x()
	};
	do
		if (p.charCodeAt(m) === 33 && (m++, y(), t = {
			kind: "NonNullType",
			type: t
		}), e) {
			if (p.charCodeAt(m++) !== 93) throw h("NamedType");
			y(), t = {
				kind: "ListType",
				type: t
			};
		}
	while (e--);
	return t;
}
function E() {
	if (p.charCodeAt(m++) !== 123) throw h("SelectionSet");
	return y(), D();
}
function D() {
	var e = [];
	do
		if (p.charCodeAt(m) === 46) {
			if (p.charCodeAt(++m) !== 46 || p.charCodeAt(++m) !== 46) throw h("SelectionSet");
			switch (m++, y(), p.charCodeAt(m)) {
				case 64:
					e.push({
						kind: "InlineFragment",
						typeCondition: void 0,
						directives: T(!1),
						selectionSet: E()
					});
					break;
				case 111:
					p.charCodeAt(m + 1) === 110 ? (m += 2, y(), e.push({
						kind: "InlineFragment",
						typeCondition: {
							kind: "NamedType",
							name: x()
						},
						directives: T(!1),
						selectionSet: E()
					})) : e.push({
						kind: "FragmentSpread",
						name: x(),
						directives: T(!1)
					});
					break;
				case 123:
					m++, y(), e.push({
						kind: "InlineFragment",
						typeCondition: void 0,
						directives: void 0,
						selectionSet: D()
					});
					break;
				default: e.push({
					kind: "FragmentSpread",
					name: x(),
					directives: T(!1)
				});
			}
		} else {
			var t = x(), n = void 0;
			p.charCodeAt(m) === 58 && (m++, y(), n = t, t = x());
			var r = w(!1), i = T(!1), a = void 0;
			p.charCodeAt(m) === 123 && (m++, y(), a = D()), e.push({
				kind: "Field",
				alias: n,
				name: t,
				arguments: r,
				directives: i,
				selectionSet: a
			});
		}
	while (p.charCodeAt(m) !== 125);
	return m++, y(), {
		kind: "SelectionSet",
		selections: e
	};
}
function ne() {
	if (y(), p.charCodeAt(m) === 40) {
		var e = [];
		m++, y();
		do {
			var t = void 0;
			if (p.charCodeAt(m) === 34 && (t = C(!0)), p.charCodeAt(m++) !== 36) throw h("Variable");
			var n = x();
			if (p.charCodeAt(m++) !== 58) throw h("VariableDefinition");
			y();
			var r = te(), i = void 0;
			p.charCodeAt(m) === 61 && (m++, y(), i = C(!0)), y();
			var a = {
				kind: "VariableDefinition",
				variable: {
					kind: "Variable",
					name: n
				},
				type: r,
				defaultValue: i,
				directives: T(!0)
			};
			t && (a.description = t), e.push(a);
		} while (p.charCodeAt(m) !== 41);
		return m++, y(), e;
	}
}
function re(e) {
	var t = x();
	if (p.charCodeAt(m++) !== 111 || p.charCodeAt(m++) !== 110) throw h("FragmentDefinition");
	y();
	var n = {
		kind: "FragmentDefinition",
		name: t,
		typeCondition: {
			kind: "NamedType",
			name: x()
		},
		directives: T(!1),
		selectionSet: E()
	};
	return e && (n.description = e), n;
}
function ie() {
	var e = [];
	do {
		var t = void 0;
		if (p.charCodeAt(m) === 34 && (t = C(!0)), p.charCodeAt(m) === 123) {
			if (t) throw h("Document");
			m++, y(), e.push({
				kind: "OperationDefinition",
				operation: "query",
				name: void 0,
				variableDefinitions: void 0,
				directives: void 0,
				selectionSet: D()
			});
		} else {
			var n = b();
			switch (n) {
				case "fragment":
					e.push(re(t));
					break;
				case "query":
				case "mutation":
				case "subscription":
					var r, i = void 0;
					(r = p.charCodeAt(m)) !== 40 && r !== 64 && r !== 123 && (i = x());
					var a = {
						kind: "OperationDefinition",
						operation: n,
						name: i,
						variableDefinitions: ne(),
						directives: T(!1),
						selectionSet: E()
					};
					t && (a.description = t), e.push(a);
					break;
				default: throw h("Document");
			}
		}
	} while (m < p.length);
	return e;
}
function ae(e, t) {
	return p = e.body ? e.body : e, m = 0, y(), t && t.noLocation ? {
		kind: "Document",
		definitions: ie()
	} : {
		kind: "Document",
		definitions: ie(),
		loc: {
			start: 0,
			end: p.length,
			startToken: void 0,
			endToken: void 0,
			source: {
				body: p,
				name: "graphql.web",
				locationOffset: {
					line: 1,
					column: 1
				}
			}
		}
	};
}
function O(e, t, n) {
	for (var r = "", i = 0; i < e.length; i++) i && (r += t), r += n(e[i]);
	return r;
}
function oe(e) {
	return JSON.stringify(e);
}
function se(e) {
	return "\"\"\"\n" + e.replace(/"""/g, "\\\"\"\"") + "\n\"\"\"";
}
var k = "\n", A = {
	OperationDefinition(e) {
		var t = "";
		e.description && (t += A.StringValue(e.description) + "\n"), t += e.operation, e.name && (t += " " + e.name.value), e.variableDefinitions && e.variableDefinitions.length && (e.name || (t += " "), t += "(" + O(e.variableDefinitions, ", ", A.VariableDefinition) + ")"), e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive));
		var n = A.SelectionSet(e.selectionSet);
		return t === "query" ? n : t + " " + n;
	},
	VariableDefinition(e) {
		var t = "";
		return e.description && (t += A.StringValue(e.description) + " "), t += A.Variable(e.variable) + ": " + j(e.type), e.defaultValue && (t += " = " + j(e.defaultValue)), e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive)), t;
	},
	Field(e) {
		var t = e.alias ? e.alias.value + ": " + e.name.value : e.name.value;
		if (e.arguments && e.arguments.length) {
			var n = O(e.arguments, ", ", A.Argument);
			t.length + n.length + 2 > 80 ? t += "(" + (k += "  ") + O(e.arguments, k, A.Argument) + (k = k.slice(0, -2)) + ")" : t += "(" + n + ")";
		}
		return e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive)), e.selectionSet && e.selectionSet.selections.length && (t += " " + A.SelectionSet(e.selectionSet)), t;
	},
	StringValue(e) {
		return e.block ? se(e.value).replace(/\n/g, k) : oe(e.value);
	},
	BooleanValue: (e) => "" + e.value,
	NullValue: (e) => "null",
	IntValue: (e) => e.value,
	FloatValue: (e) => e.value,
	EnumValue: (e) => e.value,
	Name: (e) => e.value,
	Variable: (e) => "$" + e.name.value,
	ListValue: (e) => "[" + O(e.values, ", ", j) + "]",
	ObjectValue: (e) => "{" + O(e.fields, ", ", A.ObjectField) + "}",
	ObjectField: (e) => e.name.value + ": " + j(e.value),
	Document(e) {
		return !e.definitions || !e.definitions.length ? "" : O(e.definitions, "\n\n", j);
	},
	SelectionSet: (e) => "{" + (k += "  ") + O(e.selections, k, j) + (k = k.slice(0, -2)) + "}",
	Argument: (e) => e.name.value + ": " + j(e.value),
	FragmentSpread(e) {
		var t = "..." + e.name.value;
		return e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive)), t;
	},
	InlineFragment(e) {
		var t = "...";
		return e.typeCondition && (t += " on " + e.typeCondition.name.value), e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive)), t += " " + A.SelectionSet(e.selectionSet);
	},
	FragmentDefinition(e) {
		var t = "";
		return e.description && (t += A.StringValue(e.description) + "\n"), t += "fragment " + e.name.value, t += " on " + e.typeCondition.name.value, e.directives && e.directives.length && (t += " " + O(e.directives, " ", A.Directive)), t + " " + A.SelectionSet(e.selectionSet);
	},
	Directive(e) {
		var t = "@" + e.name.value;
		return e.arguments && e.arguments.length && (t += "(" + O(e.arguments, ", ", A.Argument) + ")"), t;
	},
	NamedType: (e) => e.name.value,
	ListType: (e) => "[" + j(e.type) + "]",
	NonNullType: (e) => j(e.type) + "!"
}, j = (e) => A[e.kind](e);
function ce(e) {
	return k = "\n", A[e.kind] ? A[e.kind](e) : "";
}
// node_modules/wonka/dist/wonka.mjs
var le = () => {}, M = le;
function N(e) {
	return {
		tag: 0,
		0: e
	};
}
function P(e) {
	return {
		tag: 1,
		0: e
	};
}
var ue = () => typeof Symbol == "function" && Symbol.asyncIterator || "@@asyncIterator", de = (e) => e;
function F(e) {
	return (t) => (n) => {
		var r = M;
		t(((t) => {
			t === 0 ? n(0) : t.tag === 0 ? (r = t[0], n(t)) : e(t[0]) ? n(t) : r(0);
		}));
	};
}
function fe(e) {
	return (t) => (n) => t(((t) => {
		t === 0 || t.tag === 0 ? n(t) : n(P(e(t[0])));
	}));
}
function pe(e) {
	return (t) => (n) => {
		var r = [], i = M, a = !1, o = !1;
		t(((t) => {
			o || (t === 0 ? (o = !0, r.length || n(0)) : t.tag === 0 ? i = t[0] : (a = !1, (function(e) {
				var t = M;
				e(((e) => {
					if (e === 0) {
						if (r.length) {
							var s = r.indexOf(t);
							s > -1 && (r = r.slice()).splice(s, 1), r.length || (o ? n(0) : a || (a = !0, i(0)));
						}
					} else e.tag === 0 ? (r.push(t = e[0]), t(0)) : r.length && (n(e), t(0));
				}));
			})(e(t[0])), a || (a = !0, i(0))));
		})), n(N(((e) => {
			if (e === 1) {
				o || (o = !0, i(1));
				for (var t = 0, n = r, s = r.length; t < s; t++) n[t](1);
				r.length = 0;
			} else {
				!o && !a ? (a = !0, i(0)) : a = !1;
				for (var c = 0, l = r, u = r.length; c < u; c++) l[c](0);
			}
		})));
	};
}
function me(e) {
	return pe(de)(e);
}
function I(e) {
	return me(Te(e));
}
function he(e) {
	return (t) => (n) => {
		var r = !1;
		t(((t) => {
			if (!r) {
				if (t === 0) r = !0, n(0), e();
				else if (t.tag === 0) {
					var i = t[0];
					n(N(((t) => {
						t === 1 ? (r = !0, i(1), e()) : i(t);
					})));
				} else n(t);
			}
		}));
	};
}
function ge(e) {
	return (t) => (n) => {
		var r = !1;
		t(((t) => {
			if (!r) {
				if (t === 0) r = !0, n(0);
				else if (t.tag === 0) {
					var i = t[0];
					n(N(((e) => {
						e === 1 && (r = !0), i(e);
					})));
				} else e(t[0]), n(t);
			}
		}));
	};
}
function _e(e) {
	return (t) => (n) => t(((t) => {
		t === 0 ? n(0) : t.tag === 0 ? (n(t), e()) : n(t);
	}));
}
function L(e) {
	var t = [], n = M, r = !1;
	return (i) => {
		t.push(i), t.length === 1 && e(((e) => {
			if (e === 0) {
				for (var i = 0, a = t, o = t.length; i < o; i++) a[i](0);
				t.length = 0;
			} else if (e.tag === 0) n = e[0];
			else {
				r = !1;
				for (var s = 0, c = t, l = t.length; s < l; s++) c[s](e);
			}
		})), i(N(((e) => {
			if (e === 1) {
				var a = t.indexOf(i);
				a > -1 && (t = t.slice()).splice(a, 1), t.length || n(1);
			} else r || (r = !0, n(0));
		})));
	};
}
function ve(e) {
	return (t) => (n) => {
		var r = M, i = M, a = !1, o = !1, s = !1, c = !1;
		t(((t) => {
			c || (t === 0 ? (c = !0, s || n(0)) : t.tag === 0 ? r = t[0] : (s && (i(1), i = M), a ? a = !1 : (a = !0, r(0)), (function(e) {
				s = !0, e(((e) => {
					s && (e === 0 ? (s = !1, c ? n(0) : a || (a = !0, r(0))) : e.tag === 0 ? (o = !1, (i = e[0])(0)) : (n(e), o ? o = !1 : i(0)));
				}));
			})(e(t[0]))));
		})), n(N(((e) => {
			e === 1 ? (c || (c = !0, r(1)), s && (s = !1, i(1))) : (!c && !a && (a = !0, r(0)), s && !o && (o = !0, i(0)));
		})));
	};
}
function ye(e) {
	return (t) => (n) => {
		var r = M, i = !1, a = 0;
		t(((t) => {
			i || (t === 0 ? (i = !0, n(0)) : t.tag === 0 ? e <= 0 ? (i = !0, n(0), t[0](1)) : r = t[0] : a++ < e ? (n(t), !i && a >= e && (i = !0, n(0), r(1))) : n(t));
		})), n(N(((t) => {
			t === 1 && !i ? (i = !0, r(1)) : t === 0 && !i && a < e && r(0);
		})));
	};
}
function be(e) {
	return (t) => (n) => {
		var r = M, i = M, a = !1;
		t(((t) => {
			a || (t === 0 ? (a = !0, i(1), n(0)) : t.tag === 0 ? (r = t[0], e(((e) => {
				e === 0 || (e.tag === 0 ? (i = e[0])(0) : (a = !0, i(1), r(1), n(0)));
			}))) : n(t));
		})), n(N(((e) => {
			e === 1 && !a ? (a = !0, r(1), i(1)) : a || r(0);
		})));
	};
}
function xe(e, t) {
	return (n) => (r) => {
		var i = M, a = !1;
		n(((n) => {
			a || (n === 0 ? (a = !0, r(0)) : n.tag === 0 ? (i = n[0], r(n)) : e(n[0]) ? r(n) : (a = !0, t && r(n), r(0), i(1)));
		}));
	};
}
function Se(e) {
	return (t) => e()(t);
}
function Ce(e) {
	return (t) => {
		var n = e[ue()] && e[ue()]() || e, r = !1, i = !1, a = !1, o;
		t(N((async (e) => {
			if (e === 1) r = !0, n.return && n.return();
			else if (i) a = !0;
			else {
				for (a = i = !0; a && !r;) if ((o = await n.next()).done) r = !0, n.return && await n.return(), t(0);
				else try {
					a = !1, t(P(o.value));
				} catch (e) {
					if (n.throw) (r = !!(await n.throw(e)).done) && t(0);
					else throw e;
				}
				i = !1;
			}
		})));
	};
}
function we(e) {
	return e[ue()] ? Ce(e) : (t) => {
		var n = e[Symbol.iterator](), r = !1, i = !1, a = !1, o;
		t(N(((e) => {
			if (e === 1) r = !0, n.return && n.return();
			else if (i) a = !0;
			else {
				for (a = i = !0; a && !r;) if ((o = n.next()).done) r = !0, n.return && n.return(), t(0);
				else try {
					a = !1, t(P(o.value));
				} catch (e) {
					if (n.throw) (r = !!n.throw(e).done) && t(0);
					else throw e;
				}
				i = !1;
			}
		})));
	};
}
var Te = we;
function Ee(e) {
	return (t) => {
		var n = !1;
		t(N(((r) => {
			r === 1 ? n = !0 : n || (n = !0, t(P(e)), t(0));
		})));
	};
}
function De(e) {
	return (t) => {
		var n = !1, r = e({
			next(e) {
				n || t(P(e));
			},
			complete() {
				n || (n = !0, t(0));
			}
		});
		t(N(((e) => {
			e === 1 && !n && (n = !0, r());
		})));
	};
}
function Oe() {
	var e, t;
	return {
		source: L(De(((n) => (e = n.next, t = n.complete, le)))),
		next(t) {
			e && e(t);
		},
		complete() {
			t && t();
		}
	};
}
function ke(e) {
	return (t) => {
		var n = M, r = !1;
		return t(((t) => {
			t === 0 ? r = !0 : t.tag === 0 ? (n = t[0])(0) : r || (e(t[0]), n(0));
		})), { unsubscribe() {
			r || (r = !0, n(1));
		} };
	};
}
function Ae(e) {
	ke(((e) => {}))(e);
}
function je(e) {
	return new Promise(((t) => {
		var n = M, r;
		e(((e) => {
			e === 0 ? Promise.resolve(r).then(t) : e.tag === 0 ? (n = e[0])(0) : (r = e[0], n(0));
		}));
	}));
}
// node_modules/@urql/core/dist/urql-core-chunk.mjs
var Me = (e) => e && typeof e.message == "string" && (e.extensions || e.name === "GraphQLError") ? e : typeof e == "object" && typeof e.message == "string" ? new f(e.message, e.nodes, e.source, e.positions, e.path, e, e.extensions || {}) : new f(e), Ne = class extends Error {
	constructor(e) {
		var t = (e.graphQLErrors || []).map(Me), n = ((e, t) => {
			var n = "";
			if (e) return `[Network] ${e.message}`;
			if (t) for (var r = 0, i = t.length; r < i; r++) n && (n += "\n"), n += `[GraphQL] ${t[r].message}`;
			return n;
		})(e.networkError, t);
		super(n), this.name = "CombinedError", this.message = n, this.graphQLErrors = t, this.networkError = e.networkError, this.response = e.response;
	}
	toString() {
		return this.message;
	}
}, R = (e, t) => {
	for (var n = 0 | (t || 5381), r = 0, i = 0 | e.length; r < i; r++) n = (n << 5) + n + e.charCodeAt(r);
	return n;
}, z = /* @__PURE__ */ new Set(), Pe = /* @__PURE__ */ new WeakMap(), B = (e, t) => {
	if (e === null || z.has(e)) return "null";
	if (typeof e != "object") return JSON.stringify(e) || "";
	if (e.toJSON) return B(e.toJSON(), t);
	if (Array.isArray(e)) {
		for (var n = "[", r = 0, i = e.length; r < i; r++) n.length > 1 && (n += ","), n += B(e[r], t) || "null";
		return n += "]";
	}
	if (!t && (U !== H && e instanceof U || W !== H && e instanceof W)) return "null";
	var a = Object.keys(e).sort();
	if (!a.length && e.constructor && Object.getPrototypeOf(e).constructor !== Object.prototype.constructor) {
		var o = Pe.get(e) || Math.random().toString(36).slice(2);
		return Pe.set(e, o), B({ __key: o }, t);
	}
	z.add(e);
	for (var s = "{", c = 0, l = a.length; c < l; c++) {
		var u = B(e[a[c]], t);
		u && (s.length > 1 && (s += ","), s += B(a[c], t) + ":" + u);
	}
	return z.delete(e), s += "}";
}, Fe = (e, t, n) => {
	if (!(typeof n != "object" || !n || n.toJSON || z.has(n))) {
		if (Array.isArray(n)) for (var r = 0, i = n.length; r < i; r++) Fe(e, `${t}.${r}`, n[r]);
		else if (n instanceof U || n instanceof W) e.set(t, n);
		else for (var a in z.add(n), n) Fe(e, `${t}.${a}`, n[a]);
	}
}, V = (e, t) => (z.clear(), B(e, t || !1)), H = class {}, U = typeof File < "u" ? File : H, W = typeof Blob < "u" ? Blob : H, Ie = /("{3}[\s\S]*"{3}|"(?:\\.|[^"])*")/g, Le = /(?:#[^\n\r]+)?(?:[\r\n]+|$)/g, Re = (e, t) => t % 2 == 0 ? e.replace(Le, "\n") : e, ze = (e) => e.split(Ie).map(Re).join("").trim(), Be = /* @__PURE__ */ new Map(), G = /* @__PURE__ */ new Map(), K = (e) => {
	var t;
	return typeof e == "string" ? t = ze(e) : e.loc && G.get(e.__key) === e ? t = e.loc.source.body : (t = Be.get(e) || ze(ce(e)), Be.set(e, t)), typeof e != "string" && !e.loc && (e.loc = {
		start: 0,
		end: t.length,
		source: {
			body: t,
			name: "gql",
			locationOffset: {
				line: 1,
				column: 1
			}
		}
	}), t;
}, Ve = (e) => {
	var t;
	if (e.documentId) t = R(e.documentId);
	else if (t = R(K(e)), e.definitions) {
		var n = Ue(e);
		n && (t = R(`\n# ${n}`, t));
	}
	return t;
}, He = (e) => {
	var t, n;
	return typeof e == "string" ? (t = Ve(e), n = G.get(t) || ae(e, { noLocation: !0 })) : (t = e.__key || Ve(e), n = G.get(t) || e), n.loc || K(n), n.__key = t, G.set(t, n), n;
}, q = (e, t, n) => {
	var r = t || {}, i = He(e), a = V(r, !0), o = i.__key;
	return a !== "{}" && (o = R(a, o)), {
		key: o,
		query: i,
		variables: r,
		extensions: n
	};
}, Ue = (e) => {
	for (var t = 0, n = e.definitions.length; t < n; t++) {
		var r = e.definitions[t];
		if (r.kind === d.OPERATION_DEFINITION) return r.name ? r.name.value : void 0;
	}
}, We = (e, t, n) => {
	var r = t.payload || t;
	if (!("data" in r || "errors" in r && Array.isArray(r.errors))) throw Error("No Content");
	var i = e.kind === "subscription";
	return {
		operation: e,
		data: r.data,
		error: Array.isArray(r.errors) ? new Ne({
			graphQLErrors: r.errors,
			response: n
		}) : void 0,
		extensions: r.extensions ? { ...r.extensions } : void 0,
		hasNext: t.hasNext == null ? i : t.hasNext,
		stale: !1
	};
}, J = (e, t) => {
	if (typeof e == "object" && e) {
		if (Array.isArray(e)) {
			e = [...e];
			for (var n = 0, r = t.length; n < r; n++) e[n] = J(e[n], t[n]);
			return e;
		}
		if (!e.constructor || e.constructor === Object) {
			for (var i in e = { ...e }, t) e[i] = J(e[i], t[i]);
			return e;
		}
	}
	return t;
}, Ge = (e, t, n, r) => {
	var i = e.error ? e.error.graphQLErrors : [], a = !!e.extensions || !!(t.payload || t).extensions, o = {
		...e.extensions,
		...(t.payload || t).extensions
	}, s = t.incremental;
	"path" in t && (s = [t]);
	var c = { data: e.data };
	if (s) for (var l = function() {
		var e = s[u];
		Array.isArray(e.errors) && i.push(...e.errors), e.extensions && (Object.assign(o, e.extensions), a = !0);
		var t = "data", n = c, l = [];
		if (e.path) l = e.path;
		else if (r) {
			var d = r.find(((t) => t.id === e.id));
			l = e.subPath ? [...d.path, ...e.subPath] : d.path;
		}
		for (var f = 0, p = l.length; f < p; t = l[f++]) n = n[t] = Array.isArray(n[t]) ? [...n[t]] : { ...n[t] };
		if (e.items) for (var m = +t >= 0 ? t : 0, h = 0, g = e.items.length; h < g; h++) n[m + h] = J(n[m + h], e.items[h]);
		else e.data !== void 0 && (n[t] = J(n[t], e.data));
	}, u = 0, d = s.length; u < d; u++) l();
	else c.data = (t.payload || t).data || e.data, i = t.errors || t.payload && t.payload.errors || i;
	return {
		operation: e.operation,
		data: c.data,
		error: i.length ? new Ne({
			graphQLErrors: i,
			response: n
		}) : void 0,
		extensions: a ? o : void 0,
		hasNext: t.hasNext == null ? e.hasNext : t.hasNext,
		stale: !1
	};
}, Ke = (e, t, n) => ({
	operation: e,
	data: void 0,
	error: new Ne({
		networkError: t,
		response: n
	}),
	extensions: void 0,
	hasNext: !1,
	stale: !1
});
function qe(e) {
	var t = {
		query: void 0,
		documentId: void 0,
		operationName: Ue(e.query),
		variables: e.variables || void 0,
		extensions: e.extensions
	};
	return "documentId" in e.query && e.query.documentId && (!e.query.definitions || !e.query.definitions.length) ? t.documentId = e.query.documentId : e.extensions && e.extensions.persistedQuery && !e.extensions.persistedQuery.miss || (t.query = K(e.query)), t;
}
var Je = (e, t) => {
	var n = e.kind === "query" && e.context.preferGetMethod;
	if (!n || !t) return e.context.url;
	var r = Ye(e.context.url);
	for (var i in t) {
		var a = t[i];
		a && r[1].set(i, typeof a == "object" ? V(a) : a);
	}
	var o = r.join("?");
	return o.length > 2047 && n !== "force" ? (e.context.preferGetMethod = !1, e.context.url) : o;
}, Ye = (e) => {
	var t = e.indexOf("?");
	return t > -1 ? [e.slice(0, t), new URLSearchParams(e.slice(t + 1))] : [e, new URLSearchParams()];
}, Xe = (e, t) => {
	if (t && !(e.kind === "query" && e.context.preferGetMethod)) {
		var n = V(t), r = ((e) => {
			var t = /* @__PURE__ */ new Map();
			return (U !== H || W !== H) && (z.clear(), Fe(t, "variables", e)), t;
		})(t.variables);
		if (r.size) {
			var i = new FormData();
			i.append("operations", n), i.append("map", V({ ...[...r.keys()].map(((e) => [e])) }));
			var a = 0;
			for (var o of r.values()) i.append("" + a++, o);
			return i;
		}
		return n;
	}
}, Ze = (e, t) => {
	var n = { accept: e.kind === "subscription" ? "text/event-stream, multipart/mixed" : "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed" }, r = (typeof e.context.fetchOptions == "function" ? e.context.fetchOptions() : e.context.fetchOptions) || {};
	if (r.headers) {
		if (((e) => "has" in e && !Object.keys(e).length)(r.headers)) r.headers.forEach(((e, t) => {
			n[t] = e;
		}));
		else if (Array.isArray(r.headers)) r.headers.forEach(((e, t) => {
			Array.isArray(e) ? n[e[0]] ? n[e[0]] = `${n[e[0]]},${e[1]}` : n[e[0]] = e[1] : n[t] = e;
		}));
		else for (var i in r.headers) n[i.toLowerCase()] = r.headers[i];
	}
	var a = Xe(e, t);
	return typeof a == "string" && !n["content-type"] && (n["content-type"] = "application/json"), {
		...r,
		method: a ? "POST" : "GET",
		body: a,
		headers: n
	};
}, Qe = /boundary="?([^=";]+)"?/i, $e = /data: ?([^\n]+)/;
async function* et(e) {
	if (e.body[Symbol.asyncIterator]) for await (var t of e.body) yield t;
	else {
		var n = e.body.getReader(), r;
		try {
			for (; !(r = await n.read()).done;) yield r.value;
		} finally {
			n.cancel();
		}
	}
}
async function* tt(e, t) {
	var n = typeof TextDecoder < "u" ? new TextDecoder() : null, r = "", i;
	for await (var a of e) for (r += a.constructor.name === "Buffer" ? a.toString() : n.decode(a, { stream: !0 }); (i = r.indexOf(t)) > -1;) yield r.slice(0, i), r = r.slice(i + t.length);
}
async function* nt(e, t, n) {
	var r = !0, i = null, a;
	try {
		yield await Promise.resolve();
		var o = (a = await (e.context.fetch || fetch)(t, n)).headers.get("Content-Type") || "", s = /multipart\/mixed/i.test(o) ? async function* (e, t) {
			var n = e.match(Qe), r = "--" + (n ? n[1] : "-"), i = !0, a;
			for await (var o of tt(et(t), "\r\n" + r)) {
				if (i) {
					i = !1;
					var s = o.indexOf(r);
					if (s > -1) o = o.slice(s + r.length);
					else continue;
				}
				try {
					yield a = JSON.parse(o.slice(o.indexOf("\r\n\r\n") + 4));
				} catch (e) {
					if (!a) throw e;
				}
				if (a && !1 === a.hasNext) break;
			}
			a && !1 !== a.hasNext && (yield { hasNext: !1 });
		}(o, a) : /text\/event-stream/i.test(o) ? async function* (e) {
			var t;
			for await (var n of tt(et(e), "\n\n")) {
				var r = n.match($e);
				if (r) {
					var i = r[1];
					try {
						yield t = JSON.parse(i);
					} catch (e) {
						if (!t) throw e;
					}
					if (t && !1 === t.hasNext) break;
				}
			}
			t && !1 !== t.hasNext && (yield { hasNext: !1 });
		}(a) : /text\//i.test(o) ? async function* (e) {
			var t = await e.text();
			try {
				yield JSON.parse(t);
			} catch {
				throw Error(t);
			}
		}(a) : async function* (e) {
			yield JSON.parse(await e.text());
		}(a), c;
		for await (var l of s) l.pending && !i ? c = l.pending : l.pending && (c = [...c, ...l.pending]), i = i ? Ge(i, l, a, c) : We(e, l, a), r = !1, yield i, r = !0;
		i || (yield i = We(e, {}, a));
	} catch (t) {
		if (!r) throw t;
		yield Ke(e, a && (a.status < 200 || a.status >= 300) && a.statusText ? Error(a.statusText) : t, a);
	}
}
function rt(e, t, n) {
	var r;
	return typeof AbortController < "u" && (n.signal = (r = new AbortController()).signal), he((() => {
		r && r.abort();
	}))(F(((e) => !!e))(Ce(nt(e, t, n))));
}
// node_modules/@urql/core/dist/urql-core.mjs
function it(e) {
	var t = (t) => e(t);
	return t.toPromise = () => je(ye(1)(F(((e) => !e.stale && !e.hasNext))(t))), t.then = (e, n) => t.toPromise().then(e, n), t.subscribe = (e) => ke(e)(t), t;
}
function at(e, t, n) {
	return {
		...t,
		kind: e,
		context: t.context ? {
			...t.context,
			...n
		} : n || t.context
	};
}
var ot = () => {}, st = ({ forward: e, dispatchDebug: t }) => (t) => I([pe(((e) => {
	var n = qe(e), r = Je(e, n), i = Ze(e, n);
	return be(F(((t) => t.kind === "teardown" && t.key === e.key))(t))(rt(e, r, i));
}))(F(((e) => e.kind !== "teardown" && (e.kind !== "subscription" || !!e.context.fetchSubscriptions)))(t)), e(F(((e) => e.kind === "teardown" || e.kind === "subscription" && !e.context.fetchSubscriptions))(t))]), ct = (e) => ({ client: t, forward: n, dispatchDebug: r }) => e.reduceRight(((e, n) => n({
	client: t,
	forward(t) {
		return L(e(L(t)));
	},
	dispatchDebug(e) {}
})), n), lt = ({ dispatchDebug: e }) => (e) => F(((e) => !1))(e), ut = function e(t) {
	var n = 0, r = /* @__PURE__ */ new Map(), i = /* @__PURE__ */ new Map(), a = /* @__PURE__ */ new Set(), o = [], s = {
		url: t.url,
		fetchSubscriptions: t.fetchSubscriptions,
		fetchOptions: t.fetchOptions,
		fetch: t.fetch,
		preferGetMethod: t.preferGetMethod == null ? "within-url-limit" : t.preferGetMethod,
		requestPolicy: t.requestPolicy || "cache-first"
	}, c = Oe();
	function l(e) {
		e.kind !== "mutation" && e.kind !== "teardown" && a.has(e.key) || (e.kind === "teardown" ? a.delete(e.key) : e.kind !== "mutation" && a.add(e.key), c.next(e));
	}
	var u = !1;
	function d(e) {
		if (e && l(e), !u) {
			for (u = !0; u && (e = o.shift());) l(e);
			u = !1;
		}
	}
	var f = (e) => {
		var t = be(F(((t) => t.kind === "teardown" && t.key === e.key))(c.source))(F(((t) => t.operation.kind === e.kind && t.operation.key === e.key && (!t.operation.context._instance || t.operation.context._instance === e.context._instance)))(g));
		return t = e.kind === "query" ? ve(((t) => {
			var n = Ee(t);
			return t.stale || t.hasNext ? n : I([n, fe((() => (t.stale = !0, t)))(ye(1)(F(((t) => t.key === e.key))(c.source)))]);
		}))(t) : xe(((e) => !!e.hasNext), !0)(t), t = e.kind === "mutation" ? _e((() => {
			l(e);
		}))(t) : he((() => {
			a.delete(e.key), r.delete(e.key), i.delete(e.key), u = !1;
			for (var t = o.length - 1; t >= 0; t--) o[t].key === e.key && o.splice(t, 1);
			l(at("teardown", e, e.context));
		}))(ge(((t) => {
			if (t.stale) {
				if (!t.hasNext) a.delete(e.key);
				else for (var n = 0; n < o.length; n++) {
					var i = o[n];
					if (i.key === t.operation.key) {
						a.delete(i.key);
						break;
					}
				}
			} else t.hasNext || a.delete(e.key);
			r.set(e.key, t);
		}))(t)), L(t);
	}, p = this instanceof e ? this : Object.create(e.prototype), m = Object.assign(p, {
		suspense: !!t.suspense,
		operations$: c.source,
		reexecuteOperation(e) {
			if (e.kind === "teardown") d(e);
			else if (e.kind === "mutation") o.push(e), Promise.resolve().then(d);
			else if (i.has(e.key)) {
				for (var t = !1, n = 0; n < o.length; n++) o[n].key === e.key && (o[n] = e, t = !0);
				t || a.has(e.key) && e.context.requestPolicy !== "network-only" ? (a.delete(e.key), Promise.resolve().then(d)) : (o.push(e), Promise.resolve().then(d));
			}
		},
		createRequestOperation(e, t, r) {
			return r ||= {}, at(e, t, {
				_instance: e === "mutation" ? n = n + 1 | 0 : void 0,
				...s,
				...r,
				requestPolicy: r.requestPolicy || s.requestPolicy,
				suspense: r.suspense || !1 !== r.suspense && m.suspense
			});
		},
		executeRequestOperation(e) {
			return e.kind === "mutation" ? it(f(e)) : it(Se((() => {
				var t = i.get(e.key);
				t || i.set(e.key, t = f(e)), t = _e((() => {
					d(e);
				}))(t);
				var n = r.get(e.key);
				return e.kind === "query" && n && (n.stale || n.hasNext) ? ve(Ee)(I([t, F(((t) => t === r.get(e.key)))(Ee(n))])) : t;
			})));
		},
		executeQuery(e, t) {
			var n = m.createRequestOperation("query", e, t);
			return m.executeRequestOperation(n);
		},
		executeSubscription(e, t) {
			var n = m.createRequestOperation("subscription", e, t);
			return m.executeRequestOperation(n);
		},
		executeMutation(e, t) {
			var n = m.createRequestOperation("mutation", e, t);
			return m.executeRequestOperation(n);
		},
		readQuery(e, t, n) {
			var r = null;
			return ke(((e) => {
				r = e;
			}))(m.query(e, t, n)).unsubscribe(), r;
		},
		query: (e, t, n) => m.executeQuery(q(e, t), n),
		subscription: (e, t, n) => m.executeSubscription(q(e, t), n),
		mutation: (e, t, n) => m.executeMutation(q(e, t), n)
	}), h = ot, g = L(ct(t.exchanges)({
		client: m,
		dispatchDebug: h,
		forward: lt({ dispatchDebug: h })
	})(c.source));
	return Ae(g), m;
};
// node_modules/graphql-ws/dist/common-CGW11Fyb.js
function Y(e) {
	return e === null ? "null" : Array.isArray(e) ? "array" : typeof e;
}
function X(e) {
	return Y(e) === "object";
}
function dt(e) {
	return Array.isArray(e) && e.length > 0 && e.every((e) => "message" in e);
}
function ft(e, t) {
	return e.length < 124 ? e : t;
}
var Z = /* @__PURE__ */ ((e) => (e[e.InternalServerError = 4500] = "InternalServerError", e[e.InternalClientError = 4005] = "InternalClientError", e[e.BadRequest = 4400] = "BadRequest", e[e.BadResponse = 4004] = "BadResponse", e[e.Unauthorized = 4401] = "Unauthorized", e[e.Forbidden = 4403] = "Forbidden", e[e.SubprotocolNotAcceptable = 4406] = "SubprotocolNotAcceptable", e[e.ConnectionInitialisationTimeout = 4408] = "ConnectionInitialisationTimeout", e[e.ConnectionAcknowledgementTimeout = 4504] = "ConnectionAcknowledgementTimeout", e[e.SubscriberAlreadyExists = 4409] = "SubscriberAlreadyExists", e[e.TooManyInitialisationRequests = 4429] = "TooManyInitialisationRequests", e))(Z || {}), Q = /* @__PURE__ */ ((e) => (e.ConnectionInit = "connection_init", e.ConnectionAck = "connection_ack", e.Ping = "ping", e.Pong = "pong", e.Subscribe = "subscribe", e.Next = "next", e.Error = "error", e.Complete = "complete", e))(Q || {});
function pt(e) {
	if (!X(e)) throw Error(`Message is expected to be an object, but got ${Y(e)}`);
	if (!e.type) throw Error("Message is missing the 'type' property");
	if (typeof e.type != "string") throw Error(`Message is expects the 'type' property to be a string, but got ${Y(e.type)}`);
	switch (e.type) {
		case "connection_init":
		case "connection_ack":
		case "ping":
		case "pong":
			if (e.payload != null && !X(e.payload)) throw Error(`"${e.type}" message expects the 'payload' property to be an object or nullish or missing, but got "${e.payload}"`);
			break;
		case "subscribe":
			if (typeof e.id != "string") throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);
			if (!e.id) throw Error(`"${e.type}" message requires a non-empty 'id' property`);
			if (!X(e.payload)) throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);
			if (typeof e.payload.query != "string") throw Error(`"${e.type}" message payload expects the 'query' property to be a string, but got ${Y(e.payload.query)}`);
			if (e.payload.variables != null && !X(e.payload.variables)) throw Error(`"${e.type}" message payload expects the 'variables' property to be a an object or nullish or missing, but got ${Y(e.payload.variables)}`);
			if (e.payload.operationName != null && Y(e.payload.operationName) !== "string") throw Error(`"${e.type}" message payload expects the 'operationName' property to be a string or nullish or missing, but got ${Y(e.payload.operationName)}`);
			if (e.payload.extensions != null && !X(e.payload.extensions)) throw Error(`"${e.type}" message payload expects the 'extensions' property to be a an object or nullish or missing, but got ${Y(e.payload.extensions)}`);
			break;
		case "next":
			if (typeof e.id != "string") throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);
			if (!e.id) throw Error(`"${e.type}" message requires a non-empty 'id' property`);
			if (!X(e.payload)) throw Error(`"${e.type}" message expects the 'payload' property to be an object, but got ${Y(e.payload)}`);
			break;
		case "error":
			if (typeof e.id != "string") throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);
			if (!e.id) throw Error(`"${e.type}" message requires a non-empty 'id' property`);
			if (!dt(e.payload)) throw Error(`"${e.type}" message expects the 'payload' property to be an array of GraphQL errors, but got ${JSON.stringify(e.payload)}`);
			break;
		case "complete":
			if (typeof e.id != "string") throw Error(`"${e.type}" message expects the 'id' property to be a string, but got ${Y(e.id)}`);
			if (!e.id) throw Error(`"${e.type}" message requires a non-empty 'id' property`);
			break;
		default: throw Error(`Invalid message 'type' property "${e.type}"`);
	}
	return e;
}
function mt(e, t) {
	return pt(typeof e == "string" ? JSON.parse(e, t) : e);
}
function $(e, t) {
	return pt(e), JSON.stringify(e, t);
}
// node_modules/graphql-ws/dist/client.js
function ht(e) {
	let { url: t, connectionParams: n, lazy: r = !0, onNonLazyError: i = console.error, lazyCloseTimeout: a = 0, keepAlive: o = 0, disablePong: s, connectionAckWaitTimeout: c = 0, retryAttempts: l = 5, retryWait: u = async function(e) {
		let t = 2 ** e;
		await new Promise((e) => setTimeout(e, t * 1e3 + Math.floor(Math.random() * 2700 + 300)));
	}, shouldRetry: d = _t, on: f, webSocketImpl: p, generateID: m = function() {
		return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (e) => {
			let t = Math.random() * 16 | 0;
			return (e == "x" ? t : t & 3 | 8).toString(16);
		});
	}, jsonMessageReplacer: h, jsonMessageReviver: g } = e, _;
	if (p) {
		if (!yt(p)) throw Error("Invalid WebSocket implementation provided");
		_ = p;
	} else typeof WebSocket < "u" ? _ = WebSocket : typeof global < "u" ? _ = global.WebSocket || global.MozWebSocket : typeof window < "u" && (_ = window.WebSocket || window.MozWebSocket);
	if (!_) throw Error("WebSocket implementation missing; on Node you can `import WebSocket from 'ws';` and pass `webSocketImpl: WebSocket` to `createClient`");
	let v = _, y = (() => {
		let e = /* @__PURE__ */ (() => {
			let e = {};
			return {
				on(t, n) {
					return e[t] = n, () => {
						delete e[t];
					};
				},
				emit(t) {
					"id" in t && e[t.id]?.(t);
				}
			};
		})(), t = {
			connecting: f?.connecting ? [f.connecting] : [],
			opened: f?.opened ? [f.opened] : [],
			connected: f?.connected ? [f.connected] : [],
			ping: f?.ping ? [f.ping] : [],
			pong: f?.pong ? [f.pong] : [],
			message: f?.message ? [e.emit, f.message] : [e.emit],
			closed: f?.closed ? [f.closed] : [],
			error: f?.error ? [f.error] : []
		};
		return {
			onMessage: e.on,
			on(e, n) {
				let r = t[e];
				return r.push(n), () => {
					let e = r.indexOf(n);
					e > -1 && r.splice(e, 1);
				};
			},
			emit(e, ...n) {
				for (let r of [...t[e]]) r(...n);
			}
		};
	})();
	function b(e) {
		let t = [y.on("error", (n) => {
			t.forEach((e) => e()), e(n);
		}), y.on("closed", (n) => {
			t.forEach((e) => e()), e(n);
		})];
		return () => t.forEach((e) => e());
	}
	let x, S = 0, ee, C = !1, w = 0, T = !1;
	async function te() {
		clearTimeout(ee);
		let [e, r] = await (x ??= new Promise((e, r) => (async () => {
			if (C) {
				if (await u(w), !S) return x = void 0, r({
					code: 1e3,
					reason: "All Subscriptions Gone"
				});
				w++;
			}
			y.emit("connecting", C);
			let i = new v(typeof t == "function" ? await t() : t, "graphql-transport-ws"), a, l;
			function d() {
				isFinite(o) && o > 0 && (clearTimeout(l), l = setTimeout(() => {
					i.readyState === v.OPEN && (i.send($({ type: Q.Ping })), y.emit("ping", !1, void 0));
				}, o));
			}
			b((e) => {
				x = void 0, clearTimeout(a), clearTimeout(l), r(e), e instanceof gt && (i.close(4499, "Terminated"), i.onerror = null, i.onclose = null);
			}), i.onerror = (e) => y.emit("error", e), i.onclose = (e) => y.emit("closed", e), i.onopen = async () => {
				try {
					y.emit("opened", i);
					let e = typeof n == "function" ? await n() : n;
					if (i.readyState !== v.OPEN) return;
					i.send($(e ? {
						type: Q.ConnectionInit,
						payload: e
					} : { type: Q.ConnectionInit }, h)), isFinite(c) && c > 0 && (a = setTimeout(() => {
						i.close(Z.ConnectionAcknowledgementTimeout, "Connection acknowledgement timeout");
					}, c)), d();
				} catch (e) {
					y.emit("error", e), i.close(Z.InternalClientError, ft(e instanceof Error ? e.message : String(e), "Internal client error"));
				}
			};
			let f = !1;
			i.onmessage = ({ data: t }) => {
				try {
					let n = mt(t, g);
					if (y.emit("message", n), n.type === "ping" || n.type === "pong") {
						y.emit(n.type, !0, n.payload), n.type === "pong" ? d() : s || (i.send($(n.payload ? {
							type: Q.Pong,
							payload: n.payload
						} : { type: Q.Pong }, h)), y.emit("pong", !1, n.payload));
						return;
					}
					if (f) return;
					if (n.type !== Q.ConnectionAck) throw Error(`First message cannot be of type ${n.type}`);
					clearTimeout(a), f = !0, y.emit("connected", i, n.payload, C), C = !1, w = 0;
					let r = new Promise((e, t) => b(t));
					r.catch(() => {}), e([i, r]);
				} catch (e) {
					i.onmessage = null, y.emit("error", e), i.close(Z.BadResponse, ft(e instanceof Error ? e.message : String(e), "Bad response"));
				}
			};
		})()));
		e.readyState === v.CLOSING && await r;
		let i = () => {}, l = new Promise((e) => i = e);
		return [
			e,
			i,
			new Promise((t, n) => {
				let i = b(n);
				e.readyState !== v.OPEN && r.catch(n), l.then(() => {
					if (i(), !S) {
						let t = () => e.close(1e3, "Normal Closure");
						isFinite(a) && a > 0 ? (clearTimeout(ee), ee = setTimeout(() => {
							!S && e.readyState === v.OPEN && t();
						}, a)) : t();
					}
					t();
				});
			})
		];
	}
	function E(e) {
		if (_t(e) && (vt(e.code) || [
			Z.InternalServerError,
			Z.InternalClientError,
			Z.BadRequest,
			Z.BadResponse,
			Z.Unauthorized,
			Z.SubprotocolNotAcceptable,
			Z.SubscriberAlreadyExists,
			Z.TooManyInitialisationRequests
		].includes(e.code))) throw e;
		if (T) return !1;
		if (_t(e) && e.code === 1e3) return S > 0;
		if (!l || w >= l || !d(e)) throw e;
		return C = !0;
	}
	r || (async () => {
		for (S++;;) try {
			let [, , e] = await te();
			await e;
		} catch (e) {
			try {
				if (!E(e)) return;
			} catch (e) {
				return i?.(e);
			}
		}
	})();
	function D(e, t) {
		let n = m(e), r = !1, i = !1, a = () => {
			S--, r = !0;
		};
		return (async () => {
			for (S++;;) try {
				let [o, s, c] = await te();
				if (r) return c.catch(() => {}), s();
				let l = y.onMessage(n, (e) => {
					switch (e.type) {
						case Q.Next:
							t.next(e.payload);
							return;
						case Q.Error:
							i = !0, r = !0, t.error(e.payload), a();
							return;
						case Q.Complete:
							r = !0, a();
							return;
					}
				});
				o.send($({
					id: n,
					type: Q.Subscribe,
					payload: e
				}, h)), a = () => {
					!r && o.readyState === v.OPEN && o.send($({
						id: n,
						type: Q.Complete
					}, h)), S--, r = !0, s();
				}, await c.finally(l);
				return;
			} catch (e) {
				if (!E(e)) return;
			}
		})().then(() => {
			i || t.complete();
		}).catch((e) => {
			t.error(e);
		}), () => {
			r || a();
		};
	}
	return {
		on: y.on,
		subscribe: D,
		iterate(e) {
			let t = [], n = {
				done: !1,
				error: null,
				resolve: () => {}
			}, r = D(e, {
				next(e) {
					t.push(e), n.resolve();
				},
				error(e) {
					n.done = !0, n.error = e, n.resolve();
				},
				complete() {
					n.done = !0, n.resolve();
				}
			}), i = async function* () {
				for (;;) {
					for (t.length || await new Promise((e) => n.resolve = e); t.length;) yield t.shift();
					if (n.error) throw n.error;
					if (n.done) return;
				}
			}();
			return i.throw = async (e) => (n.done || (n.done = !0, n.error = e, n.resolve()), {
				done: !0,
				value: void 0
			}), i.return = async () => (r(), {
				done: !0,
				value: void 0
			}), i;
		},
		async dispose() {
			if (T = !0, x) {
				let [e] = await x;
				e.close(1e3, "Normal Closure");
			}
		},
		terminate() {
			x && y.emit("closed", new gt());
		}
	};
}
var gt = class extends Error {
	name = "TerminatedCloseEvent";
	message = "4499: Terminated";
	code = 4499;
	reason = "Terminated";
	wasClean = !1;
};
function _t(e) {
	return X(e) && "code" in e && "reason" in e;
}
function vt(e) {
	return ![
		1e3,
		1001,
		1006,
		1005,
		1012,
		1013,
		1014
	].includes(e) && e >= 1e3 && e <= 1999;
}
function yt(e) {
	return typeof e == "function" && "constructor" in e && "CLOSED" in e && "CLOSING" in e && "CONNECTING" in e && "OPEN" in e;
}
// src/client/line.ts
var bt = 5e3, xt = 200, St = 1e4, Ct = 3e3;
function wt(e, t, n, r) {
	let i = K(t), a = Tt(e), o = 0, s = !1, c = !1, l, u = () => void 0;
	function d() {
		clearTimeout(l);
		let e = a.subscribe({
			query: i,
			variables: n()
		}, {
			next({ data: e }) {
				if (!e || !r.fits(e)) return p();
				o = 0, f(!0), r.onData(e);
			},
			error: c,
			complete: c
		}), t = !0;
		function c() {
			t && !s && (t = !1, f(!1), l = setTimeout(d, Math.min(bt, xt * 2 ** o++) * (.5 + Math.random() / 2)));
		}
		function p() {
			e(), c();
		}
		u = e;
	}
	function f(e) {
		e !== c && (c = e, r.onLive(e));
	}
	function p() {
		c || s || (o = 0, clearTimeout(l), u(), d());
	}
	return addEventListener("online", p), d(), () => {
		s = !0, clearTimeout(l), removeEventListener("online", p), u(), a.dispose();
	};
}
function Tt({ origin: e, auth: t }) {
	let n, r = ht({
		url: `${e.replace(/^http/, "ws")}/graphql`,
		connectionParams: () => {
			let e = t.token();
			return e ? { Authorization: `Bearer ${e}` } : {};
		},
		retryAttempts: 0,
		keepAlive: St,
		onNonLazyError: () => void 0,
		on: {
			ping: (e) => {
				e || (n = setTimeout(() => r.terminate(), Ct));
			},
			pong: (e) => {
				e && clearTimeout(n);
			},
			closed: (e) => {
				clearTimeout(n), e.code === 4403 && t.renew();
			}
		}
	});
	return r;
}
// src/generated.ts
var Et = {
	kind: "Document",
	definitions: [{
		kind: "OperationDefinition",
		operation: "subscription",
		name: {
			kind: "Name",
			value: "QueuePosition"
		},
		variableDefinitions: [{
			kind: "VariableDefinition",
			variable: {
				kind: "Variable",
				name: {
					kind: "Name",
					value: "sessionId"
				}
			},
			type: {
				kind: "NonNullType",
				type: {
					kind: "NamedType",
					name: {
						kind: "Name",
						value: "ID"
					}
				}
			}
		}],
		selectionSet: {
			kind: "SelectionSet",
			selections: [{
				kind: "Field",
				name: {
					kind: "Name",
					value: "queuePosition"
				},
				arguments: [{
					kind: "Argument",
					name: {
						kind: "Name",
						value: "sessionId"
					},
					value: {
						kind: "Variable",
						name: {
							kind: "Name",
							value: "sessionId"
						}
					}
				}],
				selectionSet: {
					kind: "SelectionSet",
					selections: [{
						kind: "FragmentSpread",
						name: {
							kind: "Name",
							value: "PositionParts"
						}
					}]
				}
			}]
		}
	}, {
		kind: "FragmentDefinition",
		name: {
			kind: "Name",
			value: "PositionParts"
		},
		typeCondition: {
			kind: "NamedType",
			name: {
				kind: "Name",
				value: "QueuePosition"
			}
		},
		selectionSet: {
			kind: "SelectionSet",
			selections: [
				{
					kind: "Field",
					name: {
						kind: "Name",
						value: "__typename"
					}
				},
				{
					kind: "InlineFragment",
					typeCondition: {
						kind: "NamedType",
						name: {
							kind: "Name",
							value: "NotQueued"
						}
					},
					selectionSet: {
						kind: "SelectionSet",
						selections: [{
							kind: "Field",
							name: {
								kind: "Name",
								value: "opensAt"
							}
						}, {
							kind: "Field",
							name: {
								kind: "Name",
								value: "peopleWaiting"
							}
						}]
					}
				},
				{
					kind: "InlineFragment",
					typeCondition: {
						kind: "NamedType",
						name: {
							kind: "Name",
							value: "AwaitingDraw"
						}
					},
					selectionSet: {
						kind: "SelectionSet",
						selections: [
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "opensAt"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "peopleWaiting"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "serverTime"
								}
							}
						]
					}
				},
				{
					kind: "InlineFragment",
					typeCondition: {
						kind: "NamedType",
						name: {
							kind: "Name",
							value: "Queued"
						}
					},
					selectionSet: {
						kind: "SelectionSet",
						selections: [
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "peopleAhead"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "expectedAt"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "serverTime"
								}
							}
						]
					}
				},
				{
					kind: "InlineFragment",
					typeCondition: {
						kind: "NamedType",
						name: {
							kind: "Name",
							value: "Admitted"
						}
					},
					selectionSet: {
						kind: "SelectionSet",
						selections: [
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "queueToken"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "expiresAt"
								}
							},
							{
								kind: "Field",
								name: {
									kind: "Name",
									value: "serverTime"
								}
							}
						]
					}
				}
			]
		}
	}]
}, Dt = {
	kind: "Document",
	definitions: [{
		kind: "OperationDefinition",
		operation: "subscription",
		name: {
			kind: "Name",
			value: "SeatAvailability"
		},
		variableDefinitions: [{
			kind: "VariableDefinition",
			variable: {
				kind: "Variable",
				name: {
					kind: "Name",
					value: "sessionId"
				}
			},
			type: {
				kind: "NonNullType",
				type: {
					kind: "NamedType",
					name: {
						kind: "Name",
						value: "ID"
					}
				}
			}
		}, {
			kind: "VariableDefinition",
			variable: {
				kind: "Variable",
				name: {
					kind: "Name",
					value: "sinceVersion"
				}
			},
			type: {
				kind: "NamedType",
				name: {
					kind: "Name",
					value: "Int"
				}
			}
		}],
		selectionSet: {
			kind: "SelectionSet",
			selections: [{
				kind: "Field",
				name: {
					kind: "Name",
					value: "seatAvailability"
				},
				arguments: [{
					kind: "Argument",
					name: {
						kind: "Name",
						value: "sessionId"
					},
					value: {
						kind: "Variable",
						name: {
							kind: "Name",
							value: "sessionId"
						}
					}
				}, {
					kind: "Argument",
					name: {
						kind: "Name",
						value: "sinceVersion"
					},
					value: {
						kind: "Variable",
						name: {
							kind: "Name",
							value: "sinceVersion"
						}
					}
				}],
				selectionSet: {
					kind: "SelectionSet",
					selections: [
						{
							kind: "Field",
							name: {
								kind: "Name",
								value: "__typename"
							}
						},
						{
							kind: "InlineFragment",
							typeCondition: {
								kind: "NamedType",
								name: {
									kind: "Name",
									value: "AvailabilitySnapshot"
								}
							},
							selectionSet: {
								kind: "SelectionSet",
								selections: [
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "version"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "available"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "held"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "sold"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "seats"
										},
										selectionSet: {
											kind: "SelectionSet",
											selections: [{
												kind: "Field",
												name: {
													kind: "Name",
													value: "status"
												}
											}, {
												kind: "Field",
												name: {
													kind: "Name",
													value: "labels"
												}
											}]
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "generalAdmission"
										},
										selectionSet: {
											kind: "SelectionSet",
											selections: [{
												kind: "Field",
												name: {
													kind: "Name",
													value: "ticketTypeId"
												}
											}, {
												kind: "Field",
												name: {
													kind: "Name",
													value: "available"
												}
											}]
										}
									}
								]
							}
						},
						{
							kind: "InlineFragment",
							typeCondition: {
								kind: "NamedType",
								name: {
									kind: "Name",
									value: "AvailabilityDelta"
								}
							},
							selectionSet: {
								kind: "SelectionSet",
								selections: [
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "previousVersion"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "version"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "available"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "held"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "sold"
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "changes"
										},
										selectionSet: {
											kind: "SelectionSet",
											selections: [{
												kind: "Field",
												name: {
													kind: "Name",
													value: "status"
												}
											}, {
												kind: "Field",
												name: {
													kind: "Name",
													value: "labels"
												}
											}]
										}
									},
									{
										kind: "Field",
										name: {
											kind: "Name",
											value: "generalAdmission"
										},
										selectionSet: {
											kind: "SelectionSet",
											selections: [{
												kind: "Field",
												name: {
													kind: "Name",
													value: "ticketTypeId"
												}
											}, {
												kind: "Field",
												name: {
													kind: "Name",
													value: "available"
												}
											}]
										}
									}
								]
							}
						}
					]
				}
			}]
		}
	}]
};
// src/client/live.ts
function Ot(t, n, r, i) {
	let a = null;
	return wt({
		origin: t,
		auth: n
	}, Dt, () => ({
		sessionId: r,
		sinceVersion: a?.version ?? null
	}), {
		fits({ seatAvailability: t }) {
			return a = e(a, t), a !== null;
		},
		onData: () => a && i.onState(a),
		onLive: i.onLive
	});
}
// src/client/queue.ts
var kt = (e) => e.__typename === "AwaitingDraw" || e.__typename === "Queued";
function At(e, t, n, r) {
	let i = wt({
		origin: e,
		auth: t
	}, Et, () => ({ sessionId: n }), {
		fits: () => !0,
		onData({ queuePosition: e }) {
			kt(e) || i(), r(e);
		},
		onLive: () => void 0
	});
	return i;
}
// src/client/status-map.ts
var jt = 1, Mt = [
	"AVAILABLE",
	"HELD",
	"SOLD",
	"BLOCKED"
];
function Nt(e, t) {
	let n = Uint8Array.from(atob(e), (e) => e.charCodeAt(0));
	if (n[0] !== jt) throw Error(`A status map of format ${n[0]}; this reads ${jt}.`);
	if (n.length !== 1 + Math.ceil(t.length / 4)) throw Error(`A status map of ${n.length} bytes does not fit ${t.length} seats.`);
	let r = /* @__PURE__ */ new Map();
	return t.forEach((e, t) => {
		let i = Mt[(n[1 + (t >> 2)] ?? 0) >> 2 * (t & 3) & 3];
		i && i !== "AVAILABLE" && r.set(e, i);
	}), r;
}
// node_modules/@urql/exchange-auth/dist/urql-exchange-auth.mjs
var Pt = (e, t) => at(e.kind, e, {
	...e.context,
	authAttempt: t
});
function Ft(e) {
	return ({ client: t, forward: n }) => {
		var r = /* @__PURE__ */ new Set(), i = Oe(), a = Oe(), o = /* @__PURE__ */ new Map();
		function s() {
			l = void 0;
			var e = o;
			o = /* @__PURE__ */ new Map(), e.forEach(i.next);
		}
		function c(e) {
			l = void 0;
			var t = o;
			o = /* @__PURE__ */ new Map(), t.forEach(((t) => {
				a.next(Ke(t, e));
			}));
		}
		var l, u = null;
		return (d) => {
			function f() {
				l = Promise.resolve().then((() => e({
					mutate(e, n, a) {
						var o = t.createRequestOperation("mutation", q(e, n), a);
						return je(ye(1)(F(((e) => e.operation.key === o.key && o.context._instance === e.operation.context._instance))(_e((() => {
							var e = m(o);
							r.add(e.context._instance), i.next(e);
						}))(h))));
					},
					appendHeaders(e, t) {
						var n = typeof e.context.fetchOptions == "function" ? e.context.fetchOptions() : e.context.fetchOptions || {};
						return at(e.kind, e, {
							...e.context,
							fetchOptions: {
								...n,
								headers: {
									...n.headers,
									...t
								}
							}
						});
					}
				}))).then(((e) => {
					e && (u = e), s();
				})).catch(((e) => {
					c(e);
				}));
			}
			f();
			function p(e) {
				o.set(e.key, Pt(e, !0)), u && !l && (l = u.refreshAuth().then(s).catch(c));
			}
			function m(e) {
				return u ? u.addAuthToOperation(e) : e;
			}
			var h = n(F(Boolean)(fe(((e) => e.kind === "teardown" ? (o.delete(e.key), e) : e.context._instance && r.has(e.context._instance) ? e : e.context.authAttempt ? m(e) : l || !u ? (l || f(), o.has(e.key) || o.set(e.key, Pt(e, !1)), null) : function(e) {
				return !e.context.authAttempt && u && u.willAuthError && u.willAuthError(e);
			}(e) ? (p(e), null) : m(Pt(e, !1))))(I([i.source, d]))));
			return I([a.source, F(((e) => !r.has(e.operation.context._instance) && e.error && function(e) {
				return u && u.didAuthError && u.didAuthError(e.error, e.operation);
			}(e) && !e.operation.context.authAttempt ? (p(e.operation), !1) : (r.has(e.operation.context._instance) && r.delete(e.operation.context._instance), !0)))(h)]);
		};
	};
}
// src/client/transport.ts
var It = {
	token: () => null,
	renew: async () => void 0
}, Lt = 15e3, Rt = class extends Error {}, zt = class extends Error {
	code;
	constructor(e, t) {
		super(t), this.code = e;
	}
};
function Bt(e, t, n = []) {
	return ut({
		url: `${e}/graphql`,
		preferGetMethod: !1,
		fetch: (e, t) => fetch(e, {
			...t,
			signal: AbortSignal.any([AbortSignal.timeout(Lt), ...t?.signal ? [t.signal] : []])
		}),
		exchanges: [
			...n,
			Ft(async (e) => ({
				addAuthToOperation(n) {
					let r = t.token();
					return r ? e.appendHeaders(n, { Authorization: `Bearer ${r}` }) : n;
				},
				didAuthError: (e) => e.response?.status === 401 || e.graphQLErrors.some((e) => e.extensions.code === "UNAUTHENTICATED"),
				refreshAuth: () => t.renew()
			})),
			st
		]
	});
}
var Vt = async (e, t, n) => (await Ht(e, t, n)).data;
async function Ht(e, t, n) {
	let r = t.definitions[0], { data: i, error: a, extensions: o } = await (r?.kind === "OperationDefinition" && r.operation === "mutation" ? e.mutation(t, n) : e.query(t, n, { requestPolicy: "network-only" })).toPromise(), s = a?.graphQLErrors[0];
	if (s) throw new zt(String(s.extensions.code ?? "UNKNOWN"), s.message);
	if (a || i === void 0) throw new Rt(a?.message ?? "no answer");
	return {
		data: i,
		replayed: !!o?.idempotentReplay
	};
}
export { It as NOBODY, zt as Refused, Rt as Unreachable, Vt as ask, a as clockFace, i as deadline, Ot as follow, At as followQueue, wt as listen, Bt as makeClient, o as readLayout, Nt as readStatusMap, e as reduce };
