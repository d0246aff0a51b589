//! Carrying out a request of the control socket. I/O: a power cut ends by the clock.

use std::sync::Arc;
use std::time::Duration;

use model::ids::{BridgePort, MacAddress};
use serde_json::{Value, json};
use snmp::Oid;

use super::request::{
    Activity, Answers, AnySwitch, Code, Counters, Frame, PowerCut, Refused, Request, Silence, Traffic, Wire, Write,
};
use super::{document, other_manager, request};
use crate::agent::wire;
use crate::fabric::Fabric;
use crate::forwarding::{self, SwitchPort};
use crate::site;
use crate::switch::fault::Fault;
use crate::switch::shared::SharedSwitch;
use crate::switch::state::Switch;
use crate::switch::traffic;

const BROADCAST: MacAddress = MacAddress([0xff; 6]);

/// The answer to a request.
pub(crate) fn perform(fabric: &Arc<Fabric>, request: &Request) -> Result<Value, Refused> {
    match request {
        Request::Site(_) => {
            fabric.refresh();
            Ok(json!({"switches": fabric.switches().iter().map(|switch| switch.read(about)).collect::<Vec<_>>()}))
        }
        Request::State(one) => {
            fabric.refresh();
            Ok(find(fabric, &one.switch)?.read(document::state))
        }
        Request::Sets(one) => Ok(json!({"sets": find(fabric, &one.switch)?.sets_received()})),
        Request::Frame(frame) => trace(fabric, frame),
        Request::Reset(any) => reset(fabric, any),
        Request::Restart(one) => {
            find(fabric, &one.switch)?.restart();
            done()
        }
        Request::PowerCut(cut) => power_cut(fabric, cut),
        Request::Write(write) => other_manager_writes(fabric, write),
        Request::Silence(silence) => be_silent(fabric, silence),
        Request::Answers(answers) => treat_answers(fabric, answers),
        Request::Wire(wire) => cut(fabric, wire),
        Request::Traffic(traffic) => set_traffic(fabric, traffic),
        Request::Counters(counters) => set_refresh(fabric, counters),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "it ends every request that acts")]
fn done() -> Result<Value, Refused> {
    Ok(json!({"ok": true}))
}

fn about(switch: &Switch) -> Value {
    let layout = &switch.layout;
    let devices = switch.plugs.iter().map(|(port, plug)| json!({"port": layout.if_name(*port), "mac": plug.mac}));
    json!({
        "switch": layout.name,
        "family": layout.family.profile(),
        "uplink": layout.if_name(layout.uplink),
        "ports": layout.ports().map(|port| layout.if_name(port)).collect::<Vec<_>>(),
        "devices": devices.collect::<Vec<_>>(),
    })
}

fn find<'a>(fabric: &'a Fabric, name: &str) -> Result<&'a Arc<SharedSwitch>, Refused> {
    fabric.switch(name).ok_or_else(|| {
        let known: Vec<_> = fabric.switches().iter().map(|switch| switch.read(|switch| switch.layout.name)).collect();
        Refused::new(Code::UnknownSwitch, format!("there is no switch {name:?}"), format!("one of: {}", known.join(", ")))
    })
}

fn port_of(switch: &SharedSwitch, port: &request::Port) -> Result<BridgePort, Refused> {
    let found = switch.read(|switch| {
        let fits = |candidate: &BridgePort| match port {
            request::Port::Number(number) => candidate.0 == *number,
            request::Port::Name(name) => switch.layout.if_name(*candidate) == *name,
        };
        switch.layout.ports().find(fits)
    });
    let shown = match port {
        request::Port::Number(number) => number.to_string(),
        request::Port::Name(name) => format!("{name:?}"),
    };
    found.ok_or_else(|| {
        Refused::new(Code::UnknownPort, format!("there is no port {shown}"), "`site` lists the ports of each switch")
    })
}

fn reset(fabric: &Fabric, any: &AnySwitch) -> Result<Value, Refused> {
    match &any.switch {
        Some(name) => find(fabric, name)?.reset(),
        None => fabric.switches().iter().for_each(|switch| switch.reset()),
    }
    done()
}

