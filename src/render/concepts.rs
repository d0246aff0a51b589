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
pub(super) enum Scope {
    /// The phone's own file alone: it belongs to a line, or is secret.
    Own,
    /// The file for all when it is the same for all, else the phone's own.
    Either,
}

/// Name, kind, scope. Kept in alphabetical order.
pub(super) const CONCEPTS: &[(&str, Kind, Scope)] = &[
    ("admin_password", Kind::Password, Scope::Own),
    ("backup_server", Kind::Text, Scope::Own),
    ("cdp", Kind::Flag, Scope::Either),
    ("firmware_url", Kind::Text, Scope::Either),
    ("language", Kind::Text, Scope::Either),
    ("lldp", Kind::Flag, Scope::Either),
    ("ntp_server", Kind::Text, Scope::Either),
    ("ntp_server_2", Kind::Text, Scope::Either),
    ("outbound_proxy", Kind::Text, Scope::Own),
    ("pc_vlan", Kind::Number(1, 4094), Scope::Either),
    ("pnp", Kind::Flag, Scope::Either),
    ("provisioning_url", Kind::Text, Scope::Either),
    ("register_expiry_s", Kind::Number(30, 86_400), Scope::Own),
    ("resync_minutes", Kind::Number(1, 43_200), Scope::Either),
    ("rtp_dscp", Kind::Number(0, 63), Scope::Either),
    ("sip_dscp", Kind::Number(0, 63), Scope::Either),
    ("srtp", Kind::Choice(&["off", "optional", "required"]), Scope::Own),
    ("syslog_server", Kind::Text, Scope::Either),
    ("time_zone", Kind::Text, Scope::Either),
    ("tone_country", Kind::Text, Scope::Either),
    ("user_password", Kind::Password, Scope::Own),
    ("voice_priority", Kind::Number(0, 7), Scope::Either),
    ("voice_vlan", Kind::Number(1, 4094), Scope::Either),
    ("voicemail_number", Kind::Text, Scope::Own),
];

/// The kind of a concept.
pub(super) fn kind(name: &str) -> Option<Kind> {
    CONCEPTS.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind)
}

/// Whether a value of this name may stand in a file for all phones.
pub(super) fn may_be_common(name: &str) -> bool {
    CONCEPTS.iter().any(|(known, _, scope)| *known == name && *scope == Scope::Either)
}

/// Whether a name is that of a setting of any vendor's phones.
#[must_use]
pub fn is_setting(name: &str) -> bool {
    kind(name).is_some()
}

/// Whether the value of a setting is never shown.
#[must_use]
pub fn is_secret_setting(name: &str) -> bool {
    kind(name) == Some(Kind::Password)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CONCEPTS.iter().map(|(name, ..)| *name)
}
