//! The E-model: ITU-T G.107 (06/2015) narrowband in full, G.107.1 (06/2019) wideband without echo. Not supported: fullband
//! (G.107.2), delay-sensitivity classes other than the default, and ratings of codecs for which no ITU value is published. Pure.
//!
//! Talker and listener echo follow the convention of one call with echo control at its ends: T = Ta, Tr = 2 Ta. Times are in
//! milliseconds and losses in percent, because the recommendation's formulas take them so.

use super::report::{Codec, QualityScale};

/// The inputs of G.107, with the names and units of its table 2; [`Parameters::default`] is that table.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the names are the recommendation's")]
pub struct Parameters {
    pub send_loudness_rating: f64,
    pub receive_loudness_rating: f64,
    pub sidetone_masking_rating: f64,
    pub d_receive: f64,
    pub d_send: f64,
    pub talker_echo_loudness_rating: f64,
    pub weighted_echo_path_loss: f64,
    /// T: mean one-way delay of the echo path, ms.
    pub echo_delay_ms: f64,
    /// Tr: round trip in the four-wire loop, ms.
    pub round_trip_ms: f64,
    /// Ta: absolute delay mouth to ear, ms.
    pub absolute_delay_ms: f64,
    pub quantisation_units: f64,
    pub impairment: Impairment,
    /// Ppl: random packet loss, percent.
    pub packet_loss_percent: f64,
    /// BurstR: 1 for random loss, more for bursts.
    pub burst_ratio: f64,
    pub circuit_noise_dbm0p: f64,
    pub noise_floor_dbmp: f64,
    pub room_noise_send_dba: f64,
    pub room_noise_receive_dba: f64,
    pub advantage: f64,
}

/// A codec's equipment impairment (G.113 appendix I).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Impairment {
    /// Ie: impairment without loss.
    pub without_loss: f64,
    /// Bpl: robustness against loss.
    pub loss_robustness: f64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            send_loudness_rating: 8.0,
            receive_loudness_rating: 2.0,
            sidetone_masking_rating: 15.0,
            d_receive: 3.0,
            d_send: 3.0,
            talker_echo_loudness_rating: 65.0,
            weighted_echo_path_loss: 110.0,
            echo_delay_ms: 0.0,
            round_trip_ms: 0.0,
            absolute_delay_ms: 0.0,
            quantisation_units: 1.0,
            impairment: Impairment { without_loss: 0.0, loss_robustness: 4.3 },
            packet_loss_percent: 0.0,
            burst_ratio: 1.0,
            circuit_noise_dbm0p: -70.0,
            noise_floor_dbmp: -64.0,
            room_noise_send_dba: 35.0,
            room_noise_receive_dba: 35.0,
            advantage: 0.0,
        }
    }
}

impl Parameters {
    /// The defaults, with a delay mouth to ear and the echo that goes with it.
    #[must_use]
    pub fn with_delay(delay_ms: f64) -> Self {
        Self { absolute_delay_ms: delay_ms, echo_delay_ms: delay_ms, round_trip_ms: 2.0 * delay_ms, ..Self::default() }
    }
}

/// R and the terms it is made of (G.107 §7).
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the names are the recommendation's")]
pub struct Rating {
    /// No: sum of all noise, dBm0p.
    pub noise: f64,
    /// Ro: basic signal-to-noise ratio.
    pub basic: f64,
    /// Iolr: too loud a connection.
    pub loudness: f64,
    /// Ist: sidetone.
    pub sidetone: f64,
    /// Iq: quantisation.
    pub quantisation: f64,
    /// Idte: talker echo.
    pub talker_echo: f64,
    /// Idle: listener echo.
    pub listener_echo: f64,
    /// Idd: delay itself.
    pub delay: f64,
    /// Ie,eff: codec and loss.
    pub equipment: f64,
    pub r: f64,
}

impl Rating {
    /// Is: what happens together with the voice.
    #[must_use]
    pub fn simultaneous(&self) -> f64 {
        self.loudness + self.sidetone + self.quantisation
    }
}

