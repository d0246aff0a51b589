//! `voiceport discover --interface`, listening, and the jack test: against a real lldpd that plays the switch, and a CDP switch made of frames.

use super::user::User;

#[test]
fn a_jack_test_needs_one_port() {
    let user = User::new();
    let refused = |arguments: &[&str]| user.run([&["discover", "--announce", "phone"], arguments].concat());
    refused(&[]).exits(2).says("--interface");
    refused(&["--interface", "lo", "--interface", "eth0"]).exits(2).says("name exactly one --interface");
    refused(&["--pcap", "a.pcap"]).exits(2);
    refused(&["--switch", "a"]).exits(2);
    refused(&["--all-switches"]).exits(2);
    refused(&["--interface", "no-such-if0"]).exits(1).says("interface no-such-if0: listen: there is no such interface");
    user.run(["discover", "--interface", "lo", "--announce", "toaster"]).exits(2).says("phone");
}

mod kernel {
    use std::process::Command;

    use lldp::cdp_lists::Levels;
    use lldp::lldpdu::{Id, Lldpdu, Tlv};
    use lldp::{cdp, ethernet};
    use model::hex::bare_hex;
    use nix::sys::signal::Signal;
    use serde_json::{Value, json};

    use crate::cli::schemas;
    use crate::cli::user::{Background, Said, User, finish};
    use crate::support::{Running, in_guest, look_until, sh};

    /// A jack: `eth0` here, `port7` in the namespace `switch`.
    const CABLE: &str = "
        ip netns add switch
        ip link add eth0 type veth peer name port7 netns switch
        ip -n switch link set port7 address 02:00:00:00:01:07 up
        ip -n switch link set lo up
        ip link set eth0 address 02:00:00:00:00:09 up
        ip addr add 192.0.2.9/24 dev eth0";

    const SWITCH: &str = "
        configure system hostname closet-1
        configure system description 'lab switch 9.1'
        configure system capabilities enabled bridge
        configure lldp portidsubtype ifname
        configure med fast-start enable
        configure med power pse source primary priority high value 15400
    ";

    const POLICY: &str = "configure med policy application voice tagged vlan 30 priority voice dscp 46";

    /// lldpd in the namespace `switch`, as a network connectivity device that speaks CDP too.
    fn start_switch() -> Running {
        sh(&format!("mkdir -p /run/lldpd; chmod 755 /run /run/lldpd; cat > /run/switch.conf <<'END'{SWITCH}END"));
        let lldpd = ["netns", "exec", "switch", "lldpd", "-d", "-M", "4", "-ccccc", "-l", "-i", "-H", "0", "-I", "port7"];
        let files = ["-u", "/run/lldpd/switch.socket", "-O", "/run/switch.conf"];
        let running = Running::start(Command::new("ip").args(lldpd).args(files));
        sh("until lldpcli -u /run/lldpd/switch.socket show configuration >/dev/null 2>&1; do sleep 0.1; done");
        running
    }

    fn lldpcli(command: &str) -> String {
        sh(&format!("lldpcli -u /run/lldpd/switch.socket -f json0 {command}"))
    }

    /// What the switch sees on its port.
    fn seen_by_switch() -> Vec<Value> {
        let seen: Value = serde_json::from_str(&lldpcli("show neighbors details")).unwrap();
        seen["lldp"][0]["interface"].as_array().cloned().unwrap_or_default()
    }

    /// Waits until the switch sees what is wanted.
    fn await_seen(what: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        look_until(&format!("the switch sees {what}"), seen_by_switch, |seen| wanted(seen))
    }

    /// Waits until the switch has forgotten the phone for the `times`th time because it said so, not because its time to live ran
    /// out. CDP has no withdrawal: its last announcement lives for one second.
    fn await_withdrawal(times: usize) {
        await_seen("that the phone is gone", <[Value]>::is_empty);
        let statistics: Value = serde_json::from_str(&lldpcli("show statistics summary")).unwrap();
        let count = |name: &str| statistics["lldp"][0]["summary"][0][name][0][name].as_str().unwrap().parse::<usize>().unwrap();
        assert_eq!((count("delete_cnt"), count("ageout_cnt")), (2 * times, times), "{statistics:#}");
    }

