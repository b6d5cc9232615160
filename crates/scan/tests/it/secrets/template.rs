//! Makes credentials from the templates in the rules files: no file of this repository holds one whole.
//!
//! `{base62:36}` is 36 random characters of an alphabet, `{crc62}` and its like end a token with its checksum, `{s:TEXT}` is
//! the text itself, split from what is around it. The same template makes the same text on every run.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pub(crate) fn expand(template: &str, seed: &str) -> String {
    let mut random = Random(
        seed.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
    );
    let mut out = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let inside = &rest[open + 1..];
        let made = inside.find('}').and_then(|close| Some((close, make(&inside[..close], &out, &mut random)?)));
        match made {
            Some((close, text)) => {
                out.push_str(&text);
                rest = &inside[close + 1..];
            }
            None => {
                out.push('{');
                rest = inside;
            }
        }
    }
    out + rest
}

fn make(name: &str, before: &str, random: &mut Random) -> Option<String> {
    if let Some(text) = name.strip_prefix("s:") {
        return Some(text.to_owned());
    }
    if let Some((set, count)) = name.split_once(':') {
        return Some(random.text(alphabet(set)?, count.parse().ok()?));
    }
    let token = &before[before.rfind(['"', '\'', ' ', '=', '\n']).map_or(0, |end| end + 1)..];
    let body = &token[token.rfind('_').map_or(0, |end| end + 1)..];
    Some(match name {
        "crc62" => in_base(crc32fast::hash(body.as_bytes()), 6, BASE62),
        "crc62all" => in_base(crc32fast::hash(token.as_bytes()), 6, BASE62),
        "crc36" => in_base(crc32fast::hash(token.as_bytes()), 7, "0123456789abcdefghijklmnopqrstuvwxyz"),
        "crcle" => crc32fast::hash(&token.as_bytes()[..token.len() - 1])
            .to_le_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        "uuid" => [8, 4, 4, 4, 12].map(|count| random.text("0123456789abcdef", count)).join("-"),
        "jwt" => {
            let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
            let claims = format!("{{\"sub\":\"{}\",\"iat\":1700000000}}", random.text(BASE62, 12));
            format!("{}.{}.{}", part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), part(&claims), random.text(BASE62, 43))
        }
        "pypi" => {
            let mut macaroon = concat!("\x02\x01\x08pypi", ".org\x02\x24").as_bytes().to_vec();
            macaroon.extend(random.text(BASE62, 120).bytes());
            URL_SAFE_NO_PAD.encode(macaroon)
        }
        "basic" => STANDARD.encode(format!("shop:{}", random.text(BASE62, 14))),
        _ => return None,
    })
}

fn alphabet(set: &str) -> Option<&'static str> {
    Some(match set {
        "base62" => BASE62,
        "b64" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "b64url" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "hex" => "0123456789abcdef",
        "HEX" => "0123456789ABCDEF",
        "digits" => "0123456789",
        "alpha" => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "lower36" => "0123456789abcdefghijklmnopqrstuvwxyz",
        "upper36" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "base32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "base32lower" => "abcdefghijklmnopqrstuvwxyz234567",
        "bech32" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
        "django" => "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)",
        _ => return None,
    })
}

fn in_base(mut number: u32, width: usize, digits: &str) -> String {
    let base = digits.len() as u32;
    let mut out = vec![digits.as_bytes()[0]; width];
    for place in out.iter_mut().rev() {
        *place = digits.as_bytes()[(number % base) as usize];
        number /= base;
    }
    String::from_utf8(out).unwrap()
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn text(&mut self, alphabet: &str, count: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..count).map(|_| char::from(letters[(self.next() % letters.len() as u64) as usize])).collect()
    }
}