/// G.107: `R = Ro − Is − Id − Ie,eff + A`.
#[must_use]
pub fn narrowband(p: &Parameters) -> Rating {
    let noise = noise(p);
    let basic = 15.0 - 1.5 * (p.send_loudness_rating + noise);
    let sidetone = sidetone(p);
    let mut rating = Rating {
        noise,
        basic,
        loudness: loudness(p, noise),
        sidetone,
        quantisation: quantisation(p, basic),
        talker_echo: talker_echo(p, noise, sidetone),
        listener_echo: listener_echo(p, basic),
        delay: absolute_delay(p.absolute_delay_ms),
        equipment: effective_equipment(p.impairment, p.packet_loss_percent, p.burst_ratio),
        r: 0.0,
    };
    let delay = rating.talker_echo + rating.listener_echo + rating.delay;
    rating.r = basic - rating.simultaneous() - delay - rating.equipment + p.advantage;
    rating
}

/// G.107.1 without echo: `R = 129 − Idd − Ie,eff,WB`.
#[must_use]
pub fn wideband(delay_ms: f64, impairment: Impairment, packet_loss_percent: f64) -> f64 {
    129.0 - absolute_delay(delay_ms) - effective_equipment(impairment, packet_loss_percent, 1.0)
}

fn noise(p: &Parameters) -> f64 {
    let overall = p.send_loudness_rating + p.receive_loudness_rating;
    let listener_sidetone = p.sidetone_masking_rating + p.d_receive;
    let send = p.room_noise_send_dba - p.send_loudness_rating - p.d_send - 100.0
        + 0.004 * (p.room_noise_send_dba - overall - p.d_send - 14.0).powi(2);
    let effective = p.room_noise_receive_dba + 10.0 * (1.0 + power(10.0 - listener_sidetone)).log10();
    let receive = p.receive_loudness_rating - 121.0 + effective + 0.008 * (effective - 35.0).powi(2);
    let floor = p.noise_floor_dbmp + p.receive_loudness_rating;
    10.0 * (power(p.circuit_noise_dbm0p) + power(send) + power(receive) + power(floor)).log10()
}

fn power(decibels: f64) -> f64 {
    10_f64.powf(decibels / 10.0)
}

fn loudness(p: &Parameters, noise: f64) -> f64 {
    let overall = p.send_loudness_rating + p.receive_loudness_rating;
    let x = (overall + 0.2 * (64.0 + noise - p.receive_loudness_rating)) / 8.0;
    20.0 * ((1.0 + x.powi(8)).powf(1.0 / 8.0) - x)
}

fn sidetone(p: &Parameters) -> f64 {
    let echo = (-p.echo_delay_ms / 4.0).exp() * power(-p.talker_echo_loudness_rating);
    let masking = -10.0 * (power(-p.sidetone_masking_rating) + echo).log10();
    12.0 * soft((masking - 13.0) / 6.0, 8) - 28.0 * soft((masking + 1.0) / 19.4, 35) - 13.0 * soft((masking - 3.0) / 33.0, 13)
        + 29.0
}

/// `(1 + x^n)^(1/n)`.
fn soft(x: f64, n: i32) -> f64 {
    (1.0 + x.powi(n)).powf(1.0 / f64::from(n))
}

