#!/usr/bin/env python3
"""What the rows of a recorded switch say, read without voiceport: `reader.py FOLDER` prints it as JSON, by the name of each recording.

It knows the MIBs and not the program: nothing here is taken from what voiceport says. Of each port it tells ifIndex, bridge port,
link, speed, duplex, errors, PVID, tagged and untagged VLANs, voice VLAN and power; besides, the profile, the addresses learned on
each port, PSE groups, and the neighbours of LLDP and CDP.
"""

import glob
import json
import os
import sys

ETHERNET = {6, 62, 69, 117}
LAG = 161
LLDP_REM, LLDP_LOC, CDP = "1.0.8802.1.1.2.1.4.1.1", "1.0.8802.1.1.2.1.3.7.1", "1.3.6.1.4.1.9.9.23.1.2.1.1"
LLDP_V2_REM = "1.3.111.2.802.1.1.13.1.4.1.1"
BRIDGE, Q_BRIDGE = "1.3.6.1.2.1.17", "1.3.6.1.2.1.17.7.1"
IF_ENTRY, IF_X_ENTRY = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
PSE, MAIN_PSE = "1.3.6.1.2.1.105.1.1.1", "1.3.6.1.2.1.105.1.3.1.1"
DETECTION = {1: "disabled", 2: "searching", 3: "delivering", 4: "fault", 5: "test", 6: "other_fault"}

# Product lines by sysObjectID, and by a word of sysDescr where the number alone does not say it. The longest prefix counts.
LINES = [
    ("9.1", "", "cisco-ios"),
    ("9.5", "", "cisco-catos"),
    ("9.6.1", "", "cisco-small-business"),
    ("11.2.3.7.11", "", "aruba-os-switch"),
    ("45.3", "", "extreme-ers"),
    ("171.10.137", "", "dlink-dlinksw"),
    ("207.1.14", "", "allied-telesis"),
    ("890.1.15", "GS1900", "zyxel-gs1900"),
    ("890.1.15", "XS1930", "zyxel"),
    ("1991.1.3", "", "ruckus-icx"),
    ("2011.2.23", "", "huawei"),
    ("2636.1.1.1.2", "", "juniper-ex"),
    ("3955.1000", "", "linksys-smart"),
    ("4413", "EdgeSwitch", "ubiquiti-edgeswitch"),
    ("6486.800", "", "alcatel-omniswitch"),
    ("11863", "", "tplink-jetstream"),
    ("12356.106", "", "fortiswitch"),
    ("14988.1", "", "mikrotik-routeros"),
    ("14988.2", "", "mikrotik-swos"),
    ("25506.1", "", "hpe-comware"),
    ("47196.4", "", "aruba-cx"),
]


def numbers(oid):
    return tuple(int(number) for number in oid.strip(".").split(".") if number)


class Rows:
    """The lines of one recording: OID, tag, value."""

    def __init__(self, path):
        self.rows = {}
        with open(path, "rb") as file:
            for line in file:
                line = line.decode("latin-1").rstrip("\n")
                if line.count("|") >= 2 and not line.startswith("#"):
                    oid, tag, value = line.split("|", 2)
                    self.rows[numbers(oid)] = (tag, value)
        self.order = sorted(self.rows)

    def column(self, oid):
        """Instance and value, in the order of the instances."""
        root = numbers(oid)
        return [(name[len(root):], self.rows[name]) for name in self.order if name[: len(root)] == root and len(name) > len(root)]

    def integers(self, oid):
        found = {}
        for row, (tag, value) in self.column(oid):
            if tag in ("2", "65", "66", "67", "70"):
                found[row] = int(value)
        return found

    def octets(self, oid):
        return {row: octets(cell) for row, cell in self.column(oid) if cell[0] in ("4", "4x", "64", "64x")}

    def first(self, oid):
        cells = self.column(oid)
        return cells[0][1][1] if cells else ""


