//! ITU-T G.107 and G.107.1 against published and recomputed values.

use voiceport::probe::emodel::{Impairment, Parameters, PathEffect, mos, mos_wideband, narrowband, rate, rating_of_mos, wideband};
use voiceport::probe::report::{Codec, QualityScale};

fn near(value: f64, known: f64, tolerance: f64) {
    assert!((value - known).abs() <= tolerance, "{value} is not {known}");
}

#[test]
fn the_default_connection_has_the_known_terms() {
    let rating = narrowband(&Parameters::default());
    near(rating.noise, -61.179_214_386_241_69, 1e-9);
    near(rating.basic, 94.7688, 5e-5);
    near(rating.loudness, 0.4402, 5e-5);
    near(rating.sidetone, -0.0007, 5e-5);
    near(rating.quantisation, 0.9741, 5e-5);
    near(rating.simultaneous(), 1.413_568, 5e-7);
    near(rating.listener_echo, 0.149, 5e-4);
    near(rating.r, 93.206_207_723_3, 1e-9);
    near(mos(rating.r), 4.409, 5e-4);
}

#[test]
fn delay_gives_the_known_ratings_with_and_without_echo() {
    let known = [
        (0.0, 93.206, 4.409, 93.206, 0.0, 0.149, 0.0),
        (20.0, 92.531, 4.396, 93.206, 0.392, 0.432, 0.0),
        (50.0, 91.756, 4.380, 93.206, 1.023, 0.576, 0.0),
        (100.0, 90.664, 4.355, 93.206, 1.964, 0.728, 0.0),
        (150.0, 89.539, 4.328, 93.043, 2.812, 0.841, 0.164),
        (177.3, 88.052, 4.288, 92.034, 3.237, 0.894, 1.172),
        (200.0, 85.805, 4.223, 90.162, 3.571, 0.935, 3.044),
        (250.0, 79.177, 3.993, 84.289, 4.243, 1.019, 8.917),
        (300.0, 72.666, 3.719, 78.446, 4.834, 1.094, 14.761),
        (350.0, 67.027, 3.455, 73.395, 5.353, 1.164, 19.811),
        (400.0, 62.247, 3.216, 69.136, 5.808, 1.230, 24.070),
        (500.0, 54.803, 2.828, 62.570, 6.564, 1.352, 30.636),
    ];
    for (delay, r, score, without_echo, talker, listener, absolute) in known {
        let rating = narrowband(&Parameters::with_delay(delay));
        near(rating.r, r, 1e-3);
        near(mos(rating.r), score, 1e-3);
        near(rating.talker_echo, talker, 1e-3);
        near(rating.listener_echo, listener, 1e-3);
        near(rating.delay, absolute, 1e-3);
        near(narrowband(&Parameters { absolute_delay_ms: delay, ..Parameters::default() }).r, without_echo, 1e-3);
    }
}

#[test]
fn the_models_own_oddity_at_one_millisecond_is_kept() {
    let rating = narrowband(&Parameters::with_delay(1.0));
    near(rating.talker_echo, -0.109, 1e-3);
    near(rating.r, 93.263, 1e-3);
}

#[test]
fn echo_loudness_matters() {
    for (loudness, r) in [(35.0, 38.9), (45.0, 62.5), (55.0, 82.0), (65.0, 89.5)] {
        let parameters = Parameters { talker_echo_loudness_rating: loudness, ..Parameters::with_delay(150.0) };
        near(narrowband(&parameters).r, r, 0.051);
    }
}

#[test]
fn the_largest_delay_that_keeps_a_rating_is_known() {
    for (rating, delay) in [(90.0, 132), (80.0, 244), (70.0, 322), (60.0, 426)] {
        let holds = |delay: u32| narrowband(&Parameters::with_delay(f64::from(delay))).r >= rating;
        assert!(holds(delay) && !holds(delay + 1), "R {rating}");
    }
}

