//! A real lldpd's LLDP-MIB with its extensions, behind net-snmp's agent, in a kernel with a phone on a cable.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use model::neighbour::Neighbour;
use serde_json::{Value, json};
use voiceport::switch::snmp::{SnmpSwitch, Target, open_socket};
use voiceport::switch::{Scope, Switch};

use super::snmpd::v2c;
use crate::support::{Running, in_guest, look_until, sh};

/// A cable from a port of this switch to a phone.
const CABLE: &str = "
    ip link set lo up
    ip netns add phone
    ip link add port1 type veth peer name eth1 netns phone
    ip -n phone link set eth1 address 00:00:5e:00:53:01 up
    ip -n phone addr add 192.0.2.7/24 dev eth1
    ip link set port1 up
    mkdir -p /run/lldpd /run/snmp
    chmod 755 /run /run/lldpd";

const PHONE: &str = "
    configure system hostname phone-7
    configure system capabilities enabled bridge,telephone
    configure system ip management pattern 192.0.2.7
    configure inventory hardware-revision 1.0
    configure inventory firmware-revision 66.86
    configure inventory serial-number 0815
    configure inventory manufacturer Acme
    configure inventory model T46
    configure med policy application voice tagged vlan 20 priority voice dscp 46
    configure med power pd source pse priority high value 6500
    configure dot3 power pd supported enabled powerpairs signal class class-2
    configure med location elin 5551234567
    configure med fast-start enable
    configure lldp tx-interval 1
";

const AGENT: &str = "
    agentAddress udp:127.0.0.1:1161
    rocommunity public 127.0.0.1
    master agentx
    agentXSocket /run/snmp/agentx
    agentXPerms 0777 0777
";

fn lldpd(name: &str, class: &str, interface: &str) -> Vec<String> {
    let files = [format!("/run/lldpd/{name}.socket"), format!("/run/{name}.conf")];
    ["lldpd", "-d", "-M", class, "-l", "-I", interface, "-u", &files[0], "-O", &files[1]].map(str::to_owned).to_vec()
}

/// Net-snmp's agent, ready for lldpd, which would try again only after 15 s.
fn agent() -> Running {
    let mut command = Command::new("/usr/sbin/snmpd");
    command.args(["-f", "-Lo", "-C", "-c", "/run/snmpd.conf"]).env("MIBS", "").env("SNMP_PERSISTENT_DIR", "/run/snmp");
    let mut agent = Running::start(command.stdout(Stdio::piped()));
    let mut said = BufReader::new(agent.0.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap().starts_with("NET-SNMP version")), "snmpd ended before it was ready");
    std::thread::spawn(move || said.count());
    agent
}

/// What a reading of the switch makes of the phone: its row, once it has told everything and lldpd has joined the agent with its own
/// ports too.
async fn phone() -> Result<Neighbour<'static>, String> {
    let target = Target {
        name: "desk-1".into(),
        address: "127.0.0.1".to_owned(),
        port: 1161,
        read: Some(v2c("public")),
        write: None,
        profile: None,
        allow_generic_write: false,
        power_budget: None,
    };
    let socket = open_socket().await.map_err(|error| error.to_string())?;
    let switch = SnmpSwitch::connect(&socket, target).await.map_err(|error| error.to_string())?;
    let state = switch.read(Scope::Everything).await.map_err(|error| error.to_string())?;
    let phone = state.neighbours().find(|row| row.port.is_some() && has_told_everything(row));
    phone.cloned().map(Neighbour::into_owned).ok_or_else(|| format!("{:?}", state.neighbours().collect::<Vec<_>>()))
}

/// lldpd sends a first frame before it has read the whole of its configuration, and a reading may come between two columns.
fn has_told_everything(row: &Neighbour<'_>) -> bool {
    let med = row.med.as_ref().is_some_and(|med| {
        let told = !med.policies.is_empty() && !med.locations.is_empty() && med.power.is_some();
        told && med.inventory.as_ref().is_some_and(|inventory| inventory.model.is_some())
    });
    let power = row.dot3.as_ref().is_some_and(|dot3| dot3.power.is_some());
    med && power && row.system_name.as_deref() == Some("phone-7") && !row.management_addresses.is_empty()
}

#[test]
#[ignore = "needs user-mode-linux, lldpd and snmpd: tests/run runs it"]
fn what_a_phone_told_lldpd_is_read_from_its_mib() {
    if !in_guest("switch_snmp::kernel::what_a_phone_told_lldpd_is_read_from_its_mib") {
        return;
    }
    sh(CABLE);
    sh(&format!("cat > /run/phone.conf <<'END'{PHONE}END\n: > /run/switch.conf; cat > /run/snmpd.conf <<'END'{AGENT}END"));
    let _agent = agent();
    let _switch =
        Running::start(Command::new("lldpd").args(&lldpd("switch", "4", "port1")[1..]).args(["-x", "-X", "/run/snmp/agentx"]));
    let _phone = Running::start(Command::new("ip").args(["netns", "exec", "phone"]).args(lldpd("phone", "3", "eth1")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let phone = look_until("the phone, in full", || runtime.block_on(phone()), Result::is_ok).unwrap();
    let told: Value = serde_json::to_value(phone).unwrap();

    assert_eq!((&told["port"], &told["protocol"]), (&json!("port1"), &json!("lldp")));
    assert_eq!((&told["mac"], &told["system_name"]), (&json!("00:00:5e:00:53:01"), &json!("phone-7")));
    assert_eq!(told["capabilities_enabled"], json!(["bridge", "telephone"]));
    assert_eq!(told["management_addresses"], json!(["192.0.2.7"]));
    let med = &told["med"];
    assert_eq!(med["device_class"], json!("endpoint_class_3"));
    assert_eq!(
        med["capabilities"],
        json!(["capabilities", "network_policy", "location", "extended_power_pse", "extended_power_pd", "inventory"])
    );
    assert_eq!(
        med["policies"],
        json!([{"application": "voice", "vlan": 20, "tagged": true, "unknown": false, "priority": 5, "dscp": 46}])
    );
    assert_eq!(med["power"], json!({"type": "pd", "source": "pse", "priority": "high", "value_mw": 6500}));
    assert_eq!(med["locations"], json!([{"format": "elin", "number": "5551234567"}]));
    let inventory = ["hardware", "firmware", "serial", "manufacturer", "model"].map(|key| med["inventory"][key].as_str().unwrap());
    assert_eq!(inventory, ["1.0", "66.86", "0815", "Acme", "T46"]);
    let power = &told["dot3"]["power"];
    assert_eq!((&power["port_class"], &power["class"], &power["pairs"]), (&json!("pd"), &json!(2), &json!("signal")));
    assert_eq!((&power["supported"], &power["enabled"]), (&json!(true), &json!(true)));
}