def octets(cell):
    tag, value = cell
    return bytes.fromhex(value) if tag.endswith("x") else value.encode("latin-1")


def text(data):
    """Text without blanks and NULs around it; hexadecimal digits for what is no text."""
    data = data.rstrip(b"\0")
    try:
        decoded = data.decode()
    except UnicodeDecodeError:
        decoded = None
    if decoded is None or any(ord(letter) < 32 and letter not in "\t\r\n" for letter in decoded):
        return None
    return decoded.strip("\0 \t\r\n") or None


def mac(data):
    return ":".join(f"{byte:02x}" for byte in data) if len(data) == 6 else None


def bits(data, lsb=False):
    """Numbers of a bit map, the first of which is 1."""
    mask = (lambda bit: 1 << bit) if lsb else (lambda bit: 0x80 >> bit)
    return {8 * at + bit + 1 for at, byte in enumerate(data) for bit in range(8) if byte & mask(bit)}


def decimal(data):
    found = set()
    for part in data.decode("latin-1").split(","):
        first, _, last = part.strip().partition("-")
        if first.isdigit():
            found.update(range(int(first), int(last or first) + 1))
    return found


class Switch:
    def __init__(self, rows):
        self.rows = rows
        self.kinds = {row[0]: kind for row, kind in rows.integers(f"{IF_ENTRY}.3").items()}
        self.status = {row[0]: status for row, status in rows.integers(f"{IF_ENTRY}.8").items()}
        self.names = self.interface_names()
        base = {row[0]: index for row, index in rows.integers(f"{BRIDGE}.1.4.1.2").items() if index}
        told = set(self.kinds) | {row[0] for row, _ in rows.column(f"{IF_ENTRY}.2")} | {row[0] for row, _ in rows.column(f"{IF_X_ENTRY}.1")}
        self.base = {port: index for port, index in base.items() if not told or index in told}
        for index in self.base.values():
            self.names.setdefault(index, f"ifIndex {index}")
        self.bridges = {index: port for port, index in sorted(self.base.items(), reverse=True)}
        self.oid = rows.first("1.3.6.1.2.1.1.2").strip(".")
        self.profile = self.line()
        lists = rows.octets(f"{Q_BRIDGE}.4.3.1.2")
        used = [data for data in lists.values() if data]
        self.as_text = bool(used) and all(set(data) <= set(b"0123456789,") for data in used)

    def interface_names(self):
        """ifName, else ifDescr; equal names are told apart by ifDescr, then by number."""
        described = {row[0]: text(data) for row, data in self.rows.octets(f"{IF_ENTRY}.2").items()}
        named = {row[0]: text(data) for row, data in self.rows.octets(f"{IF_X_ENTRY}.1").items()}
        indexes = sorted(set(described) | set(named) | set(self.kinds))
        names = {index: named.get(index) or described.get(index) or f"ifIndex {index}" for index in indexes}
        for better in (lambda index: described.get(index), lambda index: f"ifIndex {index}"):
            shared = {name for name in names.values() if list(names.values()).count(name) > 1}
            names.update({index: better(index) or name for index, name in names.items() if name in shared})
        return names

    def line(self):
        described = text(next(iter(self.rows.octets("1.3.6.1.2.1.1.1").values()), b"")) or ""
        own = self.oid.removeprefix("1.3.6.1.4.1.")
        fitting = [(len(prefix), name) for prefix, word, name in LINES if f"{own}.".startswith(f"{prefix}.") and word in described]
        return max(fitting)[1] if fitting else "standard"

    def ethernet(self, index):
        return self.kinds.get(index, 6) in ETHERNET

    # Which port a number of a table is.

    def readings(self, found, plausible=None):
        """The ways to read the numbers of one table, each as number to ifIndex: those that explain most of them. Where that is not one,
        what cannot be true of a port may decide."""
        ways = self.fitting(found, lambda number, index: True)
        if len(ways) > 1 and plausible:
            possible = self.fitting(found, plausible)
            ways = possible if len(possible) == 1 else ways
        return ways

    def fitting(self, found, plausible):
        ports = {index for index in self.names if self.ethernet(index) or index in self.bridges or self.kinds.get(index) == LAG}
        place = dict(enumerate((self.base[port] for port in sorted(self.base)), 1))
        explain = lambda way: {number for number in found if number in way and plausible(number, way[number])}
        by_index, by_base = {index: index for index in ports}, dict(self.base)
        index, base, order = explain(by_index), explain(by_base), explain(place)
        if found and order == set(found) and index < order and base < order and len(found) > 1:
            return [place]
        ways = []
        if index and not index < base:
            ways.append(by_index)
        if base and not base < index:
            ways.append(by_base)
        if ways == [by_index]:
            ways = [{other: other for other in self.names}]
        return ways

    def ports_of(self, found, plausible=None):
        """Number to ifIndex, where all ways to read it agree."""
        ways = self.readings(found, plausible)
        if not ways:
            return {}
        return {number: ways[0][number] for number in ways[0] if all(way.get(number) == ways[0][number] for way in ways)}

    def by_port(self, oid):
        """The values of a column whose last number is a port, by ifIndex."""
        values = {row[-1]: value for row, value in self.rows.integers(oid).items()}
        ports = self.ports_of(set(values))
        return {ports[number]: value for number, value in values.items() if number in ports}

    # Links.

    def link(self, index):
        status = self.status.get(index)
        return None if status is None else "up" if status == 1 else "down"

    def speed(self, index):
        if self.link(index) == "down":
            return None
        high = self.rows.integers(f"{IF_X_ENTRY}.15").get((index,), 0)
        low = self.rows.integers(f"{IF_ENTRY}.5").get((index,), 0)
        if high > 0:
            return high
        return low // 1_000_000 if 1_000_000 <= low < 2**32 - 1 and self.ethernet(index) and self.link(index) == "up" else None

    def duplex(self, index):
        if self.link(index) == "down":
            return None
        return {2: "half", 3: "full"}.get(self.rows.integers("1.3.6.1.2.1.10.7.2.1.19").get((index,)))

    # VLANs.

    def vlans_in_force(self, column):
        """Later time marks win; what a neighbour made by GVRP is no configuration."""
        status = self.rows.integers(f"{Q_BRIDGE}.4.2.1.6")
        rows = self.rows.octets(f"{Q_BRIDGE}.4.2.1.{column}")
        return {row[-1]: data for row, data in sorted(rows.items()) if status.get(row) != 3}

    def q_bridge(self):
        """Tagged and untagged VLANs by ifIndex, by the lists of Q-BRIDGE-MIB."""
        read = decimal if self.as_text else bits
        static = {column: {row[-1]: data for row, data in self.rows.octets(f"{Q_BRIDGE}.4.3.1.{column}").items()} for column in (2, 4)}
        current = {column: self.vlans_in_force(column + 2) for column in (2, 3)}
        tables = [(static[2], static[4]), (current[2], current[3])]
        members = {}
        done = set()
        for egress, untagged in tables:
            used = set().union(*(read(data) for data in [*egress.values(), *untagged.values()]), set())
            ports = self.ports_of(used)
            if not used and egress:
                ports = {port: index for port, index in self.base.items() if port == index}
            for vlan, data in egress.items():
                if vlan in done or not 1 <= vlan <= 4094:
                    continue
                done.add(vlan)
                bare = read(untagged[vlan]) if vlan in untagged else None
                for number, index in ports.items():
                    tagged, plain = members.setdefault(index, (set(), set()))
                    if number in read(data) and bare is not None:
                        (plain if number in bare else tagged).add(vlan)
        return members

    def cisco(self):
        trunk = "1.3.6.1.4.1.9.9.46.1.6.1.1"
        states = self.rows.integers("1.3.6.1.4.1.9.9.46.1.3.1.1.2")
        working = {row[-1] for row, state in states.items() if state == 1}
        access, native, mode = self.by_port("1.3.6.1.4.1.9.9.68.1.2.2.1.2"), self.by_port(f"{trunk}.5"), self.by_port(f"{trunk}.14")
        allowed = {}
        for column, first in ((4, 0), (17, 1024), (18, 2048), (19, 3072)):
            for row, data in self.rows.octets(f"{trunk}.{column}").items():
                allowed.setdefault(row[0], set()).update(bit - 1 + first for bit in bits(data))
        voice = {4096: "none", 4095: "untagged", 0: "priority_tagged"}
        spoken = self.by_port("1.3.6.1.4.1.9.9.68.1.5.1.1.1")
        facts = {}
        for index in self.names:
            fact = {"pvid": native.get(index) if mode.get(index) == 1 else access.get(index)}
            if mode.get(index) == 1:
                carried = allowed.get(index, set()) & working - {fact["pvid"]}
                fact.update(tagged=carried, untagged={fact["pvid"]})
            elif mode.get(index) == 2 and index in access:
                fact.update(tagged=set(), untagged={fact["pvid"]})
            if index in spoken:
                fact["voice"] = voice.get(spoken[index], spoken[index])
            facts[index] = {key: value for key, value in fact.items() if value is not None}
        return facts

    def vlans(self):
        if self.profile in ("cisco-ios", "cisco-catos"):
            return self.cisco()
        # Small Business switches keep the PVID of each mode in a column of its own; the standard's is that of a third mode.
        own = self.profile == "cisco-small-business"
        pvids = self.by_port("1.3.6.1.4.1.9.6.1.101.48.62.1.1" if own else f"{Q_BRIDGE}.4.5.1.1")
        facts = {index: {"pvid": pvid} for index, pvid in pvids.items() if 1 <= pvid <= 4094}
        if self.profile == "ruckus-icx":
            tags = self.rows.integers("1.3.6.1.4.1.1991.1.1.3.2.6.1.4")
            ports = self.ports_of({row[1] for row in tags})
            members = {index: (set(), set()) for index in self.bridges} if tags else {}
            for (vlan, number), tag in tags.items():
                if ports.get(number) in members and tag in (1, 2):
                    members[ports[number]][tag - 1].add(vlan)
        elif self.profile == "extreme-ers":
            # RAPID-CITY: a list of members for each VLAN, whose first bit is port 0, and what each port tags.
            lists = {row[-1]: {bit - 1 for bit in bits(data)} for row, data in self.rows.octets("1.3.6.1.4.1.2272.1.3.2.1.11").items()}
            ports = self.ports_of(set().union(*lists.values(), set()))
            members = {}
            for index, tags in self.by_port("1.3.6.1.4.1.2272.1.3.3.1.8").items():
                carried = {vlan for vlan, found in lists.items() if index in {ports.get(number) for number in found}}
                own = {pvids.get(index)} & carried
                tagged = {1: carried, 2: set(), 3: own, 4: carried - own}.get(tags)
                if tagged is not None:
                    members[index] = (tagged, carried - tagged)
        else:
            members = self.q_bridge()
        for index, (tagged, untagged) in members.items():
            facts.setdefault(index, {}).update(tagged=tagged, untagged=untagged)
        return facts

    # Addresses learned.

    def learned(self):
        found, known = {}, set()
        databases = {}
        for row, database in self.rows.integers(f"{Q_BRIDGE}.4.2.1.3").items():
            databases.setdefault(database, set()).add(row[-1])
        for port, status, with_vlan in ((f"{Q_BRIDGE}.2.2.1.2", f"{Q_BRIDGE}.2.2.1.3", True), (f"{BRIDGE}.4.3.1.2", f"{BRIDGE}.4.3.1.3", False)):
            statuses, addresses = self.rows.integers(status), self.rows.octets(f"{BRIDGE}.4.3.1.1")
            rows = []
            for row, number in self.rows.integers(port).items():
                address = mac(bytes(row[-6:])) if len(row) >= 6 and max(row[-6:]) < 256 else mac(addresses.get(row, b""))
                vlans = databases.get(row[0], set()) if with_vlan else set()
                if address and number > 0:
                    rows.append((address, number, min(vlans) if len(vlans) == 1 else None, statuses.get(row, 3) == 3))
            learned = {number for _, number, _, is_learned in rows if is_learned}
            plausible = lambda number, index: number not in learned or self.link(index) != "down"
            ports = self.ports_of({number for _, number, _, _ in rows}, plausible)
            for address, number, vlan, is_learned in rows:
                index = ports.get(number)
                if not is_learned or index is None:
                    continue
                if (index, address, vlan) in known or vlan is None and (index, address) in {entry[:2] for entry in known}:
                    continue
                known.add((index, address, vlan))
                found[self.names[index]] = found.get(self.names[index], 0) + 1
        return found

    # Neighbours.

    def local_ports(self):
        """lldpLocPortNum to ifIndex: by the name, the description or the address of one interface, else by numbers that all agree."""
        described = {row[0]: text(data) for row, data in self.rows.octets(f"{IF_ENTRY}.2").items()}
        callers = {}
        for index, name in self.names.items():
            for word in {name, described.get(index)} - {None}:
                callers.setdefault(word.lower(), set()).add(index)
        owners = {}
        for row, data in self.rows.octets(f"{IF_ENTRY}.6").items():
            owners.setdefault(mac(data), set()).add(row[0])
        ids, descriptions = self.rows.octets(f"{LLDP_LOC}.3"), self.rows.octets(f"{LLDP_LOC}.4")
        subtypes = self.rows.integers(f"{LLDP_LOC}.2")
        is_port = lambda index: index in self.names and (self.ethernet(index) or index in self.bridges)
        only = lambda found: next(iter(found)) if found and len(found) == 1 else None
        ports = {}
        for row, data in ids.items():
            words = [text(data), text(descriptions.get(row, b""))]
            index = next((found for found in (only(callers.get(word.lower())) for word in words if word) if found is not None), None)
            index = index if index is not None else only(owners.get(mac(data))) if mac(data) else None
            said = int(words[0]) if words[0] and words[0].isdigit() else None
            if index is None and said is not None and is_port(said) and (subtypes.get(row) == 7 or self.bridges.get(said) == row[0]):
                index = said
            if index is None and self.bridges.get(row[0]) == row[0]:
                index = row[0]
            if index is not None:
                ports[row[0]] = index
        if not ids:
            return {number: number for number in self.names} if self.base and all(a == b for a, b in self.base.items()) else {}
        if len(ports) > 1 and all(number == index for number, index in ports.items()):
            ports.update({index: index for index in self.names if is_port(index)})
        return ports

    def neighbours(self):
        local, rows = self.local_ports(), []
        own = {row[0]: index for row, index in self.rows.integers("1.3.6.1.4.1.14988.1.1.11.1.1.8").items()}
        for entry, more, kind in ((LLDP_REM, 0, "first"), (LLDP_V2_REM, 1, "second")):
            keys = sorted({row[1:] for row, _ in self.rows.column(entry)})
            seen = {}
            for key in keys:
                if kind == "first" and len(key) == 1:
                    index, identity = own.get(key[0]), (None, key[0])
                elif kind == "first" and len(key) >= 3:
                    index, identity = local.get(key[1]), (key[1], key[2])
                elif kind == "second" and len(key) >= 4:
                    index, identity = key[1], (key[1], key[3])
                else:
                    continue
                seen[identity] = (index, key)
            for index, key in seen.values():
                cell = lambda column: self.rows.rows.get(numbers(f"{entry}.{column + more}") + key)
                chassis, port, name = cell(5), cell(7), cell(9)
                fact = {"by": "lldp", "port": self.names.get(index), "chassis": identity_bytes(chassis), "port_id": identity_bytes(port)}
                if name:
                    fact["name"] = text(octets(name))
                if fact["port"] and any(other == {**fact, "name": other.get("name")} for other in rows) and fact["chassis"] and fact["port_id"]:
                    continue
                rows.append(fact)
        for row in sorted({row[1:] for row, _ in self.rows.column(CDP)}):
            cell = lambda column: self.rows.rows.get(numbers(f"{CDP}.{column}") + row)
            device, port = cell(6), cell(7)
            rows.append({"by": "cdp", "port": self.names.get(row[0]), "device": identity_bytes(device), "port_id": identity_bytes(port)})
        return rows

    # Power.

    def power_rows(self):
        """PSE rows by group and port, with what the standard's columns say of them."""
        facts = {}
        for column, key in ((3, "on"), (6, "does"), (7, "priority"), (10, "class")):
            for row, value in self.rows.integers(f"{PSE}.{column}").items():
                if len(row) == 2:
                    facts.setdefault(row, {})[key] = value
        return facts

    def standard_power(self, group, port):
        """What pethPsePortTable says of a row: class 1 is class 0, and is that of the device only while one is powered."""
        row = self.power_rows().get((group, port), {})
        delivers = row.get("does") == 3
        return {
            "on": {1: True, 2: False}.get(row.get("on")),
            "does": DETECTION.get(row.get("does")),
            "priority": {1: "critical", 2: "high", 3: "low"}.get(row.get("priority")),
            "class": row["class"] - 1 if delivers and row.get("class") in range(1, 6) else None,
        }

    def vendor_power(self):
        """Facts of power by port name, where a vendor has a table of its own; milliwatts."""
        ports = {}

        def tell(index, **facts):
            if index in self.names:
                ports.setdefault(self.names[index], {}).update({key: value for key, value in facts.items() if value is not None})

        column = lambda root, number: self.rows.integers(f"{root}.{number}")
        tenths = lambda value: None if value is None else value * 100
        # CISCO-POWER-ETHERNET-EXT-MIB cpeExtPsePortTable: the row's physical entity bears the name of the interface.
        entities = {row[0]: text(data) for row, data in self.rows.octets("1.3.6.1.2.1.47.1.1.1.1.7").items()}
        described = {text(data): row[0] for row, data in self.rows.octets(f"{IF_ENTRY}.2").items()}
        cisco = "1.3.6.1.4.1.9.9.402.1.2.1"
        for row, entity in column(cisco, 11).items():
            cell = lambda number: column(cisco, number).get(row)
            counted = {1: "automatic", 2: "static", 3: "limit"}.get(cell(1))
            own = {"limit": cell(6), "allocated": cell(7), "measured": cell(9), "allocation": counted}
            tell(described.get(entities.get(entity)), **{**self.standard_power(*row), **own})
        # rlPethPsePortTable of Radlan's switches, under the number of whoever sells them. The row's last number is that of the port.
        for root in ("1.3.6.1.4.1.9.6.1.101.108.1.1", "1.3.6.1.4.1.3955.1000.201.108.1.1"):
            limits = column(root, 6)
            indexes = self.ports_of({row[1] for row in limits})
            for row, limit in limits.items():
                tell(indexes.get(row[1]), **{**self.standard_power(*row), "limit": limit, "measured": column(root, 5).get(row)})
        # HUAWEI-POE-MIB hwPoePortTable, by ifIndex.
        huawei = "1.3.6.1.4.1.2011.5.25.195.3.1"
        enabled = column(huawei, 3)
        indexes = self.ports_of({row[0] for row in enabled})
        for row, on in enabled.items():
            cell = lambda number: column(huawei, number).get(row)
            priority = {1: "critical", 2: "high", 3: "low"}.get(cell(4))
            own = {"limit": cell(5), "allocated": cell(9), "measured": cell(10)}
            tell(indexes.get(row[0]), on={1: True, 2: False}.get(on), priority=priority, **own)
        # TPLINK-POWER-OVER-ETHERNET-MIB tpPoePortConfigTable, by the number on the front: tenths of a watt.
        tplink = "1.3.6.1.4.1.11863.6.56.1.1.2.1.1"
        for row, on in column(tplink, 2).items():
            cell = lambda number: column(tplink, number).get(row)
            found = [index for index, name in self.names.items() if self.ethernet(index) and name.endswith(f"/{row[0]}")]
            state = {0: "searching" if on == 1 else "disabled", 2: "delivering"}.get(cell(11))
            told = {"limit": tenths(cell(4)), "measured": tenths(cell(7)), "class": cell(10) if cell(10) in range(5) else None}
            priority = {0: "high", 1: "medium", 2: "low"}.get(cell(3))
            tell(found[0] if len(found) == 1 else None, on={0: False, 1: True}.get(on), does=state, priority=priority, **told)
        # MIKROTIK-MIB mtxrPOETable: the first column is the ifIndex.
        mikrotik = "1.3.6.1.4.1.14988.1.1.15.1.1"
        for row, index in column(mikrotik, 1).items():
            status = column(mikrotik, 3).get(row)
            state = {1: "disabled", 2: "searching", 3: "delivering", 4: "fault", 5: "fault"}.get(status)
            on = None if status is None else status != 1
            tell(index, on=on, does=state, measured=tenths(column(mikrotik, 6).get(row)))
        return ports

    def vendor_groups(self):
        """Power of PSE groups in milliwatts, from tpSystemPowerLimit, tpSystemPowerConsumption and tpSystemPowerRemain."""
        limit, used, left = (self.rows.integers(f"1.3.6.1.4.1.11863.6.56.1.1.1.{number}").get((0,)) for number in (1, 3, 4))
        if None in (limit, used, left):
            return {}
        return {"1": {"nominal": limit * 100, "measured": used * 100, "reserved": (limit - left) * 100}}

    def facts(self):
        vlans = self.vlans()
        errors = [self.rows.integers(f"{IF_ENTRY}.{column}") for column in (14, 20)]
        ports = {}
        for index, name in self.names.items():
            counted = [str(column.get((index,), "-")) for column in errors]
            fact = {
                "if": index,
                "bridge": self.bridges.get(index),
                "link": self.link(index),
                "speed": self.speed(index),
                "duplex": self.duplex(index),
                "errors": None if counted == ["-", "-"] else "/".join(counted),
                "is_port": self.ethernet(index) or index in self.bridges,
                **{key: sorted(value) if isinstance(value, set) else value for key, value in vlans.get(index, {}).items()},
            }
            ports[name] = {key: value for key, value in fact.items() if value is not None}
        groups = {}
        for column, key, factor in ((2, "nominal", 1), (4, "measured", 1), (3, "operational", 1)):
            for row, value in self.rows.integers(f"{MAIN_PSE}.{column}").items():
                groups.setdefault(str(row[0]), {})[key] = value
        power = {f"{group}.{port}": fact for (group, port), fact in self.power_rows().items()}
        return {
            "profile": self.profile,
            "ports": ports,
            "learned": self.learned(),
            "neighbours": self.neighbours(),
            "main_pse": groups,
            "pse_rows": power,
            "vendor_power": self.vendor_power(),
            "vendor_groups": self.vendor_groups(),
        }


def identity_bytes(cell):
    """An identifier as text, else as the digits of its bytes."""
    if cell is None or not octets(cell):
        return None
    data = octets(cell)
    return text(data) if text(data) is not None else data.hex()


def main():
    found = {}
    for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.snmprec"))):
        found[os.path.basename(path).removesuffix(".snmprec")] = Switch(Rows(path)).facts()
    json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
