//! Small recordings of made-up switches, each with a fault that people met elsewhere, against the right answer.

mod samples {
    use std::io::{BufRead, BufReader};
    use std::net::UdpSocket;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use model::change::Observed;
    use model::ids::{PortName, PortRef, SwitchName};
    use model::site::Site;
    use model::switch::{PortState, SwitchState, VoiceVlan};
    use voiceport::power::account;
    use voiceport::site::place;
    use voiceport::switch::snmp::{SnmpSwitch, open_socket};
    use voiceport::switch::{Scope, Switch};

    use super::super::small_agent::target_at;
    use super::super::snmpd::v2c;
    use crate::support::{Running, eventually, samples};

    /// A running agent that plays a file.
    struct Agent {
        port: u16,
        _process: Running,
    }

    impl Agent {
        fn play(name: &str, faults: &[&str]) -> Self {
            let folder = samples("faults");
            let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let mut command = Command::new("python3");
            command.arg(folder.join("tools/agent.py")).arg(folder.join(name).with_extension("snmprec")).arg(port.to_string());
            let child = command.args(faults).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let mut process = Running(child);
            let said = process.0.stderr.take().unwrap();
            std::thread::spawn(move || BufReader::new(said).lines().for_each(drop));
            eventually("the agent answers", || answers(port));
            Self { port, _process: process }
        }
    }

    /// Whether something answers a GET of sysUpTime.0.
    fn answers(port: u16) -> bool {
        const GET: &[u8] = &[
            0x30, 0x26, 2, 1, 1, 4, 6, b'p', b'u', b'b', b'l', b'i', b'c', 0xa0, 0x19, 2, 1, 1, 2, 1, 0, 2, 1, 0, 0x30, 0x0e, 0x30,
            0x0c, 6, 8, 0x2b, 6, 1, 2, 1, 1, 3, 0, 5, 0,
        ];
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
        socket.connect(("127.0.0.1", port)).unwrap();
        socket.send(GET).is_ok() && socket.recv(&mut [0; 500]).is_ok()
    }

    async fn read(name: &str, faults: &[&str]) -> SwitchState {
        let agent = Agent::play(name, faults);
        let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), target_at(agent.port, v2c("public"))).await.unwrap();
        switch.read(Scope::Everything).await.unwrap()
    }

    fn port<'s>(state: &'s SwitchState, name: &str) -> &'s PortState {
        state.ports.get(&PortName::from(name)).unwrap_or_else(|| panic!("{name}: {:?}", state.ports.keys()))
    }

    fn bridge_port(state: &SwitchState, number: u32) -> &PortState {
        state.ports.values().find(|port| port.bridge_port.is_some_and(|port| port.0 == number)).unwrap()
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn a_table_in_an_order_of_its_own_is_read_whole() {
        let state = read("S01d", &["raw-order"]).await;
        let mut numbers: Vec<u32> = state.ports.values().filter_map(|port| Some(port.bridge_port?.0)).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 19, 20, 48]);
        assert_eq!(bridge_port(&state, 4).addresses().len(), 1, "the phone, not on the port with the ifIndex 4");
        assert!(!state.notes.iter().any(|note| note.contains("incomplete")), "{:?}", state.notes);
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn a_table_that_goes_round_ends_and_is_noted() {
        let wraps = ["1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.1.4.1.2"].map(|root| format!("wrap={root}"));
        let state = read("S02", &wraps.each_ref().map(String::as_str)).await;
        assert_eq!(state.ports.len(), 8);
        assert!(state.notes.iter().any(|note| note.contains("incomplete: it begins again with row")), "{:?}", state.notes);
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn an_agent_that_drops_getbulk_is_read_row_by_row() {
        let agent = Agent::play("S04c", &["dropbulk"]);
        let switch = SnmpSwitch::connect(&open_socket().await.unwrap(), target_at(agent.port, v2c("public"))).await.unwrap();
        let state = switch.read(Scope::Everything).await.unwrap();
        assert!(switch.request_stats().unwrap().row_by_row && state.ports.len() == 8);
        assert_eq!(port(&state, "Port 1").addresses().len(), 1);
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn names_are_without_the_nul_at_their_end() {
        let state = read("S05", &[]).await;
        for (name, port) in &state.ports {
            assert!(!name.as_str().contains('\0') && !port.description.as_deref().unwrap_or_default().contains('\0'), "{name:?}");
        }
        assert!(state.ports.contains_key(&PortName::from("Gi1/0/1")), "{:?}", state.ports.keys());
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn an_address_in_two_vlans_is_told_in_both_and_is_one() {
        let state = read("S06", &[]).await;
        let port = port(&state, "Gi1/0/1");
        let phone: Vec<_> = port.learned.iter().filter(|entry| entry.mac.to_string() == "00:15:65:aa:01:01").collect();
        assert_eq!(phone.iter().map(|entry| entry.vlan).collect::<Vec<_>>(), [Some(1), Some(20)]);
        assert_eq!(port.addresses().len(), 2, "the phone, and the PC behind it");
        assert_eq!(port.neighbours.len(), 1);
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn the_values_of_a_voice_vlan_are_told_apart() {
        let state = read("S08", &[]).await;
        let voice: Vec<_> = [1, 2, 3, 4].map(|number| bridge_port(&state, number).voice_vlan).into();
        let vlan = VoiceVlan::Vlan(70.try_into().unwrap());
        assert_eq!(voice, [VoiceVlan::PriorityTagged, VoiceVlan::Untagged, VoiceVlan::None, vlan].map(Some));
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn phones_seen_through_an_uplink_are_at_their_own_ports() {
        let switches = [("sw-a", read("S10a", &[]).await), ("sw-b", read("S10b", &[]).await)];
        let observed =
            Observed { switches: switches.map(|(name, state)| (SwitchName::from(name), state)).into(), ..Observed::default() };
        let places = place::seen_at(&observed);
        for (mac, switch, port) in [("00:15:65:aa:01:01", "sw-a", "Gi1/0/1"), ("00:15:65:aa:01:02", "sw-b", "Gi1/0/2")] {
            let own = PortRef { switch: switch.into(), port: port.into() };
            assert_eq!(places[&mac.parse().unwrap()], [own].into(), "{mac}");
        }
    }

    #[tokio::test]
    #[ignore = "needs the samples and python3: tests/run looks for them"]
    async fn rows_that_are_nobodys_count_in_their_group() {
        let state = read("S13", &[]).await;
        let port = port(&state, "Gi1/0/20");
        assert_eq!((port.poe.clone(), state.has_pse(port)), (None, None), "whether it has power is not known");
        let observed = Observed { switches: [(SwitchName::from("sw"), state)].into(), ..Observed::default() };
        let report = account::report(&Site::default(), &observed);
        let [group] = report.groups.as_slice() else { panic!("{:?}", report.groups) };
        let watts = |power: Option<model::units::Milliwatts>| power.map(|power| f64::from(power.0) / 1000.0);
        assert_eq!((watts(group.budget), watts(group.measured), watts(group.worst_case)), (Some(190.0), Some(140.0), Some(369.6)));
        assert_eq!((group.ports_on, group.ports_delivering), (Some(24), Some(22)));
        assert!(report.notes[0].contains("24 PSE rows count in its group"), "{:?}", report.notes);
    }

    #[test]
    #[ignore = "needs the samples: tests/run looks for them"]
    fn every_file_that_is_named_here_is_there() {
        for name in ["S01d", "S02", "S04c", "S05", "S06", "S08", "S10a", "S10b", "S13"] {
            assert!(Path::new(&samples("faults")).join(name).with_extension("snmprec").is_file(), "{name}");
        }
    }
}
