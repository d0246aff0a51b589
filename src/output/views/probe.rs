//! A measured path for people: a row per mark and direction, then the checks. Pure.

use super::words::{count, or_dash};
use crate::output::document::{Block, Document};
use crate::probe::report::{
    Check, ClassReport, DirectionReport, MarkOutcome, ProbeReport, ReflectEvent, ReflectorCounts, ReflectorNews, millis,
};

impl Document for ProbeReport {
    const SCHEMA: &'static str = "voiceport.probe/1";

    fn view(&self) -> Vec<Block> {
        let classes = std::iter::once(&self.voice).chain(&self.compare);
        let rows = classes.flat_map(|class| [row(class, "forward", &class.forward), row(class, "return", &class.back)]);
        let titles = &["dscp", "direction", "sent", "lost", "jitter", "queueing p99", "round trip p50", "mark", "mos"];
        let mut blocks = vec![Block::Fitted(titles, rows.collect(), &["queueing p99", "sent"]), Block::Gap];
        blocks.extend(self.checks.iter().map(|check| Block::line(check_line(check))));
        blocks.push(Block::line(format!("Path to {}: {}.", self.target, self.verdict)));
        blocks
    }
}

impl Document for ReflectEvent {
    const SCHEMA: &'static str = "voiceport.reflect/1";

    fn view(&self) -> Vec<Block> {
        vec![Block::line(reflected(self))]
    }
}

/// What happened to a reflector, in a line.
pub fn reflected(event: &ReflectEvent) -> String {
    let address = or_dash(event.address);
    match event.event {
        ReflectorNews::Listening => format!("reflecting on {address}; stop with Ctrl-C"),
        ReflectorNews::SessionBegun => format!("{} sends to {address}", or_dash(event.peer)),
        ReflectorNews::Closed => {
            let ReflectorCounts { received, reflected, refused, sessions, .. } = event.counts.unwrap_or_default();
            let sessions = count(usize::try_from(sessions).unwrap_or(usize::MAX), "session");
            format!("{received} received, {reflected} reflected, {refused} refused, {sessions}")
        }
    }
}

fn row(class: &ClassReport, name: &str, direction: &DirectionReport) -> Vec<String> {
    vec![
        class.dscp.to_string(),
        name.to_owned(),
        or_dash(direction.sent_packets),
        or_dash(direction.lost_packets),
        or_dash(direction.jitter_us.map(millis)),
        or_dash(direction.delay_variation.map(|queueing| millis(queueing.p99_us))),
        or_dash(class.round_trip.delay.map(|delay| millis(delay.p50_us))),
        mark(direction),
        or_dash(direction.quality.mos.map(|mos| format!("{mos:.2}"))),
    ]
}

fn mark(direction: &DirectionReport) -> String {
    let seen = || direction.mark.seen.iter().map(|seen| seen.dscp.to_string()).collect::<Vec<_>>().join(", ");
    match direction.mark.outcome {
        MarkOutcome::Preserved => "preserved".to_owned(),
        MarkOutcome::Changed => format!("changed to {}", seen()),
        MarkOutcome::Refused => "refused by the reflector".to_owned(),
        MarkOutcome::NotMeasured => "not measured".to_owned(),
    }
}

fn check_line(check: &Check) -> String {
    let direction = check.direction.map_or_else(String::new, |direction| format!(" ({direction})"));
    format!("{}{direction}: {}", check.verdict, check.detail)
}
