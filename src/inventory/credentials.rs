//! The section `credentials`, and secrets wherever they are written. Pure.
//!
//! Standards: RFC 3414 (user-based security model), RFC 3826, RFC 7860.

use std::path::PathBuf;

use crate::inventory::env_name::is_variable_name;
use crate::inventory::fields::{self, Fields};
use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Entry, Node, Value};
use crate::inventory::places::{CredentialSecret, Place};
use crate::inventory::references::Named;
use model::credential::{AuthProtocol, CredentialSpec, PrivacyProtocol, SecretRef, UsmUserOf};
use model::secret::Secret;

/// The predefined credential for this machine's own bridges.
pub(super) const LOCAL: &str = "local";

const AUTH: [(&str, AuthProtocol); 7] = [
    ("md5", AuthProtocol::Md5),
    ("sha-1", AuthProtocol::Sha1),
    ("sha", AuthProtocol::Sha1),
    ("sha-224", AuthProtocol::Sha224),
    ("sha-256", AuthProtocol::Sha256),
    ("sha-384", AuthProtocol::Sha384),
    ("sha-512", AuthProtocol::Sha512),
];

const PRIVACY: [(&str, PrivacyProtocol); 6] = [
    ("des", PrivacyProtocol::Des),
    ("aes-128", PrivacyProtocol::Aes128),
    ("aes-192", PrivacyProtocol::Aes192),
    ("aes-256", PrivacyProtocol::Aes256),
    ("aes-192-reeder", PrivacyProtocol::Aes192Reeder),
    ("aes-256-reeder", PrivacyProtocol::Aes256Reeder),
];

/// Reads every credential; `local` is always among them.
pub(super) fn read(sections: &Sections<'_>, findings: &mut Findings) -> Named<CredentialSpec> {
    let mut all = Named::from([(LOCAL.to_owned(), Some(CredentialSpec::Local))]);
    for entry in sections.named("credentials", "credential", findings) {
        if entry.key == LOCAL {
            let hint = "remove it; it stands for the rights of the process on this machine";
            findings.report_hint(Code::Conflict, entry.span, "credential local: this name is predefined", hint);
            continue;
        }
        all.insert(entry.key.clone(), credential(entry, findings));
    }
    all
}

#[derive(Clone, Copy)]
enum Version {
    V1,
    V2c,
    V3,
}

const VERSIONS: [(&str, Version); 3] = [("v1", Version::V1), ("v2c", Version::V2c), ("v3", Version::V3)];

fn credential(entry: &Entry, findings: &mut Findings) -> Option<CredentialSpec> {
    let name = entry.key.as_str();
    let mut fields = Fields::open(&entry.value, format!("credential {name}"), findings)?;
    fields.required("snmp", "v2c", findings);
    let version = fields.choice("snmp", &VERSIONS, findings);
    let literal = Literal::of(&mut fields, findings);
    let spec = match version {
        Some(Version::V1) => community(name, &mut fields, literal, findings).map(|community| CredentialSpec::V1 { community }),
        Some(Version::V2c) => community(name, &mut fields, literal, findings).map(|community| CredentialSpec::V2c { community }),
        Some(Version::V3) => user(name, &mut fields, literal, findings).map(CredentialSpec::V3),
        None => return None,
    };
    fields.close(findings);
    spec
}

fn community(name: &str, fields: &mut Fields<'_>, literal: Literal, findings: &mut Findings) -> Option<SecretRef> {
    let node = fields.required("community", "{env: SNMP_COMMUNITY}", findings)?;
    findings.place(Place::Credential(name.to_owned(), CredentialSecret::Community), node.span);
    secret(node, literal, &fields.name("community"), findings)
}

fn user(name: &str, fields: &mut Fields<'_>, literal: Literal, findings: &mut Findings) -> Option<UsmUserOf<SecretRef>> {
    let span = fields.span();
    fields.required("user", "operator", findings);
    let user = fields.text("user", findings);
    let auth_node = fields.node("auth");
    let privacy_node = fields.node("privacy");
    for (node, which) in [(auth_node, CredentialSecret::Auth), (privacy_node, CredentialSecret::Privacy)] {
        if let Some(node) = node.map(|node| secret_of(node).unwrap_or(node)) {
            findings.place(Place::Credential(name.to_owned(), which), node.span);
        }
    }
    let (auth_name, privacy_name) = (fields.name("auth"), fields.name("privacy"));
    let auth = auth_node.and_then(|node| protocol_and_secret(node, &AUTH, literal, auth_name, findings));
    let privacy = privacy_node.and_then(|node| protocol_and_secret(node, &PRIVACY, literal, privacy_name, findings));
    let context = fields.text("context", findings).unwrap_or_default().to_owned();
    if let (Some(user), Some(node)) = (user, fields.node("user"))
        && user.len() > 32
    {
        findings.report_hint(
            Code::OutOfRange,
            node.span,
            format!("{}: longer than 32 bytes", fields.name("user")),
            "SNMPv3 user names have 1 to 32 bytes",
        );
    }
    if privacy_node.is_some() && auth_node.is_none() {
        let hint = "add `auth: {protocol: sha-256, secret: {env: NAME}}`";
        findings.report_hint(
            Code::Conflict,
            privacy_node.map_or(span, |node| node.span),
            format!("{}: privacy needs auth (RFC 3414)", fields.what()),
            hint,
        );
    }
    if auth_node.is_some() != auth.is_some() || privacy_node.is_some() != privacy.is_some() {
        return None;
    }
    Some(UsmUserOf { user: user?.to_owned(), auth, privacy, context })
}

