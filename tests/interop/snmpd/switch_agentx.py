#!/usr/bin/env python3
"""A desk switch as an AgentX subagent (RFC 2741) of net-snmp's snmpd.

snmpd speaks the protocol (v1, v2c, v3 with USM and VACM, GETBULK, error statuses); this holds the tables and does what a switch does
with a SET, in AgentX's two phases (test, then commit or undo), so that a SET of many objects is all or nothing.

    switch_agentx.py SOCKET [--ports N] [--state FILE]

CISCO-CONFIG-COPY-MIB rows count as a save (`saved` in the state), or fail with noMem when --copy-fails is given.
Tables: IF-MIB (ifTable, ifXTable), dot1dBasePortTable, dot1qVlanStaticTable (rows created and destroyed), dot1qPortVlanTable,
pethPsePortTable, pethMainPseTable, LLDP-MIB with two phones of LLDP-EXT-MED-MIB. ifIndex is 100 + port, so that a bridge port taken
for an ifIndex shows. `--state FILE` holds the state after each commit as JSON. Prints `ready` when everything is registered.
"""
import argparse, bisect, copy, json, os, socket, struct, sys
a = argparse.ArgumentParser(); a.add_argument("socket"); a.add_argument("--ports", type=int, default=24)
a.add_argument("--state"); a.add_argument("--copy-fails", action="store_true"); a = a.parse_args()
N = a.ports; W = (N + 7) // 8; BASE = 100                        # ifIndex of port p is BASE + p
INT, STR, NULL, OID, CNT, GAUGE, NOOBJ, NOINST, END = 2, 4, 5, 6, 65, 66, 128, 129, 130
NOERR, GEN, WTYPE, WLEN, WVAL, NOCREATE, INCVAL, NOTW, INCNAME = 0, 5, 7, 8, 10, 11, 12, 17, 18
BP, VT, PT = (1,3,6,1,2,1,17,1,4,1), (1,3,6,1,2,1,17,7,1,4,3,1), (1,3,6,1,2,1,17,7,1,4,5,1)
PE, PM = (1,3,6,1,2,1,105,1,1,1), (1,3,6,1,2,1,105,1,3,1,1)
full = b"".join(bytes([sum(0x80 >> (p % 8) for p in range(i * 8, min(i * 8 + 8, N)))]) for i in range(W))
CC = (1,3,6,1,4,1,9,9,96,1,1,1,1)
S = {"saved": 0, "copy": {}, "vlan": {1: {1: b"default", 2: full, 3: bytes(W), 4: full}}, "pvid": {p: 1 for p in range(1, N + 1)},
     "poe": {p: {"on": 1, "prio": 3, "type": b"", "pd": p in (3, 7), "mw": 3500} for p in range(1, N + 1)}}
IF, IFX = (1,3,6,1,2,1,2,2,1), (1,3,6,1,2,1,31,1,1,1)
LLDP, MED = (1,0,8802,1,1,2,1), (1,0,8802,1,1,2,1,5,4795,1,3)
PHONES = {  # port: what the phone on it says
    3: {"chassis": bytes([1, 192, 0, 2, 53]), "mac": bytes.fromhex("001565aabb03"), "name": b"SIP-T46S", "desc": b"66.86.0.15",
        "inventory": {1: b"66.0.0.0", 2: b"66.86.0.15", 3: b"66.86.0.15", 4: b"0123456789", 5: b"Yealink", 6: b"SIP-T46S"}},
    7: {"chassis": bytes([1, 192, 0, 2, 57]), "mac": bytes.fromhex("0004f2123456"), "name": b"Polycom VVX 411",
        "desc": b"Polycom;VVX-VVX_411;3111-48450-001,1;SIP/6.4.0;UP/6.4.0", "inventory": {5: b"Polycom", 6: b"VVX 411"}},
}
def lldp():
    d = {LLDP + (3, 1, 0): (INT, 4), LLDP + (3, 2, 0): (STR, bytes.fromhex("02005e100001"))}
    for p in range(1, N + 1):
        for c, t, x in ((2, INT, 5), (3, STR, b"ge%d" % p), (4, STR, b"Port %d" % p)): d[LLDP + (3, 7, 1, c, p)] = (t, x)
    for p, phone in PHONES.items():
        i = (4711, p, 1)                                        # time mark, local port number, remote index
        for c, t, x in ((4, INT, 5), (5, STR, phone["chassis"]), (6, INT, 3), (7, STR, phone["mac"]), (8, STR, b"WAN PORT"),
                        (9, STR, phone["name"]), (10, STR, phone["desc"]), (11, STR, b"\x24"), (12, STR, b"\x24")):
            d[LLDP + (4, 1, 1, c) + i] = (t, x)
        d[LLDP + (4, 2, 1, 3) + i + (1, 4) + tuple(phone["chassis"][1:])] = (INT, 2)
        d[MED + (1, 1, 3) + i] = (INT, 3)                       # endpoint class III
        for c, t, x in ((2, INT, 20), (3, INT, 5), (4, INT, 46), (5, INT, 2), (6, INT, 1)): d[MED + (2, 1, c) + i + (1, 0x40)] = (t, x)
        for c in range(1, 8): d[MED + (3, 1, c) + i] = (STR, phone["inventory"].get(c, b""))
        for c, t, x in ((1, GAUGE, 65), (2, INT, 2), (3, INT, 3)): d[MED + (7, 1, c) + i] = (t, x)
    return d
