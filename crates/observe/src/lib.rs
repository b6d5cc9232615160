//! What the program counts about itself: metric handles that every floor may use, without knowing who exports them.
