//! The agents as net-snmp's tools see them.

use std::process::Command;

use super::*;

/// Runs one of net-snmp's tools against a switch, and gives its output when it succeeds.
async fn tool(program: &'static str, options: &[&str], agent: SocketAddr, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.env("MIBS", "").args(["-On", "-t", "2", "-r", "1"]).args(options).arg(agent.to_string()).args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().expect("install the package snmp");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn v3<'a>(user: &'a str, auth: &'a str, privacy: &'a str) -> Vec<&'a str> {
    vec!["-v3", "-l", "authPriv", "-u", user, "-a", "SHA-256", "-A", auth, "-x", "AES-256", "-X", privacy]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs snmp: tests/run runs it"]
async fn net_snmp_walks_both_switches() {
    let lab = healthy().await;
    let reader = v3("viewer", "viewer-auth-pass", "viewer-priv-pass");
    for (switch, options) in [(CLOSET, vec!["-v2c", "-c", "closet-read"]), (FLOOR_2, reader)] {
        let agent = lab.agent(switch).unwrap();
        let walk = tool("snmpbulkwalk", &options, agent, &[".1"]).await.unwrap();
        assert!(walk.lines().count() > 400, "{switch}: {walk}");
        assert!(walk.contains(".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1."));
        let single = tool("snmpwalk", &options, agent, &[".1.3.6.1.2.1.105"]).await.unwrap();
        assert!(single.lines().all(|line| line.starts_with(".1.3.6.1.2.1.105.") || line.contains("Counter32")), "{single}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs snmp: tests/run runs it"]
async fn net_snmp_writes_with_the_right_key_only() {
    let lab = healthy().await;
    let (closet, floor_2) = (lab.agent(CLOSET).unwrap(), lab.agent(FLOOR_2).unwrap());
    let create = [".1.3.6.1.2.1.17.7.1.4.3.1.5.20", "i", "4", ".1.3.6.1.2.1.17.7.1.4.3.1.2.20", "x", "880000"];
    let refused = tool("snmpset", &["-v2c", "-c", "closet-read"], closet, &create).await.unwrap_err();
    assert!(refused.contains("noAccess"), "{refused}");
    tool("snmpset", &["-v2c", "-c", "closet-write"], closet, &create).await.unwrap();
    let voice = [".1.3.6.1.4.1.9.9.68.1.5.1.1.1.10103", "i", "20"];
    let refused = tool("snmpset", &v3("viewer", "viewer-auth-pass", "viewer-priv-pass"), floor_2, &voice).await.unwrap_err();
    assert!(refused.contains("noAccess"), "{refused}");
    tool("snmpset", &v3("operator", "operator-auth-pass", "operator-priv-pass"), floor_2, &voice).await.unwrap();
    let wrong = [".1.3.6.1.4.1.9.9.68.1.5.1.1.1.10103", "u", "20"];
    let refused = tool("snmpset", &v3("operator", "operator-auth-pass", "operator-priv-pass"), floor_2, &wrong).await.unwrap_err();
    assert!(refused.contains("wrongType"), "{refused}");
}