def rows(s):
    d = lldp()
    for i, r in s["copy"].items():
        for c, v in r.items(): d[CC + (c, i)] = (INT, v)
    for p in range(1, N + 1):
        n = BASE + p
        d[BP + (1, p)] = (INT, p); d[BP + (2, p)] = (INT, n)
        for c, t, x in ((1, INT, n), (2, STR, b"Gigabit Ethernet %d" % p), (3, INT, 6), (8, INT, 1 if p in PHONES else 2)): d[IF + (c, n)] = (t, x)
        d[IFX + (1, n)] = (STR, b"ge%d" % p)
    for v, r in s["vlan"].items():
        for c in (1, 2, 3, 4): d[VT + (c, v)] = (STR, r[c])
        d[VT + (5, v)] = (INT, 1)
    for p, v in s["pvid"].items(): d[PT + (1, p)] = (GAUGE, v); d[PT + (2, p)] = (INT, 1); d[PT + (3, p)] = (INT, 1)
    for p, e in s["poe"].items():
        live = e["on"] == 1 and e["pd"]
        for c, t, x in ((3,INT,e["on"]),(4,INT,2),(5,INT,1),(6,INT,1 if e["on"] != 1 else 3 if live else 2),(7,INT,e["prio"]),(8,CNT,0),
                        (9,STR,e["type"]),(10,INT,3 if live else 1),(11,CNT,0),(12,CNT,0),(13,CNT,0),(14,CNT,0)): d[PE + (c, 1, BASE + p)] = (t, x)
    used = sum(e["mw"] for e in s["poe"].values() if e["on"] == 1 and e["pd"]) // 1000
    for c, t, x in ((2,GAUGE,370),(3,INT,1),(4,GAUGE,used),(5,INT,80)): d[PM + (c, 1)] = (t, x)
    return d
def put(s, o, t, v):
    """One object of a SET, on a copy of the state: the SNMP error status."""
    if o[:len(CC)] == CC and len(o) == len(CC) + 2:
        c, i = o[-2:]
        if t != INT: return WTYPE
        if c == 14 and v == 6: s["copy"].pop(i, None); return NOERR
        r = s["copy"].setdefault(i, {}); r[c] = v
        if c != 14: return NOERR
        if v != 4 or (r.get(3), r.get(4)) != (4, 3): return INCVAL
        if a.copy_fails: r[10], r[13] = 4, 4
        else: r[10] = 3; s["saved"] += 1
        return NOERR
    if o[:len(PE)] == PE and len(o) == len(PE) + 3 and o[-2] == 1:
        c, p = o[-3], o[-1] - BASE
        if p not in s["poe"]: return NOCREATE
        k, ty, ok = {3: ("on", INT, lambda: v in (1, 2)), 7: ("prio", INT, lambda: v in (1, 2, 3)), 9: ("type", STR, lambda: len(v) <= 255)}.get(c, (None,)*3)
        if k is None: return NOTW
        if t != ty: return WTYPE
        if not ok(): return WVAL
        s["poe"][p][k] = v; return NOERR
    if o[:len(PT)] == PT and len(o) == len(PT) + 2:
        c, p = o[-2:]
        if p not in s["pvid"]: return NOCREATE
        if c != 1: return NOTW
        if t != GAUGE: return WTYPE
        if v not in s["vlan"]: return INCVAL                    # as switches do: no such VLAN
        s["pvid"][p] = v; return NOERR
    if o[:len(VT)] == VT and len(o) == len(VT) + 2:
        c, vid = o[-2:]; r = s["vlan"].get(vid)
        if not 1 <= vid <= 4094: return NOCREATE
        if c == 5:
            if t != INT: return WTYPE
            if v == 4:
                if r: return INCVAL
                s["vlan"][vid] = {1: b"", 2: bytes(W), 3: bytes(W), 4: bytes(W)}; return NOERR
            if v == 6:
                if vid in s["pvid"].values(): return INCVAL      # in use as a PVID
                s["vlan"].pop(vid, None); return NOERR
            return NOERR if v == 1 and r else INCVAL if v == 1 else WVAL
        if c not in (1, 2, 3, 4): return NOTW
        if t != STR: return WTYPE
        if r is None: return INCNAME
        if c == 1 and len(v) > 32: return WLEN
        if c > 1:
            v = v.ljust(W, b"\0")
            if len(v) != W or any(x & ~f for x, f in zip(v, full)): return WVAL
        r[c] = v
        if c == 2: r[4] = bytes(x & y for x, y in zip(r[4], v))
        if c == 4 and any(x & ~y for x, y in zip(v, r[2])): return INCVAL   # untagged must be egress
        return NOERR
    return NOTW