/// Where the secret of `auth` or `privacy` stands.
fn secret_of(node: &Node) -> Option<&Node> {
    let Value::Mapping(entries) = &node.value else { return None };
    entries.iter().find(|entry| entry.key == "secret").map(|entry| &entry.value)
}

fn protocol_and_secret<P: Copy>(
    node: &Node,
    protocols: &[(&str, P)],
    literal: Literal,
    what: String,
    findings: &mut Findings,
) -> Option<(P, SecretRef)> {
    let mut fields = Fields::open(node, what, findings)?;
    let literal = literal.or(Literal::of(&mut fields, findings));
    let example = protocols.iter().rev().map(|(word, _)| *word).find(|word| word.ends_with("256")).unwrap_or_default();
    fields.required("protocol", example, findings);
    let protocol = fields.choice("protocol", protocols, findings);
    let name = fields.name("secret");
    let secret = fields.required("secret", "{env: NAME}", findings).and_then(|node| secret(node, literal, &name, findings));
    fields.close(findings);
    Some((protocol?, secret?))
}

/// Whether a secret may stand as plain text: `insecure_literal: true` beside it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal {
    Allowed,
    Refused,
}

impl Literal {
    /// Reads the field `insecure_literal`.
    pub(super) fn of(fields: &mut Fields<'_>, findings: &mut Findings) -> Self {
        if fields.flag("insecure_literal", findings) { Self::Allowed } else { Self::Refused }
    }

    fn or(self, other: Self) -> Self {
        if self == Self::Allowed { self } else { other }
    }
}

/// A secret: `{env: …}`, `{file: …}`, `{command: […]}`, `{insecure_literal: true, value: …}`, or text where that is allowed.
pub(super) fn secret(node: &Node, literal: Literal, what: &str, findings: &mut Findings) -> Option<SecretRef> {
    match &node.value {
        Value::Mapping(_) => reference(node, what, findings),
        Value::Scalar { .. } if literal == Literal::Allowed => {
            Some(SecretRef::Literal(Secret::new(fields::text(node, what, findings)?)))
        }
        Value::Scalar { .. } => {
            let hint =
                "write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}, or put `insecure_literal: true` beside it";
            findings.report_hint(Code::SecretInText, node.span, format!("{what}: a secret stands here as text"), hint);
            None
        }
        Value::List(_) => {
            findings.report_hint(
                Code::WrongType,
                node.span,
                format!("{what}: expected where the secret is kept, found a list"),
                "write {command: […]}",
            );
            None
        }
    }
}

fn reference(node: &Node, what: &str, findings: &mut Findings) -> Option<SecretRef> {
    let mut fields = Fields::open(node, what, findings)?;
    let before = findings.count();
    let env = fields.node("env").map(|node| env(node, &fields.name("env"), findings));
    let file = fields.text("file", findings).map(|path| SecretRef::File(PathBuf::from(path)));
    let command = fields.node("command").map(|node| command(node, &fields.name("command"), findings));
    let literal = literal_value(&mut fields, findings);
    let span = fields.span();
    fields.close(findings);
    let mut given: Vec<_> = [env.flatten(), file, command.flatten(), literal].into_iter().flatten().collect();
    let only = given.pop();
    if findings.count() == before && (only.is_none() || !given.is_empty()) {
        let hint = "write {env: NAME}, {file: PATH}, {command: [PROGRAM, ARGUMENT]} or {insecure_literal: true, value: TEXT}";
        findings.report_hint(Code::Missing, span, format!("{what}: expected exactly one place where the secret is kept"), hint);
        return None;
    }
    only
}

fn literal_value(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<SecretRef> {
    let allowed = Literal::of(fields, findings);
    let node = fields.node("value")?;
    if allowed == Literal::Refused {
        let hint = "add `insecure_literal: true`, or better write {env: NAME}, {file: PATH} or {command: [PROGRAM, ARGUMENT]}";
        findings.report_hint(Code::SecretInText, node.span, format!("{}: a secret stands here as text", fields.what()), hint);
        return None;
    }
    fields.text("value", findings).map(|text| SecretRef::Literal(Secret::new(text)))
}

fn env(node: &Node, what: &str, findings: &mut Findings) -> Option<SecretRef> {
    let name = fields::text(node, what, findings)?;
    if !is_variable_name(name) {
        let hint = "write the name alone, without `$`, like SNMP_COMMUNITY";
        findings.report_hint(Code::InvalidValue, node.span, format!("{what}: not the name of an environment variable"), hint);
        return None;
    }
    Some(SecretRef::Env(name.to_owned()))
}

fn command(node: &Node, what: &str, findings: &mut Findings) -> Option<SecretRef> {
    let Value::List(items) = &node.value else {
        let hint = "write the program and each argument as an item, like [pass, show, snmp]; no shell runs it";
        findings.report_hint(Code::WrongType, node.span, format!("{what}: expected a list, found {}", node.kind()), hint);
        return None;
    };
    if items.is_empty() {
        findings.report_hint(
            Code::Missing,
            node.span,
            format!("{what}: the list is empty"),
            "write the program and its arguments, like [pass, show, snmp]",
        );
        return None;
    }
    let words: Option<Vec<_>> = items.iter().map(|item| fields::free_text(item, what, findings).map(str::to_owned)).collect();
    words.map(SecretRef::Command)
}
