//! What was secret is not in the memory of this process any more once its holder was dropped.

use std::fs::{self, File};
use std::io::BufRead as _;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::sync::{Mutex, PoisonError};

use data_encoding::BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use vault::{Alphabet, Kek, KeyKind, Keyring, LocalKey, generate_key_pair, parse_dot_env, quote_dot_env, random_text};
use zeroize::{Zeroize as _, Zeroizing};

use crate::given::{OF, keyring};

const MASK: u8 = 0xa5;

/// How often the bytes are found in what this process can write to. They come masked, so as not to be found here.
fn copies(masked: &[u8]) -> usize {
    // What another test is reading just now would be found with us.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let memory = File::open("/proc/self/mem").unwrap();
    let mut chunk = vec![0; 1 << 20];
    let mut found = 0;
    for map in maps.lines().filter(|map| map.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (start, end) = map.split_once(' ').unwrap().0.split_once('-').unwrap();
        let (start, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
        let own = chunk.as_ptr() as u64;
        let mut at = start;
        while at < end {
            let length = (end - at).min(chunk.len() as u64) as usize;
            if memory.read_exact_at(&mut chunk[..length], at).is_err() {
                break;
            }
            let mut rest = &chunk[..length];
            // From one first byte to the next by the library's own search: this is many megabytes, and not optimised.
            while rest.skip_until(masked[0] ^ MASK).unwrap() > 0 {
                let offset = length - rest.len() - 1;
                let ours = (own..own + chunk.len() as u64).contains(&(at + offset as u64));
                let part = &chunk[offset..length];
                let alike =
                    part.len() >= masked.len() && part.iter().zip(masked).all(|(byte, masked)| byte ^ MASK == *masked);
                found += usize::from(alike && !ours);
            }
            // What lies across two chunks is seen in the second.
            at += if length < chunk.len() { length } else { length + 1 - masked.len() } as u64;
        }
    }
    chunk.zeroize();
    found
}

fn masked(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ MASK).collect()
}

/// Runs `during` with a fresh secret, and counts its copies within and afterwards.
fn left_over(during: impl FnOnce(&SecretString)) -> (usize, usize) {
    let secret = random_text(48, Alphabet::ALPHANUMERIC).unwrap();
    // Part of it, so that the end of a copy which was written over does not hide the rest.
    let part = masked(&secret.expose_secret().as_bytes()[16..40]);
    during(&secret);
    let within = copies(&part);
    drop(secret);
    (within, copies(&part))
}

#[test]
fn a_value_that_was_sealed_and_opened_is_gone() {
    let keyring = keyring(1);
    let mut opened = 0;
    let (within, after) = left_over(|secret| {
        let sealed = keyring.seal(&OF, secret.expose_secret().as_bytes()).unwrap();
        let value = keyring.open(&OF, &sealed).unwrap();
        opened = copies(&masked(&value.expose_secret()[16..40]));
        drop(keyring.rewrap(&OF, &sealed).unwrap());
    });
    // The scan sees what there is: the secret itself, and while it is open the value beside it.
    assert_eq!((within, opened, after), (1, 2, 0));
}

#[test]
fn a_key_that_was_read_from_a_file_is_gone() {
    let folder = testkit::folder();
    let path = folder.path().join("key");
    let mut key = Zeroizing::new(vec![0_u8; 32]);
    let drawn = random_text(32, Alphabet::ALPHANUMERIC).unwrap();
    for (place, byte) in key.iter_mut().zip(drawn.expose_secret().bytes()) {
        *place = byte | 0x80;
    }
    fs::write(&path, &*key).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let part = masked(&key[16..32]);
    drop(key);
    assert_eq!(copies(&part), 0);
    let keyring = Keyring::new(Kek::Local(LocalKey::from_file(&path).unwrap()), Vec::new());
    let sealed = keyring.seal(&OF, b"value").unwrap();
    keyring.open(&OF, &sealed).unwrap();
    assert!(copies(&part) > 0, "the library holds it as long as it is used");
    drop(keyring);
    assert_eq!(copies(&part), 0);
}

#[test]
fn a_value_of_a_dot_env_file_is_gone() {
    // One form at a time: the next would take the memory of the one before, and hide what it left.
    for form in ["A=%", "A='%'", "A=\"\\n%\""] {
        let (before, behind) = form.split_once('%').unwrap();
        let counts = left_over(|secret| {
            let mut text = Zeroizing::new(String::with_capacity(100));
            for part in [before, secret.expose_secret(), behind] {
                text.push_str(part);
            }
            assert_eq!(parse_dot_env(text.as_bytes()).unwrap().len(), 1);
        });
        assert_eq!(counts, (1, 0), "{form}");
    }
    for behind in ["", "'"] {
        let counts = left_over(|secret| {
            let mut value = Zeroizing::new(String::with_capacity(100));
            value.push_str(secret.expose_secret());
            value.push_str(behind);
            assert!(quote_dot_env(&value).is_ok());
        });
        assert_eq!(counts, (1, 0), "{behind}");
    }
}

#[test]
fn a_generated_private_key_is_gone() {
    for kind in [KeyKind::Ed25519, KeyKind::EcdsaP256] {
        let pair = generate_key_pair(kind).unwrap();
        // Behind the first 48 digits is the secret number, of either kind: as digits, and as the nine bytes they stand for.
        let digits = &pair.private.expose_secret().as_bytes()[76..88];
        let mut number = Zeroizing::new(vec![0; 9]);
        BASE64.decode_mut(digits, &mut number).unwrap();
        let (digits, bytes) = (masked(digits), masked(&number));
        drop(number);
        assert_eq!(copies(&digits), 1, "{kind:?}");
        drop(pair);
        assert_eq!((copies(&digits), copies(&bytes)), (0, 0), "{kind:?}");
    }
}
