//! What holds when nobody says anything: the lowest layer, from the table of keys.

use super::file_layer;
use super::keys::ALL;
use super::layer::Layer;
use super::origin::Origin;

/// The lowest layer.
pub(crate) fn layer() -> Layer {
    let mut layer = Layer::default();
    for key in ALL.iter().filter(|key| !key.default.is_empty()) {
        file_layer::read_variable(&mut layer, key.path, key, key.default, Origin::Default);
    }
    layer
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_default_is_a_value_of_its_key() {
        let layer = super::layer();
        assert!(layer.faults.is_empty(), "{:?}", layer.faults);
        let with = super::ALL.iter().filter(|key| !key.default.is_empty()).count();
        assert_eq!(layer.entries.len(), with);
        for key in super::ALL {
            assert!(key.meaning.ends_with('.'), "{}", key.path);
            assert!(!key.default.is_empty() || !key.otherwise.is_empty(), "{}", key.path);
        }
    }
}