#[test]
fn loss_gives_the_known_ratings_by_codec() {
    let losses = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0];
    let known = [
        (0.0, 4.3, [93.206, 83.310, 75.282, 63.047, 54.165, 42.131, 26.773]),
        (0.0, 25.1, [93.206, 91.351, 89.566, 86.195, 83.064, 77.425, 66.141]),
        (11.0, 19.0, [82.206, 80.052, 78.006, 74.206, 70.752, 64.706, 53.241]),
        (15.0, 16.1, [78.206, 75.797, 73.528, 69.366, 65.641, 59.249, 47.555]),
        (5.0, 10.0, [88.206, 83.920, 80.024, 73.206, 67.437, 58.206, 43.206]),
    ];
    for (without_loss, loss_robustness, ratings) in known {
        for (packet_loss_percent, r) in losses.into_iter().zip(ratings) {
            let impairment = Impairment { without_loss, loss_robustness };
            near(narrowband(&Parameters { impairment, packet_loss_percent, ..Parameters::default() }).r, r, 1e-3);
        }
    }
}

#[test]
fn bursts_delay_and_loss_combine_as_known() {
    let with_plc = Impairment { without_loss: 0.0, loss_robustness: 25.1 };
    for (burst_ratio, r) in [(1.0, 86.195), (2.0, 85.927), (4.0, 85.784), (8.0, 85.711)] {
        let parameters = Parameters { impairment: with_plc, packet_loss_percent: 2.0, burst_ratio, ..Parameters::default() };
        near(narrowband(&parameters).r, r, 1e-3);
    }
    let known = [
        (Codec::G711, 20.0, 1.0, 88.891, 4.311),
        (Codec::G711, 150.0, 1.0, 85.899, 4.226),
        (Codec::G711, 150.0, 5.0, 73.758, 3.768),
        (Codec::G711, 300.0, 2.0, 65.655, 3.387),
        (Codec::G729, 150.0, 1.0, 74.339, 3.793),
    ];
    for (codec, delay_ms, loss_percent, r, score) in known {
        let rated = rate(codec, PathEffect { delay_ms, loss_percent, burst_ratio: 1.0 }).unwrap();
        near(rated.rating, r, 1e-3);
        near(rated.mos, score, 1e-3);
        assert_eq!(rated.scale, QualityScale::Narrowband);
    }
}

#[test]
fn mos_and_rating_convert_as_published() {
    for (r, score) in [(50.0, 2.575), (60.0, 3.1), (70.0, 3.597), (80.0, 4.024), (90.0, 4.339)] {
        near(mos(r), score, 1e-3);
    }
    for (score, r) in [(2.58, 50.095), (3.1, 60.0), (3.6, 70.064), (4.03, 80.159), (4.34, 90.041), (4.41, 93.237)] {
        near(rating_of_mos(score), r, 1e-3);
    }
    for r in [-5.0, 0.0, 3.0, 6.4] {
        near(mos(r), 1.0, 1e-12);
    }
    near(mos(120.0), 4.5, 1e-12);
}

#[test]
fn wideband_scores_are_as_known() {
    for (without_loss, score) in [(0.0, 4.5), (1.0, 4.494), (8.0, 4.421), (13.0, 4.337), (41.0, 3.512), (56.0, 2.922)] {
        near(mos_wideband(wideband(0.0, Impairment { without_loss, loss_robustness: 4.3 }, 0.0)), score, 1e-3);
    }
    let lossy = wideband(0.0, Impairment { without_loss: 20.0, loss_robustness: 4.3 }, 2.0);
    near(129.0 - lossy, 43.810, 1e-3);
    near(mos_wideband(lossy), 3.406, 1e-3);
}

#[test]
fn codecs_without_published_values_are_not_rated() {
    let path = |loss_percent| PathEffect { delay_ms: 0.0, loss_percent, burst_ratio: 1.0 };
    let wide = rate(Codec::G722, path(0.0)).unwrap();
    assert_eq!(wide.scale, QualityScale::Wideband);
    near(wide.rating, 116.0, 1e-9);
    near(wide.mos, 4.337, 1e-3);
    assert!(rate(Codec::G722, path(0.1)).unwrap_err().contains("not grounded"));
    assert!(rate(Codec::Opus, path(0.0)).unwrap_err().contains("not grounded"));
}
