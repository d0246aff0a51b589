//! A switch to test against: net-snmp's snmpd with the tables of `tests/interop/snmpd/switch_agentx.py` behind it. I/O.

use std::io::{BufRead, BufReader, Read};
use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use model::credential::{AuthProtocol, Credential, CredentialOf, PrivacyProtocol, UsmUserOf};
use model::secret::Secret;

/// A running switch; it ends when this is dropped.
pub struct SnmpdSwitch {
    /// UDP port on 127.0.0.1.
    pub port: u16,
    folder: PathBuf,
    children: Vec<Child>,
}

impl SnmpdSwitch {
    /// Starts a switch of 24 ports `ge1` to `ge24`, phones on `ge3` and `ge7`; returns when it answers.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, with options of `switch_agentx.py`.
    pub fn start_with(options: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("voiceport-snmpd-{}-{number}", std::process::id()));
        std::fs::create_dir_all(folder.join("persist")).unwrap();
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut switch = Self { port, folder, children: Vec::new() };
        switch.start_snmpd();
        switch.start_tables(options);
        switch
    }

    /// What was committed last, as `switch_agentx.py` keeps it.
    pub fn committed(&self) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.folder.join("state.json")).unwrap()).unwrap()
    }

    fn start_snmpd(&mut self) {
        let template = std::fs::read_to_string(source("snmpd.conf.in")).unwrap();
        let folder = self.folder.to_str().unwrap();
        let text = template.replace("@ADDRESS@", &format!("udp:127.0.0.1:{}", self.port)).replace("@DIR@", folder);
        let configuration = self.folder.join("snmpd.conf");
        std::fs::write(&configuration, text).unwrap();
        let program = ["/usr/sbin/snmpd", "/usr/local/sbin/snmpd"].into_iter().find(|path| PathBuf::from(path).exists());
        // The interfaces of this machine are not those of the switch.
        let child = Command::new(program.unwrap_or("snmpd"))
            .args(["-f", "-Lo", "-C", "-I", "-ifTable,-ifXTable,-interface", "-c"])
            .arg(configuration)
            .env("MIBS", "")
            .env("SNMP_PERSISTENT_DIR", self.folder.join("persist"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("snmpd: install the package snmpd");
        self.await_line(child, "NET-SNMP version");
    }

    fn start_tables(&mut self, options: &[&str]) {
        let python = ["/usr/bin/python3"].into_iter().find(|path| PathBuf::from(path).exists()).unwrap_or("python3");
        let child = Command::new(python)
            .arg(source("switch_agentx.py"))
            .arg(self.folder.join("agentx.sock"))
            .arg("--state")
            .arg(self.folder.join("state.json"))
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3: install the package python3");
        self.await_line(child, "ready");
    }

    /// Waits until a child prints a line that begins so, then keeps its output flowing.
    fn await_line(&mut self, mut child: Child, beginning: &str) {
        let mut output = BufReader::new(child.stdout.take().unwrap());
        self.children.push(child);
        let mut said = String::new();
        loop {
            let before = said.len();
            let read = output.read_line(&mut said).unwrap();
            assert!(read > 0, "it ended before it was ready: {said}");
            if said.get(before..).is_some_and(|line| line.starts_with(beginning)) {
                break;
            }
        }
        std::thread::spawn(move || output.read_to_end(&mut Vec::new()));
    }
}

impl Drop for SnmpdSwitch {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// SNMPv2c with a community.
pub fn v2c(community: &str) -> Credential {
    CredentialOf::V2c { community: Secret::new(community) }
}

/// SNMPv3 with both passwords as `snmpd.conf.in` has them.
pub fn v3(user: &str, auth: AuthProtocol, privacy: PrivacyProtocol) -> Credential {
    v3_with(user, (auth, "authpass12"), (privacy, "privpass12"))
}

/// SNMPv3 with passwords.
pub fn v3_with(user: &str, auth: (AuthProtocol, &str), privacy: (PrivacyProtocol, &str)) -> Credential {
    CredentialOf::V3(UsmUserOf {
        user: user.to_owned(),
        auth: Some((auth.0, Secret::new(auth.1))),
        privacy: Some((privacy.0, Secret::new(privacy.1))),
        context: String::new(),
    })
}

fn source(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop/snmpd").join(file)
}
