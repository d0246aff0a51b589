//! The settings an inventory may give to phones of any vendor, by concept name. Pure.

/// What a setting's value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any text without control characters.
    Text,
    /// A whole number in a range.
    Number(i64, i64),
    /// `on` or `off`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Text that is never shown, and never put into a file for all.
    Password,
}

/// Which file a setting may stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The phone's own file alone: it belongs to a line, or is secret.
    Own,
    /// The file for all when it is the same for all, else the phone's own.
    Either,
}

/// Name, kind, place. Kept in alphabetical order.
pub(super) const CONCEPTS: &[(&str, Kind, Place)] = &[
    ("admin_password", Kind::Password, Place::Own),
    ("backup_server", Kind::Text, Place::Own),
    ("cdp", Kind::Flag, Place::Either),
    ("firmware_url", Kind::Text, Place::Either),
    ("language", Kind::Text, Place::Either),
    ("lldp", Kind::Flag, Place::Either),
    ("ntp_server", Kind::Text, Place::Either),
    ("ntp_server_2", Kind::Text, Place::Either),
    ("outbound_proxy", Kind::Text, Place::Own),
    ("pc_vlan", Kind::Number(1, 4094), Place::Either),
    ("pnp", Kind::Flag, Place::Either),
    ("provisioning_url", Kind::Text, Place::Either),
    ("register_expiry_s", Kind::Number(30, 86_400), Place::Own),
    ("resync_minutes", Kind::Number(1, 43_200), Place::Either),
    ("rtp_dscp", Kind::Number(0, 63), Place::Either),
    ("sip_dscp", Kind::Number(0, 63), Place::Either),
    ("srtp", Kind::Choice(&["off", "optional", "required"]), Place::Own),
    ("syslog_server", Kind::Text, Place::Either),
    ("time_zone", Kind::Text, Place::Either),
    ("tone_country", Kind::Text, Place::Either),
    ("user_password", Kind::Password, Place::Own),
    ("voice_priority", Kind::Number(0, 7), Place::Either),
    ("voice_vlan", Kind::Number(1, 4094), Place::Either),
    ("voicemail_number", Kind::Text, Place::Own),
];

/// The kind of a concept.
pub(super) fn kind(name: &str) -> Option<Kind> {
    CONCEPTS.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind)
}

/// Whether a value of this name may stand in a file for all phones.
pub(super) fn may_be_common(name: &str) -> bool {
    CONCEPTS.iter().any(|(known, _, place)| *known == name && *place == Place::Either)
}

/// All concept names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CONCEPTS.iter().map(|(name, ..)| *name)
}