    fn by<'a>(seen: &'a [Value], protocol: &str) -> Option<&'a Value> {
        seen.iter().find(|neighbour| neighbour["via"] == protocol)
    }

    const JACK: [&str; 7] = ["discover", "--interface", "eth0", "--announce", "phone", "--format", "json"];

    fn jack(said: &Said) -> Value {
        schemas::check(&said.stdout, "jack")
    }

    #[test]
    #[ignore = "needs user-mode-linux and lldpd: tests/run runs it"]
    fn a_switch_sees_a_phone_while_the_test_runs_and_tells_its_policy() {
        if !in_guest("cli::jack::kernel::a_switch_sees_a_phone_while_the_test_runs_and_tells_its_policy") {
            return;
        }
        sh(CABLE);
        let _switch = start_switch();
        let user = User::new();
        // without a policy nothing completes the answer: it runs until it is asked to stop
        for (times, signal) in [(1, Signal::SIGINT), (2, Signal::SIGTERM), (3, Signal::SIGHUP)] {
            let mut testing = user.start(JACK.iter().chain(&["--duration", "50s"]));
            testing.await_line("announcing a phone on eth0");
            let seen = await_seen("a phone by LLDP and CDP", |seen| by(seen, "LLDP").is_some() && by(seen, "CDPv2").is_some());
            check_phone(by(&seen, "LLDP").unwrap(), by(&seen, "CDPv2").unwrap());
            testing.signal(signal);
            let said = testing.end().exits(5);
            await_withdrawal(times);
            let report = jack(&said);
            assert_eq!((&report["outcome"], &report["ended"]), (&json!("no_voice_vlan"), &json!("asked")), "{said}");
            assert_eq!((&report["withdrawn"], &report["switch"]["name"]["value"]), (&json!(true), &json!("closet-1")), "{said}");
        }
        lldpcli(POLICY);
        let said = user.run(JACK).exits(0);
        await_withdrawal(4);
        let report = jack(&said);
        let voice = json!({"vlan": 30, "tagging": "tagged", "priority": 5, "dscp": 46, "by": "lldp_med"});
        assert_eq!((&report["voice"], &report["outcome"], &report["ended"]), (&voice, &json!("voice_vlan"), &json!("complete")));
        assert_eq!(report["switch"]["port"], json!({"value": "port7", "by": "lldp"}), "{said}");
        assert_eq!(report["switch"]["name"], json!({"value": "closet-1", "by": "lldp"}), "{said}");
        assert_eq!(report["switch"]["description"]["value"], "lab switch 9.1", "{said}");
        assert_eq!(report["power"], json!([{"power_mw": 15400, "by": "lldp_med"}]), "{said}");
        assert_eq!((&report["disagreements"], &report["withdrawn"]), (&json!([]), &json!(true)), "{said}");
        let table = user.run(["discover", "--interface", "eth0", "--announce", "phone"]).exits(0);
        for words in ["closet-1", "port7", "30, tagged", "LLDP-MED", "15.4 W", "eth0: a phone gets voice VLAN 30 (after "] {
            assert!(table.stdout.contains(words), "{words}\n{table}");
        }
    }

    /// What lldpd made of the announcement.
    fn check_phone(lldp: &Value, cdp: &Value) {
        let med = &lldp["lldp-med"][0];
        assert_eq!(med["device-type"][0]["value"], "Communication Device Endpoint (Class III)", "{lldp:#}");
        let inventory = &med["inventory"][0];
        assert_eq!(
            (&inventory["manufacturer"][0]["value"], &inventory["model"][0]["value"]),
            (&json!("voiceport"), &json!("jack test"))
        );
        let policy = med["policy"].as_array().unwrap().iter().find(|policy| policy["apptype"] == "Voice").unwrap();
        assert_eq!(policy["defined"], false, "{lldp:#}");
        assert_eq!(med["poe"][0]["power"][0]["value"], "6300", "{lldp:#}");
        let chassis = &lldp["chassis"][0];
        assert_eq!(chassis["mgmt-ip"][0]["value"], "192.0.2.9", "{lldp:#}");
        assert_eq!(chassis["id"][0], json!({"type": "mac", "value": "02:00:00:00:00:09"}), "{lldp:#}");
        let telephone = chassis["capability"].as_array().unwrap().iter().find(|capability| capability["type"] == "Tel").unwrap();
        assert_eq!(telephone["enabled"], true, "{lldp:#}");
        assert_eq!(cdp["chassis"][0]["name"][0]["value"], "voiceport-020000000009", "{cdp:#}");
    }

    /// A switch that speaks CDP only, and tells its voice VLAN to whoever asks for it.
    fn start_cdp_switch(voice_vlan: u16) -> Background {
        let tlvs = vec![
            cdp::Tlv::DeviceId(b"closet-1"),
            cdp::Tlv::PortId(b"FastEthernet0/7"),
            cdp::Tlv::Capabilities(0x28),
            cdp::Tlv::Platform(b"lab switch"),
            cdp::Tlv::NativeVlan(10),
            cdp::Tlv::VoipVlanReply { appliance: 1, vlan: voice_vlan },
            cdp::Tlv::PowerAvailable(Levels { request: 0, management: 1, milliwatts: vec![15_400, u32::MAX], rest: &[] }),
        ];
        let message = cdp::Message { version: 2, ttl_s: 180, tlvs, anomalies: Vec::new() };
        let frame = ethernet::cdp_frame([2, 0, 0, 0, 1, 7], &message.encode().unwrap()).unwrap();
        let script = format!(
            "import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(('port7', 0))
print('ready', flush=True)
while True:
    frame = s.recv(2000)
    if frame[:6].hex() == '01000ccccccc' and bytes.fromhex('000f000820020001') in frame:
        s.send(bytes.fromhex('{}'))",
            bare_hex(&frame)
        );
        let mut switch = Background::start(Command::new("ip").args(["netns", "exec", "switch", "python3", "-c", &script]));
        switch.await_answer("ready");
        switch
    }

    #[test]
    #[ignore = "needs user-mode-linux, lldpd and python3: tests/run runs it"]
    fn a_cdp_switch_is_asked_and_a_contradiction_is_named() {
        if !in_guest("cli::jack::kernel::a_cdp_switch_is_asked_and_a_contradiction_is_named") {
            return;
        }
        sh(CABLE);
        let user = User::new();
        let cdp_switch = start_cdp_switch(31);
        let said = user.run(JACK.iter().chain(&["--duration", "10s"])).exits(0);
        let report = jack(&said);
        let voice = json!({"vlan": 31, "tagging": "tagged", "priority": null, "dscp": null, "by": "cdp"});
        assert_eq!((&report["voice"], &report["outcome"]), (&voice, &json!("voice_vlan")), "{said}");
        assert_eq!(report["switch"]["port"], json!({"value": "FastEthernet0/7", "by": "cdp"}), "{said}");
        assert_eq!(report["access_vlan"], json!({"value": 10, "by": "cdp"}), "{said}");
        assert_eq!(report["power"], json!([{"power_mw": 15400, "by": "cdp"}]), "{said}");
        let _switch = start_switch();
        lldpcli(POLICY);
        let said = user.run(JACK).exits(5);
        let report = jack(&said);
        assert_eq!((&report["outcome"], &report["ended"]), (&json!("contradiction"), &json!("complete")), "{said}");
        assert_eq!(report["disagreements"][0], "voice: LLDP-MED says VLAN 30 tagged, CDP says VLAN 31 tagged", "{said}");
        drop(cdp_switch);
    }

    #[test]
    #[ignore = "needs user-mode-linux: tests/run runs it"]
    fn a_jack_without_an_answer_says_what_to_try() {
        if !in_guest("cli::jack::kernel::a_jack_without_an_answer_says_what_to_try") {
            return;
        }
        sh(CABLE);
        sh("ip link add br0 type bridge; ip link set br0 up; ip link add port2 type dummy; ip link set port2 master br0 up");
        let user = User::new();
        let test = |interface: &str| user.run(["discover", "--announce", "phone", "--duration", "1s", "--interface", interface]);
        test("eth0").exits(5).says("note: no switch sent LLDP or CDP in 1 s").says("--duration 40s").says("no switch answered");
        sh("ip -n switch link set port7 down");
        test("eth0").exits(5).says("eth0 has no link: plug the cable in");
        test("br0").exits(2).says("br0 is a bridge").says("name one of its ports: port2");
        test("lo").exits(2).says("lo has no MAC address");
        sh("ip link set eth0 down");
        test("eth0").exits(1).says("interface eth0: listen: it is down").says("ip link set eth0 up");
        sh("ip link set eth0 up");
        let mut ordinary = Command::new("setpriv");
        user.settle(&mut ordinary);
        let arguments = ["--reuid", "65534", "--clear-groups", env!("CARGO_BIN_EXE_voiceport")];
        let said = finish(ordinary.args(arguments).args(["discover", "--announce", "phone", "--interface", "eth0"])).exits(1);
        said.says("not permitted to open a packet socket").says("sudo setcap cap_net_admin,cap_net_bind_service,cap_net_raw+ep /");
    }

    /// A phone's LLDP from the far end of the cable.
    fn phone(number: u8, ttl_s: u16) -> Vec<u8> {
        let mac = [0x02, 0, 0, 0, 2, number];
        let name = format!("SEP0200000002{number:02x}");
        let telephone = [Tlv::SystemName(name.as_bytes()), Tlv::SystemCapabilities { supported: 0x20, enabled: 0x20 }];
        let tlvs = if ttl_s == 0 { Vec::new() } else { telephone.to_vec() };
        let (chassis_id, port_id) = (Id { subtype: 5, bytes: &[1, 0, 0, 0, 0] }, Id { subtype: 3, bytes: &mac });
        let lldpdu = Lldpdu { chassis_id, port_id, ttl_s, tlvs, anomalies: Vec::new() };
        ethernet::lldp_frame(mac, &lldpdu.encode().unwrap())
    }

    /// Sends frames from the far end, `times` times.
    fn send(frames: &[Vec<u8>], times: u32) {
        let list: Vec<String> = frames.iter().map(|frame| format!("'{}'", bare_hex(frame))).collect();
        let script = format!(
            "import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('port7', 0))
for _ in range({times}):
    for frame in [{}]:
        s.send(bytes.fromhex(frame))",
            list.join(", ")
        );
        let sent = Command::new("ip").args(["netns", "exec", "switch", "python3", "-c", &script]).status().unwrap();
        assert!(sent.success());
    }

    #[test]
    #[ignore = "needs user-mode-linux and python3: tests/run runs it"]
    fn phones_are_told_as_they_come_and_go_also_behind_a_bridge() {
        if !in_guest("cli::jack::kernel::phones_are_told_as_they_come_and_go_also_behind_a_bridge") {
            return;
        }
        sh(CABLE);
        sh("ip link add br0 type bridge; ip link set br0 up; ip link set eth0 master br0");
        let user = User::new();
        let mut listening = user.start(["discover", "--interface", "br0", "--duration", "50s"]);
        listening.await_line("br0 is a bridge, which LLDP does not pass: listening on its ports eth0");
        listening.await_line("listening on eth0");
        send(&[phone(1, 120), phone(2, 120), phone(3, 1)], 1);
        listening.await_line("eth0: a phone SEP020000000201 02:00:00:00:02:01 found");
        listening.await_line("SEP020000000203 02:00:00:00:02:03 found");
        listening.await_line("SEP020000000203 02:00:00:00:02:03 gone: it was not heard again before its time to live ran out");
        send(&[phone(2, 0)], 1);
        listening.await_line("SEP020000000202 02:00:00:00:02:02 gone: it withdrew itself");
        sh("ip link set eth0 down");
        listening.await_line("eth0 went down: listening goes on when it is up again");
        sh("ip link set eth0 up");
        listening.await_line("eth0 is up again");
        send(&[phone(4, 120)], 1);
        listening.await_line("SEP020000000204 02:00:00:00:02:04 found");
        listening.signal(Signal::SIGINT);
        let said = listening.end().exits(0);
        assert!(said.stdout.contains("SEP020000000201") && said.stdout.contains("SEP020000000204"), "{said}");
        assert!(said.stdout.ends_with("2 neighbours, 0 phones, 2 telephones of no known vendor.\n"), "{said}");
    }

    #[test]
    #[ignore = "needs user-mode-linux and python3: tests/run runs it"]
    fn lost_frames_are_counted_and_shown_during_and_after_listening() {
        if !in_guest("cli::jack::kernel::lost_frames_are_counted_and_shown_during_and_after_listening") {
            return;
        }
        sh(CABLE);
        let user = User::new();
        // without the right to enlarge its buffer, and then held up
        let mut limited = Command::new("setpriv");
        user.settle(&mut limited);
        limited.args(["--bounding-set", "-net_admin", env!("CARGO_BIN_EXE_voiceport")]);
        let mut listening =
            Background::start(limited.args(["discover", "--interface", "eth0", "--duration", "50s", "--format", "json"]));
        listening.await_line("listening on eth0");
        listening.signal(Signal::SIGSTOP);
        send(&[phone(1, 120)], 3_000);
        listening.signal(Signal::SIGCONT);
        let line = listening.await_line("frames lost: this machine was too slow");
        let lost: u64 = line.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
        assert!((1_000..3_000).contains(&lost), "{line}");
        listening.signal(Signal::SIGTERM);
        let found = schemas::check(&listening.end().exits(0).stdout, "discover");
        assert_eq!(found["rows"].as_array().unwrap().len(), 1);
        let message = format!("interface eth0: {lost} frames lost: this machine was too slow");
        assert_eq!(found["rejected"], json!([{"frame": null, "switch": null, "reason": "frames_lost", "message": message}]));
    }
}
