//! Every version ever shipped renders to the bytes it rendered to then.

use blueprint::{Catalogue, pack};

use crate::answers;

#[test]
fn every_version_ever_shipped_renders_as_it_did() {
    let catalogue = Catalogue::open().unwrap();
    let shipped = catalogue.shipped().unwrap();
    assert!(!shipped.is_empty(), "versions were shipped");
    for version in shipped {
        let name = format!(
            "{}/{} {}",
            version.blueprint.template(),
            version.blueprint.stack(),
            version.blueprint.manifest().version
        );
        assert!(!version.samples.is_empty(), "{name}");
        for sample in &version.samples {
            assert_eq!(version.blueprint.plan(&sample.answers).unwrap().hash(), sample.plan_hash, "{name}");
        }
    }
}

#[test]
fn a_current_blueprint_is_the_shipped_one_or_has_another_version() {
    let catalogue = Catalogue::open().unwrap();
    for current in catalogue.blueprints().unwrap() {
        for shipped in catalogue.shipped().unwrap() {
            let old = &shipped.blueprint;
            if (old.template(), old.stack(), &old.manifest().version)
                == (current.template(), current.stack(), &current.manifest().version)
            {
                let name = format!("{}/{} {}", current.template(), current.stack(), current.manifest().version);
                assert_eq!(
                    old.hash(),
                    current.hash(),
                    "{name} was changed after it was shipped: raise its version, then `cargo xtask ship`"
                );
            }
        }
    }
}

#[test]
fn what_is_packed_unpacks_to_the_same_blueprint() {
    let catalogue = Catalogue::open().unwrap();
    for blueprint in catalogue.blueprints().unwrap() {
        let packed = pack(blueprint, &[answers(blueprint.stack())]).unwrap();
        let shipped = blueprint::Shipped::unpack("sample", &packed).unwrap();
        assert_eq!(shipped.blueprint.hash(), blueprint.hash());
        assert_eq!(shipped.samples[0].plan_hash, blueprint.plan(&answers(blueprint.stack())).unwrap().hash());
        assert!(blueprint::Shipped::unpack("cut", &packed[..packed.len() / 2]).is_err());
    }
}