fn power_cut(fabric: &Fabric, cut: &PowerCut) -> Result<Value, Refused> {
    let switch = Arc::clone(find(fabric, &cut.switch)?);
    switch.change(|switch| switch.unpowered = true);
    let off = Duration::from_millis(cut.off_ms);
    tokio::spawn(async move {
        tokio::time::sleep(off).await;
        switch.change(|switch| switch.unpowered = false);
        switch.restart();
    });
    done()
}

fn other_manager_writes(fabric: &Fabric, write: &Write) -> Result<Value, Refused> {
    let switch = find(fabric, &write.switch)?;
    let (port, now) = (port_of(switch, &write.port)?, switch.now_cs());
    switch.change(|switch| other_manager::write(switch, port, &write.change, now))?;
    done()
}

fn be_silent(fabric: &Fabric, silence: &Silence) -> Result<Value, Refused> {
    let switch = find(fabric, &silence.switch)?;
    let Some(subtree) = &silence.subtree else {
        switch.with_wire(|wire| wire.silent = silence.on);
        return done();
    };
    let root: Oid = subtree.parse().map_err(|_| {
        let message = format!("{subtree:?} is no object identifier");
        Refused::new(Code::InvalidRequest, message, "numbers with points between them: \"1.3.6.1.2.1.105\"")
    })?;
    let fault = Fault::Silent(root);
    switch.change(|switch| {
        switch.faults.remove(&fault);
        if silence.on {
            switch.faults.push(fault);
        }
    });
    done()
}

fn treat_answers(fabric: &Fabric, answers: &Answers) -> Result<Value, Refused> {
    let late = Duration::from_millis(answers.late_ms);
    find(fabric, &answers.switch)?.with_wire(|wire| {
        *wire = wire::Wire { lose: answers.lose, double: answers.double, late, ..*wire };
    });
    done()
}

fn cut(fabric: &Fabric, wire: &Wire) -> Result<Value, Refused> {
    let switch = find(fabric, &wire.switch)?;
    let port = port_of(switch, &wire.port)?;
    switch.change(|switch| if wire.cut { switch.cut.insert(port) } else { switch.cut.remove(&port) });
    done()
}

fn set_traffic(fabric: &Fabric, traffic: &Traffic) -> Result<Value, Refused> {
    let switch = find(fabric, &traffic.switch)?;
    let (port, now) = (port_of(switch, &traffic.port)?, switch.now_cs());
    let activity = match traffic.activity {
        Activity::Idle => traffic::Activity::Idle,
        Activity::Call => traffic::Activity::Call,
        Activity::Pc => traffic::Activity::Pc,
    };
    switch.change(|switch| switch.traffic.entry(port).or_default().set(activity, now));
    done()
}

fn set_refresh(fabric: &Fabric, counters: &Counters) -> Result<Value, Refused> {
    find(fabric, &counters.switch)?.change(|switch| switch.refresh = traffic::Refresh(counters.refresh_ms / 10));
    done()
}

fn trace(fabric: &Fabric, frame: &Frame) -> Result<Value, Refused> {
    let switch = find(fabric, &frame.switch)?;
    let port = port_of(switch, &frame.port)?;
    let plugged = switch.read(|switch| switch.plugs.get(&port).map(|plug| plug.mac));
    let Some(source) = frame.source.or(plugged) else {
        let message = "nothing is plugged into this port, so the frame has no source";
        return Err(Refused::new(Code::NotPossible, message, "give `source`"));
    };
    let destination = frame.destination.unwrap_or(BROADCAST);
    let sent = forwarding::Frame { source, destination, tag: frame.vlan };
    let arrivals = fabric.trace(&SwitchPort::new(&frame.switch, port), &sent);
    let shown = arrivals.iter().map(|arrival| {
        let name = fabric.switch(&arrival.at.switch).map(|switch| switch.read(|switch| switch.layout.if_name(arrival.at.port)));
        let server = (arrival.at == site::server()).then(|| "server".to_owned());
        json!({"switch": arrival.at.switch, "port": name.or(server), "number": arrival.at.port.0, "vlan": arrival.tag})
    });
    Ok(json!({"arrives": shown.collect::<Vec<_>>()}))
}