def eoid(o, inc=0): return struct.pack(">BBBB", len(o), 0, inc, 0) + b"".join(struct.pack(">I", x) for x in o)
def estr(b): return struct.pack(">I", len(b)) + b + b"\0" * (-len(b) % 4)
def evb(o, t, v=None):
    h = struct.pack(">HH", t, 0) + eoid(o)
    if t in (INT, CNT, GAUGE, 67): return h + struct.pack(">I", v & 0xffffffff)
    if t == STR: return h + estr(v)
    return h
class R:
    def __init__(s, b, e): s.b, s.i, s.e = b, 0, e
    def u(s, f): v = struct.unpack_from(s.e + f, s.b, s.i); s.i += struct.calcsize("=" + f); return v
    def oid(s):
        n, pre, inc, _ = s.u("BBBB"); o = s.u(f"{n}I") if n else ()
        return ((1, 3, 6, 1, pre) + o if pre else o), inc
    def str(s): (n,) = s.u("I"); v = s.b[s.i:s.i+n]; s.i += n + (-n % 4); return v
    def vb(s):
        t, _ = s.u("HH"); o, _ = s.oid()
        if t == INT: return o, t, s.u("i")[0]
        if t in (CNT, GAUGE, 67): return o, t, s.u("I")[0]
        if t in (STR, 64, 68): return o, t, s.str()
        if t == OID: return o, t, s.oid()[0]
        if t == 70: return o, t, s.u("Q")[0]
        return o, t, None
    def more(s): return s.i < len(s.b)
K = socket.socket(socket.AF_UNIX); K.connect(a.socket); pid = 0
def send(t, body, sid=0, tid=0, p=0): K.sendall(struct.pack(">BBBBIIII", 1, t, 0x10, 0, sid, tid, p, len(body)) + body)
def full_recv(n):
    b = b""
    while len(b) < n:
        x = K.recv(n - len(b))
        if not x: sys.exit(0)
        b += x
    return b
def recv():
    h = full_recv(20); e = ">" if h[2] & 0x10 else "<"
    _, t, f, _, sid, tid, p, n = struct.unpack(e + "BBBBIIII", h); return t, f, sid, tid, p, R(full_recv(n), e)
def ask(t, body, sid=0):
    global pid; pid += 1; send(t, body, sid, 0, pid); r = recv(); r[5].u("I"); err, _ = r[5].u("HH")
    if err: sys.exit(f"agentx: {t} refused: {err}")
    return r[2]
sid = ask(1, struct.pack(">BBBB", 5, 0, 0, 0) + eoid(()) + estr(b"a switch for tests"))
for t in (BP, (1,3,6,1,2,1,17,7,1,4), (1,3,6,1,2,1,105), (1,3,6,1,2,1,2,2), (1,3,6,1,2,1,31,1,1), (1,0,8802,1,1,2), CC): ask(3, struct.pack(">BBBB", 5, 100, 0, 0) + eoid(t), sid)
def dump():
    if a.state:
        d = json.dumps(S, default=lambda b: b.hex()); open(a.state + ".new", "w").write(d); os.rename(a.state + ".new", a.state)
dump(); D = rows(S); KEYS = sorted(D); pend = None; prev = None
print("ready", flush=True)
def nxt(o, inc, end):
    i = (bisect.bisect_left if inc else bisect.bisect_right)(KEYS, o)
    return KEYS[i] if i < len(KEYS) and (not end or KEYS[i] < end) else None
while True:
    t, f, sid, tid, p, r = recv(); err = idx = 0; out = b""
    if f & 8: r.str()                                           # a context's name
    if t == 5:
        while r.more():
            o, _ = r.oid(); r.oid(); out += evb(o, *D[o]) if o in D else evb(o, NOINST)
    elif t in (6, 7):
        nr, mr = r.u("HH") if t == 7 else (1 << 16, 1); q = []
        while r.more(): o, inc = r.oid(); q.append([o, inc, r.oid()[0]])
        for x in q[:nr]:
            k = nxt(*x); out += evb(k, *D[k]) if k else evb(x[0], END)
        q = q[nr:]
        for _ in range(mr if q else 0):
            for x in q:
                k = nxt(*x); out += evb(k, *D[k]) if k else evb(x[0], END)
                if k: x[0], x[1] = k, 0
    elif t == 8:
        pend = copy.deepcopy(S)
        while r.more() and not err: idx += 1; err = put(pend, *r.vb())
        idx = idx if err else 0
    elif t == 9:
        prev, S = S, pend; D = rows(S); KEYS = sorted(D); dump()
    elif t == 10:
        if prev is not None:
            S, prev = prev, None; D = rows(S); KEYS = sorted(D); dump()
    elif t == 11: pend = prev = None; continue
    elif t == 18: continue
    send(18, struct.pack(">IHH", 0, err, idx) + out, sid, tid, p)