#[allow(clippy::many_single_char_names, reason = "the names are those of the recommendation")]
fn quantisation(p: &Parameters, basic: f64) -> f64 {
    let q = 37.0 - 15.0 * p.quantisation_units.log10();
    let g = 1.07 + 0.258 * q + 0.0602 * q * q;
    let y = (basic - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0;
    let z = 46.0 / 30.0 - g / 40.0;
    15.0 * (1.0 + 10_f64.powf(y) + 10_f64.powf(z)).log10()
}

/// Idte. It is slightly negative at T = 1 ms; that is the recommendation's own, and clamping it would miss the published values.
fn talker_echo(p: &Parameters, noise: f64, sidetone: f64) -> f64 {
    let t = p.echo_delay_ms;
    let mut terv =
        p.talker_echo_loudness_rating - 40.0 * ((1.0 + t / 10.0) / (1.0 + t / 150.0)).log10() + 6.0 * (-0.3 * t * t).exp();
    if p.sidetone_masking_rating < 9.0 {
        terv += sidetone / 2.0;
    }
    let half = (-1.5 * (noise - p.receive_loudness_rating) - (80.0 + 2.5 * (terv - 14.0))) / 2.0;
    let echo = if t < 1.0 { 0.0 } else { (half + (half * half + 100.0).sqrt() - 1.0) * (1.0 - (-t).exp()) };
    if p.sidetone_masking_rating > 20.0 { echo.hypot(sidetone) } else { echo }
}

fn listener_echo(p: &Parameters, basic: f64) -> f64 {
    let rle = 10.5 * (p.weighted_echo_path_loss + 7.0) * (p.round_trip_ms + 1.0).powf(-0.25);
    let half = (basic - rle) / 2.0;
    half + (half * half + 169.0).sqrt()
}

/// Idd with the default delay sensitivity: sT 1, mT 100 ms.
fn absolute_delay(delay_ms: f64) -> f64 {
    if delay_ms <= 100.0 {
        return 0.0;
    }
    let x = (delay_ms / 100.0).log2();
    25.0 * (soft(x, 6) - 3.0 * soft(x / 3.0, 6) + 2.0)
}

/// Ie,eff. The constant is 95 on the wideband scale too.
fn effective_equipment(impairment: Impairment, loss_percent: f64, burst_ratio: f64) -> f64 {
    let Impairment { without_loss, loss_robustness } = impairment;
    if loss_percent <= 0.0 {
        return without_loss;
    }
    without_loss + (95.0 - without_loss) * loss_percent / (loss_percent / burst_ratio + loss_robustness)
}

/// MOS from R on the narrowband scale (G.107 annex B), not below 1 where the cubic dips under it.
#[must_use]
pub fn mos(r: f64) -> f64 {
    if r <= 0.0 {
        return 1.0;
    }
    if r >= 100.0 {
        return 4.5;
    }
    (1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6).max(1.0)
}

/// MOS from R on the wideband scale (G.107.1).
#[must_use]
pub fn mos_wideband(r: f64) -> f64 {
    mos(r / 1.29)
}

/// R on the narrowband scale from a MOS of 1 to 4.5 (G.107 annex B); other scores are taken as the nearer of these.
#[must_use]
pub fn rating_of_mos(mos: f64) -> f64 {
    let m = mos.clamp(1.0, 4.5);
    let root = (-903_522.0 + 1_113_960.0 * m - 202_500.0 * m * m).max(0.0).sqrt();
    let h = (15.0 * root).atan2(18_566.0 - 6_750.0 * m) / 3.0;
    20.0 / 3.0 * (8.0 - 226_f64.sqrt() * (h + std::f64::consts::FRAC_PI_3).cos())
}

/// What a path does to one direction of a call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathEffect {
    /// Mouth-to-ear delay in milliseconds.
    pub delay_ms: f64,
    /// Packets lost or played too late, percent.
    pub loss_percent: f64,
    /// How bursty the loss is; 1 is random.
    pub burst_ratio: f64,
}

/// A rating on its scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub rating: f64,
    pub mos: f64,
    /// Which recommendation it is by.
    pub scale: QualityScale,
}

/// Rates a codec over a path; the error says why no published value grounds a rating.
///
/// Assumed: G.711 with packet loss concealment (appendix I), G.729A with voice activity detection, G.722 at 64 kbit/s.
pub fn rate(codec: Codec, path: PathEffect) -> Result<Score, &'static str> {
    match codec {
        Codec::G711 => Ok(rate_narrowband(Impairment { without_loss: 0.0, loss_robustness: 25.1 }, path)),
        Codec::G729 => Ok(rate_narrowband(Impairment { without_loss: 11.0, loss_robustness: 19.0 }, path)),
        Codec::G722 if path.loss_percent > 0.0 => {
            Err("not grounded: no loss robustness is published for g722, so its rating under loss is unknown")
        }
        Codec::G722 => {
            // Bpl does not matter without loss.
            let rating = wideband(path.delay_ms, Impairment { without_loss: 13.0, loss_robustness: 1.0 }, 0.0);
            Ok(Score { rating, mos: mos_wideband(rating), scale: QualityScale::Wideband })
        }
        Codec::Opus => Err("not grounded: no E-model values are published for opus"),
    }
}

fn rate_narrowband(impairment: Impairment, path: PathEffect) -> Score {
    let parameters = Parameters {
        impairment,
        packet_loss_percent: path.loss_percent,
        burst_ratio: path.burst_ratio,
        ..Parameters::with_delay(path.delay_ms)
    };
    let rating = narrowband(&parameters).r;
    Score { rating, mos: mos(rating), scale: QualityScale::Narrowband }
}
